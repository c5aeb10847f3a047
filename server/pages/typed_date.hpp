// SPDX-License-Identifier: Apache-2.0
//
// A date as people write it: "24.12.2026", "24/12/2026", "5.1.2027", or as a browser sends it, "2026-12-24".
#pragma once

#include <optional>
#include <string_view>

#include "server/wire/calendar.hpp"

namespace hubward::server::pages {

// Nothing for a day that does not exist. Pure; any thread.
std::optional<wire::Date> typed_date(std::string_view typed);

}  // namespace hubward::server::pages
