// SPDX-License-Identifier: Apache-2.0
//
// A session, or a slot of every week, as staff write it down: from the fields of the form to what the core
// takes, and what is wrong with them, by field. Local time of the hub. Pure; any thread.
#pragma once

#include <expected>
#include <optional>
#include <vector>

#include "matcher/session.hpp"
#include "server/pages/form.hpp"

namespace hubward::server::pages {

// "2026-12-01", and "1/12/2026" or "1.12.2026" as people write it into a plain field of an old browser.
// The local day, counted from 1970-01-01.
std::optional<std::int64_t> typed_day(std::string_view typed);

// `number`, `cancelled` and the like stay as they are in a new session. Fields: date, from, to, seats, needs.
// The end may be midnight. No box ticked: everything that the hub helps with at a table.
std::expected<matcher::Session, std::vector<FieldFault>> session_of(const Form& form,
                                                                    const matcher::Calendar& calendar);
// Fields: day, from, to, seats, needs.
std::expected<matcher::WeeklySlot, std::vector<FieldFault>> slot_of(const Form& form);
// What the field of seats says, 0 included; nothing when that is no number in range.
std::optional<std::uint16_t> seats_of(const Form& form);

}  // namespace hubward::server::pages
