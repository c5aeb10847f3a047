// SPDX-License-Identifier: Apache-2.0
//
// Compact JSON laid out for people: one member a line, two blanks a level. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

namespace hubward::server::pages {

// Text that is no JSON comes out as something; nothing is checked.
std::string pretty_json(std::string_view json);

}  // namespace hubward::server::pages
