// SPDX-License-Identifier: Apache-2.0
//
// The days on which a hub is closed beside its week, by London's calendar. Pure; any thread.
#pragma once

#include "matcher/opening.hpp"
#include "server/wire/calendar.hpp"
#include "server/wire/fields.hpp"
#include "server/wire/json_reader.hpp"
#include "server/wire/json_writer.hpp"

namespace hubward::server::wire {

struct Days {
    Date first;
    Date last;  // the same for one day
    friend bool operator==(const Days&, const Days&) = default;
};
// From the first moment of `first` to the last one of `last`, and back.
matcher::Closures::Time whole_days(const Days& days);
Days days_of(const matcher::Closures::Time& time);

// Without those that have ended by `now`.
matcher::Closures still_ahead(const matcher::Closures& closures, matcher::Timestamp now);

// Of a list that somebody has kept for years; the rest is for those who send it to shorten.
inline constexpr std::size_t closed_days_listed_max = 24;
// [{"first": "2026-12-24", "last": "2027-01-01"}, …] in order, without those that have ended by `now`, so that
// only those ahead count towards limits::closures_max. What is wrong stays out and is told.
matcher::Closures read_closed_days(Json value, const Where& at, Findings& findings, matcher::Timestamp now);
// The member "closed_days" with those of them that have not ended; none when there are no such days.
void write_closed_days(JsonWriter& json, const matcher::Closures& stated, matcher::Timestamp now);

}  // namespace hubward::server::wire
