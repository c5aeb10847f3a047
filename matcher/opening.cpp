// SPDX-License-Identifier: Apache-2.0
#include "matcher/opening.hpp"

#include <algorithm>

namespace hubward::matcher {
namespace {

constexpr std::int64_t ms_of_minute = 60'000;
constexpr std::int64_t ms_of_day = 24 * 60 * ms_of_minute;
constexpr int days_looked_at = 400;

// Days since 1970-01-01 of the first of January, by the Gregorian calendar.
std::int64_t first_day_of(std::int64_t year) {
    const std::int64_t y = year - 1;
    return 365 * y + y / 4 - y / 100 + y / 400 - 719'162;
}

std::int64_t year_of(std::int64_t day) {
    std::int64_t year = 1970 + day / 366;
    while (first_day_of(year + 1) <= day) {
        ++year;
    }
    return year;
}

std::int64_t offset_minutes(const CalendarYear* year, std::int64_t utc_ms) {
    if (year == nullptr) {
        return 0;
    }
    const bool summer = year->summer_from.ms <= utc_ms && utc_ms < year->summer_to.ms;
    return summer ? year->summer_minutes : year->standard_minutes;
}

// The moment of a local minute. One that the clock skips counts as the moment of the change, and of
// one that comes twice the first is meant.
std::int64_t utc_of(const CalendarYear* year, std::int64_t day, std::int64_t minute) {
    const std::int64_t local = day * ms_of_day + minute * ms_of_minute;
    if (year == nullptr) {
        return local;
    }
    const std::int64_t summer = local - year->summer_minutes * ms_of_minute;
    if (offset_minutes(year, summer) == year->summer_minutes) {
        return summer;
    }
    const std::int64_t standard = local - year->standard_minutes * ms_of_minute;
    return offset_minutes(year, standard) == year->standard_minutes ? standard
                                                                    : year->summer_from.ms;
}

bool closed_on(const CalendarYear* year, std::int64_t day) {
    if (year == nullptr) {
        return false;
    }
    const std::int64_t of_year = day - first_day_of(year->year) + 1;
    return std::find(year->closed.begin(), year->closed.begin() + year->closed_count, of_year) !=
           year->closed.begin() + year->closed_count;
}

}  // namespace

std::size_t weekday_of(std::int64_t day) {  // 1970-01-01 was a Thursday
    return static_cast<std::size_t>((day + 3) % 7);
}

bool Week::stated() const {
    return std::ranges::any_of(days, [](const auto& day) {
        return std::ranges::any_of(day, [](const Span& s) { return s.open != s.close; });
    });
}

bool Week::sound() const {
    return std::ranges::all_of(days, [](const auto& day) {
        const bool used = day[1].open != day[1].close;
        return day[0].open <= day[0].close && day[1].open <= day[1].close &&
               day[0].close <= minutes_of_day && day[1].close <= minutes_of_day &&
               (!used || day[0].close <= day[1].open);
    });
}

bool CalendarYear::sound() const {
    const auto offset = [](std::int16_t minutes) { return minutes >= -840 && minutes <= 840; };
    const auto end = closed.begin() + std::min<std::size_t>(closed_count, closed.size());
    return year >= 1970 && year <= 2400 && offset(standard_minutes) && offset(summer_minutes) &&
           summer_from <= summer_to && closed_count <= closed.size() &&
           std::all_of(closed.begin(), end, [](auto day) { return day >= 1 && day <= 366; }) &&
           std::adjacent_find(closed.begin(), end, std::greater_equal{}) == end;
}

bool Closures::sound() const {
    bool ended = false;
    Timestamp before{};
    for (const Time& time : times) {
        const bool used = time.from != time.to;
        if ((used && ended) || time.to < time.from || (used && time.from < before) ||
            time.to - time.from > limits::closure_longest) {
            return false;
        }
        ended = ended || !used;
        before = used ? time.to : before;
    }
    return true;
}

Timestamp Closures::after(Timestamp from, std::chrono::milliseconds amount) const {
    for (const Time& time : times) {
        if (time.from == time.to || time.to <= from) {
            continue;
        }
        if (time.from > from) {
            if (time.from - from >= amount) {
                break;
            }
            amount -= time.from - from;
        }
        from = time.to;
    }
    return from + amount;
}

std::chrono::milliseconds Closures::outside(Timestamp from, Timestamp to) const {
    std::chrono::milliseconds left = to - from;
    for (const Time& time : times) {
        const Timestamp begin = std::max(from, time.from);
        const Timestamp end = std::min(to, time.to);
        if (begin < end) {
            left -= end - begin;
        }
    }
    return left;
}

const CalendarYear* Calendar::find(std::int32_t year) const {
    const auto at = std::ranges::lower_bound(years, year, {}, &CalendarYear::year);
    return at != years.end() && at->year == year ? &*at : nullptr;
}

void Calendar::set(const CalendarYear& year) {
    const auto at = std::ranges::lower_bound(years, year.year, {}, &CalendarYear::year);
    if (at != years.end() && at->year == year.year) {
        *at = year;
    } else {
        years.insert(at, year);
    }
}

std::int64_t Calendar::day_of(Timestamp at) const {
    const CalendarYear* year = find(static_cast<std::int32_t>(year_of(at.ms / ms_of_day)));
    return (at.ms + offset_minutes(year, at.ms) * ms_of_minute) / ms_of_day;
}

Timestamp Calendar::moment(std::int64_t day, std::uint16_t minute) const {
    return {utc_of(find(static_cast<std::int32_t>(year_of(day))), day, minute)};
}

bool Calendar::closed(std::int64_t day) const {
    return closed_on(find(static_cast<std::int32_t>(year_of(day))), day);
}

Timestamp Calendar::after(const Week& week, Timestamp from, std::chrono::milliseconds amount,
                          const Closures& shut) const {
    std::int64_t left = amount.count();
    // The local day of `from`; a day early does no harm, its spans are over.
    const std::int64_t first = from.ms / ms_of_day - 1;
    for (std::int64_t day = std::max<std::int64_t>(first, 0); day < first + days_looked_at; ++day) {
        const CalendarYear* year = find(static_cast<std::int32_t>(year_of(day)));
        if (closed_on(year, day)) {
            continue;
        }
        for (const Span& span : week.days[weekday_of(day)]) {
            if (span.open == span.close) {
                continue;
            }
            const std::int64_t open = std::max(utc_of(year, day, span.open), from.ms);
            const std::int64_t close = utc_of(year, day, span.close);
            const std::int64_t gained =
                close > open ? shut.outside({open}, {close}).count() : 0;
            if (gained >= left && gained > 0) {
                return shut.after({open}, std::chrono::milliseconds(left));
            }
            left -= gained;
        }
    }
    return from + amount;
}

}  // namespace hubward::matcher
