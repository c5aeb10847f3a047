// SPDX-License-Identifier: Apache-2.0
#include "server/wire/hours_json.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace hubward::server::wire {

std::optional<std::uint16_t> minute_of(std::string_view text) {
    const auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
    if (text.size() != 5 || text[2] != ':' || !digit(0) || !digit(1) || !digit(3) || !digit(4)) {
        return std::nullopt;
    }
    const int hour = (text[0] - '0') * 10 + text[1] - '0';
    const int minute = (text[3] - '0') * 10 + text[4] - '0';
    const int sum = hour * 60 + minute;
    if (minute > 59 || sum > matcher::minutes_of_day) {
        return std::nullopt;
    }
    return static_cast<std::uint16_t>(sum);
}

std::optional<matcher::Span> read_span(Json value, const Where& at, Findings& findings) {
    const auto text = want_text(value, at, findings, 11);
    const auto open = text && text->size() == 11 ? minute_of(text->substr(0, 5)) : std::nullopt;
    const auto close = text && text->size() == 11 ? minute_of(text->substr(6)) : std::nullopt;
    if (text && (!open || !close || *open >= *close || (*text)[5] != '-')) {
        findings.add(at, "format", "Two times of the day in order: 09:00-17:00.");
        return std::nullopt;
    }
    return open && close ? std::optional(matcher::Span{*open, *close}) : std::nullopt;
}

namespace {

void read_day(Json value, const Where& at, Findings& findings, std::array<matcher::Span, 2>& day) {
    if (!want_array(value, at, findings, 0, 2)) {
        return;
    }
    value.items([&](std::size_t i, Json item) {
        day[i] = read_span(item, Where(at, i), findings).value_or(matcher::Span{});
    });
    if (day[1].open != day[1].close && day[1].open < day[0].close) {
        findings.add(at, "range", "The second span must begin where the first has ended.");
    }
}

}  // namespace

std::optional<std::size_t> weekday_named(std::string_view name) {
    const auto day = std::ranges::find(weekdays, name);
    return day == weekdays.end() ? std::nullopt
                                 : std::optional(static_cast<std::size_t>(day - weekdays.begin()));
}

matcher::Week read_hours(Json value, const Where& at, Findings& findings) {
    matcher::Week week;
    if (!want_object(value, at, findings)) {
        return week;
    }
    value.members([&](std::string_view key, Json part) {
        if (const auto day = weekday_named(key)) {
            read_day(part, Where(at, key), findings, week.days[*day]);
        } else {
            unknown_key(Where(at, key), findings);
        }
    });
    return week;
}

std::string clock_text(const matcher::Span& span) {
    return fmt::format("{:02}:{:02}-{:02}:{:02}", span.open / 60, span.open % 60, span.close / 60,
                       span.close % 60);
}

void write_hours(JsonWriter& json, const matcher::Week& week) {
    json.open_object("hours");
    for (std::size_t d = 0; d < weekdays.size(); ++d) {
        if (week.days[d][0].open == week.days[d][0].close) {
            continue;
        }
        json.open_array(weekdays[d]);
        for (const matcher::Span& span : week.days[d]) {
            if (span.open != span.close) {
                json.text(clock_text(span));
            }
        }
        json.close_array();
    }
    json.close_object();
}

}  // namespace hubward::server::wire
