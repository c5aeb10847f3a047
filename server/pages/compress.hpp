// SPDX-License-Identifier: Apache-2.0
//
// HTML on its way out, smaller. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

namespace hubward::server::pages {

// Empty when it would not be shorter.
std::string gzipped(std::string_view bytes);

}  // namespace hubward::server::pages
