// SPDX-License-Identifier: Apache-2.0
//
// When a hub is open, in its document: the member "hours". Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "matcher/opening.hpp"
#include "server/wire/fields.hpp"
#include "server/wire/json_reader.hpp"
#include "server/wire/json_writer.hpp"

namespace hubward::server::wire {

// "09:30" as minutes since midnight; "24:00" is the end of the day. Nothing for anything else.
std::optional<std::uint16_t> minute_of(std::string_view text);

// {"mon": ["09:00-12:00", "13:00-17:00"], …}: a day that is left out is closed.
matcher::Week read_hours(Json value, const Where& at, Findings& findings);
void write_hours(JsonWriter& json, const matcher::Week& week);

// Whether the document of a hub says anything about its hours.
bool speaks_of_hours(std::string_view document);

}  // namespace hubward::server::wire
