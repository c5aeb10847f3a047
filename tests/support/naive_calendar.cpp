// SPDX-License-Identifier: Apache-2.0
//
// Open time by walking it: quarter of an hour after quarter, each asked by the calendar of <chrono>
// whether the hub is open in it.
#include <chrono>

#include "tests/support/naive_matcher.hpp"

namespace hubward::test {

using namespace matcher;

namespace {

constexpr std::int64_t quarter = 15LL * 60'000;

bool open_at(const std::map<int, CalendarYear>& years, const Week& week, std::int64_t utc_ms) {
    using namespace std::chrono;
    std::int64_t offset = 0;
    const sys_time<milliseconds> utc{milliseconds(utc_ms)};
    const int utc_year = int(year_month_day(floor<days>(utc)).year());
    if (years.contains(utc_year)) {
        const CalendarYear& y = years.at(utc_year);
        offset = utc_ms >= y.summer_from.ms && utc_ms < y.summer_to.ms ? y.summer_minutes
                                                                       : y.standard_minutes;
    }
    const auto local = utc + minutes(offset);
    const auto day = floor<days>(local);
    const int local_year = int(year_month_day(day).year());
    if (years.contains(local_year)) {
        const CalendarYear& y = years.at(local_year);
        const auto of_year = (day - sys_days(year(local_year) / January / 1)).count() + 1;
        for (std::size_t i = 0; i < y.closed_count; ++i) {
            if (y.closed[i] == of_year) {
                return false;
            }
        }
    }
    const auto minute = duration_cast<minutes>(local - day).count();
    const unsigned monday_first = weekday(day).iso_encoding() - 1;
    for (const Span& span : week.days[monday_first]) {
        if (minute >= span.open && minute < span.close) {
            return true;
        }
    }
    return false;
}

bool shut_at(const Closures& shut, std::int64_t utc_ms) {
    for (const Closures::Time& time : shut.times) {
        if (utc_ms >= time.from.ms && utc_ms < time.to.ms) {
            return true;
        }
    }
    return false;
}

}  // namespace

Timestamp naive_plain_after(const Closures& shut, Timestamp from, std::int64_t amount_ms) {
    std::int64_t left = amount_ms;
    std::int64_t at = from.ms;
    while (shut_at(shut, at) || (at / quarter + 1) * quarter - at < left) {
        const std::int64_t next = (at / quarter + 1) * quarter;
        left -= shut_at(shut, at) ? 0 : next - at;
        at = next;
    }
    return {at + left};
}

Timestamp naive_after(const std::map<int, CalendarYear>& years, const Week& week, Timestamp from,
                      std::int64_t amount_ms, const Closures& shut) {
    std::int64_t left = amount_ms;
    std::int64_t at = from.ms;
    for (int i = 0; i < 398 * 96; ++i) {
        const std::int64_t next = (at / quarter + 1) * quarter;
        if (open_at(years, week, at) && !shut_at(shut, at)) {
            if (next - at >= left) {
                return {at + left};
            }
            left -= next - at;
        }
        at = next;
    }
    return {from.ms + amount_ms};
}

}  // namespace hubward::test
