// SPDX-License-Identifier: Apache-2.0
#include "server/wire/calendar.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>

#include "server/wire/referral_json.hpp"  // time_text

namespace hubward::server::wire {
namespace {

namespace chr = std::chrono;
using Days = chr::sys_days;
using Millis = chr::sys_time<chr::milliseconds>;

// Dates of the living and of what is planned for them; anything else is a slip of the hand.
constexpr std::uint32_t first_year = 1850;
constexpr std::uint32_t last_year = 2200;

std::optional<std::uint32_t> number(std::string_view text, std::size_t at, std::size_t count) {
    if (at + count > text.size()) {
        return std::nullopt;
    }
    std::uint32_t sum = 0;
    for (const char c : text.substr(at, count)) {
        if (c < '0' || c > '9') {
            return std::nullopt;
        }
        sum = sum * 10 + static_cast<std::uint32_t>(c - '0');
    }
    return sum;
}

Date date_of(Days days) {
    const chr::year_month_day ymd(days);
    return {static_cast<int>(ymd.year()), static_cast<unsigned>(ymd.month()),
            static_cast<unsigned>(ymd.day())};
}

// Decimal digits over what stands there, with leading zeros. Requires a value that fits.
void put_digits(std::string& text, std::size_t at, std::size_t count, std::int64_t value) {
    for (std::size_t i = at + count; i-- > at; value /= 10) {
        text[i] = static_cast<char>('0' + value % 10);
    }
}

bool summer(Millis at) {
    const auto year = chr::year_month_day(chr::floor<chr::days>(at)).year();
    const auto [from, to] = summer_time(static_cast<int>(year));
    const matcher::Timestamp now{at.time_since_epoch().count()};
    return from <= now && now < to;
}

}  // namespace

SummerTime summer_time(std::int32_t year) {
    const auto change = [&](chr::month month) {
        const Days day(chr::year(year) / month / chr::Sunday[chr::last]);
        return matcher::Timestamp{Millis(day + chr::hours(1)).time_since_epoch().count()};
    };
    return {change(chr::March), change(chr::October)};
}

std::uint16_t day_of_year(const Date& date) {
    const Days day(chr::year(date.year) / chr::month(date.month) / chr::day(date.day));
    return static_cast<std::uint16_t>((day - Days(chr::year(date.year) / chr::January / 1)).count() +
                                      1);
}

std::string date_text(const Date& date) {
    return fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
}

Date day_after(const Date& date) {
    return date_of(Days(chr::year(date.year) / chr::month(date.month) / chr::day(date.day)) + chr::days(1));
}

matcher::Timestamp london_midnight(const Date& date) {
    const Millis utc = Days(chr::year(date.year) / chr::month(date.month) / chr::day(date.day));
    // The clock changes at one in the morning, so one hour earlier tells whether it was summer.
    const Millis at = summer(utc - chr::hours(1)) ? utc - chr::hours(1) : utc;
    return matcher::Timestamp{at.time_since_epoch().count()};
}

std::optional<Date> parse_date(std::string_view text) {
    const auto year = number(text, 0, 4);
    const auto month = number(text, 5, 2);
    const auto day = number(text, 8, 2);
    if (text.size() != 10 || text[4] != '-' || text[7] != '-' || !year || !month || !day) {
        return std::nullopt;
    }
    const chr::year_month_day ymd(chr::year(static_cast<int>(*year)), chr::month(*month),
                                  chr::day(*day));
    if (!ymd.ok() || *year < first_year || *year > last_year) {
        return std::nullopt;
    }
    return Date{static_cast<std::int32_t>(*year), *month, *day};
}

std::optional<matcher::Timestamp> parse_instant(std::string_view text) {
    if (text.size() < 20 || text.size() > 40 || (text[10] != 'T' && text[10] != 't')) {
        return std::nullopt;
    }
    const auto date = parse_date(text.substr(0, 10));
    const auto hour = number(text, 11, 2);
    const auto minute = number(text, 14, 2);
    const auto second = number(text, 17, 2);
    if (!date || text[13] != ':' || text[16] != ':' || !hour || !minute || !second ||
        *hour > 23 || *minute > 59 || *second > 60) {
        return std::nullopt;
    }
    std::size_t at = 19;
    std::int64_t ms = 0;
    if (text[at] == '.') {
        std::int64_t worth = 100;
        const std::size_t first = ++at;
        for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, worth /= 10) {
            ms += worth * (text[at] - '0');
        }
        if (at == first) {
            return std::nullopt;
        }
    }
    std::int64_t offset_minutes = 0;
    const auto zone = text.substr(at);
    if (zone != "Z" && zone != "z") {
        const auto hours = number(zone, 1, 2);
        const auto minutes = number(zone, 4, 2);
        if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':' || !hours ||
            !minutes || *hours > 14 || *minutes > 59) {
            return std::nullopt;
        }
        offset_minutes = (zone[0] == '-' ? -1 : 1) * static_cast<std::int64_t>(*hours * 60 + *minutes);
    }
    const Days day(chr::year(date->year) / chr::month(date->month) / chr::day(date->day));
    const auto seconds = *second == 60 ? 59u : *second;
    const std::int64_t of_day = (std::int64_t{*hour} * 3600 + *minute * 60 + seconds) * 1000 + ms;
    const matcher::Timestamp instant{day.time_since_epoch().count() * 86'400'000LL + of_day - offset_minutes * 60'000};
    // An offset may lead past the last day; said in UTC, it would not be taken again.
    constexpr Days past_the_last{chr::year(static_cast<int>(last_year) + 1) / chr::January / 1};
    return instant.ms < past_the_last.time_since_epoch().count() * 86'400'000LL ? std::optional(instant) : std::nullopt;
}

std::string time_text(matcher::Timestamp at) {
    // Beyond year 9999 there is no RFC 3339; `never` and nonsense are clamped to it.
    constexpr std::int64_t last = 253'402'300'799'999;
    const std::int64_t ms = at.ms < 0 ? 0 : at.ms > last ? last : at.ms;
    const auto days = chr::floor<chr::days>(Millis(chr::milliseconds(ms)));
    const auto date = date_of(days);
    const std::int64_t of_day = ms - days.time_since_epoch().count() * 86'400'000LL;
    std::string text = "0000-00-00T00:00:00.000Z";  // every answer holds two: no format string
    put_digits(text, 0, 4, date.year);
    put_digits(text, 5, 2, date.month);
    put_digits(text, 8, 2, date.day);
    put_digits(text, 11, 2, of_day / 3'600'000);
    put_digits(text, 14, 2, of_day / 60'000 % 60);
    put_digits(text, 17, 2, of_day / 1000 % 60);
    put_digits(text, 20, 3, of_day % 1000);
    return text;
}

LondonTime in_london(matcher::Timestamp at) {
    const Millis utc{chr::milliseconds(at.ms)};
    const Millis local = summer(utc) ? utc + chr::hours(1) : utc;
    const auto days = chr::floor<chr::days>(local);
    const auto of_day = chr::duration_cast<chr::minutes>(local - days).count();
    return {date_of(days), chr::weekday(days).c_encoding(), static_cast<std::uint32_t>(of_day / 60),
            static_cast<std::uint32_t>(of_day % 60)};
}

std::string london_text(matcher::Timestamp at) {
    static constexpr std::array<std::string_view, 7> weekdays{"Sun", "Mon", "Tue", "Wed",
                                                              "Thu", "Fri", "Sat"};
    static constexpr std::array<std::string_view, 12> months{
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto t = in_london(at);
    return fmt::format("{} {} {} {:02}:{:02}", weekdays[t.weekday], t.date.day,
                       months[t.date.month - 1], t.hour, t.minute);
}

std::optional<std::uint8_t> age_at(const Date& birth, matcher::Timestamp now) {
    const auto today = in_london(now).date;
    auto years = today.year - birth.year;
    if (today.month < birth.month || (today.month == birth.month && today.day < birth.day)) {
        --years;
    }
    if (years < 0 || years > 130) {
        return std::nullopt;
    }
    return static_cast<std::uint8_t>(years);
}

}  // namespace hubward::server::wire
