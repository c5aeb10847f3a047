// SPDX-License-Identifier: Apache-2.0
//
// Working time: a hub's week, the closed days of the country, and the clock changes, all as data.
//
// The core owns no time-zone database. The edge turns one into a CalendarYear for each year and sends
// it as a command, so that a replay counts hours exactly as the day did. Pure; any thread.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <vector>

#include "matcher/limits.hpp"
#include "matcher/types.hpp"

namespace hubward::matcher {

// Minutes since local midnight, [open, close). Equal ends: not open.
struct Span {
    std::uint16_t open = 0;
    std::uint16_t close = 0;
    friend auto operator<=>(const Span&, const Span&) = default;
};
inline constexpr std::uint16_t minutes_of_day = 24 * 60;
// 0 is Monday; of a day counted from 1970-01-01.
std::size_t weekday_of(std::int64_t day);

// A week of opening hours by local time, Monday first, at most two spans a day in order.
struct Week {
    std::array<std::array<Span, 2>, 7> days{};

    // False: the hub stated no hours, and waits run on the plain clock.
    bool stated() const;
    // Every span within the day, in order and without overlap.
    bool sound() const;
    friend auto operator<=>(const Week&, const Week&) = default;
};

// The times in which one hub is closed beside its week: holidays, works. Each [from, to), in order and
// without overlap; unused ones are empty and stand at the end.
struct Closures {
    struct Time {
        Timestamp from{};
        Timestamp to{};
        friend auto operator<=>(const Time&, const Time&) = default;
    };
    std::array<Time, limits::closures_max> times{};

    // In order, none empty before one that is used, none longer than limits::closure_longest.
    bool sound() const;
    bool at(Timestamp now) const {
        for (const Time& time : times) {
            if (time.from == time.to) {
                return false;
            }
            if (time.from <= now && now < time.to) {
                return true;
            }
        }
        return false;
    }
    // The moment at which `amount` outside of them has gone by since `from`.
    Timestamp after(Timestamp from, std::chrono::milliseconds amount) const;
    // How much of [from, to) lies outside of them.
    std::chrono::milliseconds outside(Timestamp from, Timestamp to) const;
    friend auto operator<=>(const Closures&, const Closures&) = default;
};

// One local year of the country: offsets from UTC, and the days on which everything is closed.
struct CalendarYear {
    std::uint16_t year = 0;
    std::int16_t standard_minutes = 0;  // offset from UTC outside of summer time
    std::int16_t summer_minutes = 60;   // … and in it
    Timestamp summer_from{};            // [from, to); equal: no summer time this year
    Timestamp summer_to{};
    std::uint8_t closed_count = 0;
    std::array<std::uint16_t, 16> closed{};  // days of the year, 1 … 366, rising

    bool sound() const;
    friend auto operator<=>(const CalendarYear&, const CalendarYear&) = default;
};

// The years that are known. A year nobody told counts as UTC without closed days.
struct Calendar {
    std::vector<CalendarYear> years;  // rising, each once

    const CalendarYear* find(std::int32_t year) const;
    void set(const CalendarYear& year);

    // The local day of a moment, counted from 1970-01-01, and the moment of a local minute. A minute that
    // the clock skips counts as the moment of the change; of one that comes twice the first is meant.
    std::int64_t day_of(Timestamp at) const;
    Timestamp moment(std::int64_t day, std::uint16_t minute) const;
    bool closed(std::int64_t day) const;

    // The moment at which `amount` of open time has gone by since `from`. A week in which the hub
    // never opens within 400 days counts as the plain clock.
    Timestamp after(const Week& week, Timestamp from, std::chrono::milliseconds amount,
                    const Closures& shut = {}) const;
};

}  // namespace hubward::matcher
