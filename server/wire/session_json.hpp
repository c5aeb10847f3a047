// SPDX-License-Identifier: Apache-2.0
//
// Sessions of a hub and its weekly slots (schemas Session, SessionRequest and WeeklySlot).
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "matcher/command.hpp"
#include "server/wire/fault.hpp"
#include "server/wire/fields.hpp"
#include "server/wire/json_writer.hpp"

namespace hubward::server::wire {

// [{"day": "tue", "hours": "14:00-16:00", "seats": 6, "needs": […]}, …]
matcher::WeeklySlots read_weekly(Json value, const Where& at, Findings& findings);
// "weekly": […]; nothing when the hub has none.
void write_weekly(JsonWriter& json, const matcher::WeeklySlots& slots);

// {"starts": …, "ends": …, "seats": 8, "needs": […]}; the hub is left to the caller.
std::expected<matcher::PublishSession, Faults> decode_session(std::string_view body);
// {"items": […]}: those that have not ended by then, the earliest first.
std::string encode_sessions(const matcher::Hub& hub, matcher::Timestamp now);

}  // namespace hubward::server::wire
