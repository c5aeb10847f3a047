// SPDX-License-Identifier: Apache-2.0
//
// The country's calendar as the core takes it: a year's clock changes in London and its closed days.
//
// Closed days come from a text file: "2026-12-25 Christmas Day", one a line; # begins a comment. A
// file that cannot be read, or a line that is no day, is told by its number and nothing is taken.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "matcher/opening.hpp"

namespace hubward::server {

// The year of `now` in London and the two behind it. An empty file name: no closed days.
std::expected<std::vector<matcher::CalendarYear>, std::string> calendar_years(
    const std::string& closed_days_file, matcher::Timestamp now);

}  // namespace hubward::server
