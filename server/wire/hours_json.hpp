// SPDX-License-Identifier: Apache-2.0
//
// Days of the week and times of the day, as a hub states them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "matcher/opening.hpp"
#include "server/wire/fields.hpp"
#include "server/wire/json_writer.hpp"

namespace hubward::server::wire {

// Monday first as in matcher::Week.
inline constexpr std::array<std::string_view, 7> weekdays{"mon", "tue", "wed", "thu",
                                                          "fri", "sat", "sun"};
std::optional<std::size_t> weekday_named(std::string_view name);

// "09:30" as minutes since midnight; "24:00" is the end of the day. Nothing for anything else.
std::optional<std::uint16_t> minute_of(std::string_view text);
// "09:00-17:00"
std::optional<matcher::Span> read_span(Json value, const Where& at, Findings& findings);
std::string clock_text(const matcher::Span& span);
// {"mon": ["09:00-12:00", "13:00-17:00"], …}: a day that is left out is closed.
matcher::Week read_hours(Json value, const Where& at, Findings& findings);
void write_hours(JsonWriter& json, const matcher::Week& week);

}  // namespace hubward::server::wire
