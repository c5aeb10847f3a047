// SPDX-License-Identifier: Apache-2.0
//
// Times as text: RFC 3339 for machines, London wall time for people. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "matcher/types.hpp"

namespace hubward::server::wire {

struct Date {
    std::int32_t year = 0;
    std::uint32_t month = 0;
    std::uint32_t day = 0;
    friend auto operator<=>(const Date&, const Date&) = default;
};

// "2026-03-02", a day that exists, 1850 to 2200.
std::optional<Date> parse_date(std::string_view text);
// RFC 3339 with any offset, fraction optional; a leap second counts as the second before.
std::optional<matcher::Timestamp> parse_instant(std::string_view text);

// Days of the year up to and with this one: 1 … 366.
std::uint16_t day_of_year(const Date& date);

// "2026-03-02"
std::string date_text(const Date& date);
Date day_after(const Date& date);

// The wall clock in London. British Summer Time runs from 01:00 UTC on the last Sunday of March to
// 01:00 UTC on the last Sunday of October (The Summer Time Order 2002, S.I. 2002/262); exact from
// 1996 on, and later if Parliament changes nothing.
struct SummerTime {
    matcher::Timestamp from{};
    matcher::Timestamp to{};
};
SummerTime summer_time(std::int32_t year);
struct LondonTime {
    Date date;
    std::uint32_t weekday = 0;  // 0 Sunday
    std::uint32_t hour = 0;
    std::uint32_t minute = 0;
};
LondonTime in_london(matcher::Timestamp at);
// The first moment of that day. Requires a day that exists.
matcher::Timestamp london_midnight(const Date& date);
// "Tue 3 Mar 17:00"
std::string london_text(matcher::Timestamp at);
// Whole years on the London date of `now`; nothing for a birth in the future or past 130 years.
std::optional<std::uint8_t> age_at(const Date& birth, matcher::Timestamp now);

}  // namespace hubward::server::wire
