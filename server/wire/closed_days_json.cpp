// SPDX-License-Identifier: Apache-2.0
#include "server/wire/closed_days_json.hpp"

#include <fmt/format.h>

namespace hubward::server::wire {
namespace {

std::optional<Date> read_date(Json object, std::string_view key, const Where& at, Findings& findings) {
    const auto member = object.find(key);
    if (!member) {
        missing(at, key, findings);
        return std::nullopt;
    }
    const Where here(at, key);
    const auto text = want_text(*member, here, findings, 10);
    const auto date = text ? parse_date(*text) : std::nullopt;
    if (text && !date) {
        findings.add(here, "format", "A date is expected: 2026-12-24.");
    }
    return date;
}

// Nothing when one of both is missing or no date.
std::optional<Days> read_days(Json item, const Where& at, Findings& findings) {
    if (!want_object(item, at, findings)) {
        return std::nullopt;
    }
    item.members([&](std::string_view key, Json) {
        if (key != "first" && key != "last") {
            unknown_key(Where(at, key), findings);
        }
    });
    const auto first = read_date(item, "first", at, findings);
    const auto last = read_date(item, "last", at, findings);
    return first && last ? std::optional(Days{*first, *last}) : std::nullopt;
}

}  // namespace

matcher::Closures::Time whole_days(const Days& days) {
    return {london_midnight(days.first), london_midnight(day_after(days.last))};
}

Days days_of(const matcher::Closures::Time& time) {
    return {in_london(time.from).date, in_london(time.to + std::chrono::milliseconds(-1)).date};
}

matcher::Closures still_ahead(const matcher::Closures& closures, matcher::Timestamp now) {
    matcher::Closures ahead;
    std::size_t next = 0;
    for (const auto& time : closures.times) {
        if (time.from != time.to && time.to > now) {
            ahead.times[next++] = time;
        }
    }
    return ahead;
}

matcher::Closures read_closed_days(Json value, const Where& at, Findings& findings, matcher::Timestamp now) {
    matcher::Closures closures;
    if (!want_array(value, at, findings, 0, closed_days_listed_max)) {
        return closures;
    }
    std::size_t next = 0;
    matcher::Timestamp before{};  // 1970: nobody closes earlier
    value.items([&](std::size_t i, Json item) {
        const Where here(at, i);
        const auto days = read_days(item, here, findings);
        if (!days) {
            return;
        }
        const auto time = whole_days(*days);
        if (time.to <= time.from) {
            findings.add(Where(here, "last"), "range", "Must not lie before `first`.");
        } else if (time.to - time.from > matcher::limits::closure_longest) {
            findings.add(Where(here, "last"), "range",
                         "At most a quarter of a year; a hub that closes for longer is not active.");
        } else if (time.from < before) {
            findings.add(Where(here, "first"), "range", "Closed days stand in order and do not overlap.");
        } else {
            before = time.to;
            if (time.to <= now) {
                return;
            }
            if (next == closures.times.size()) {
                findings.add(at, "range", fmt::format("At most {} of them may lie ahead.", next));
                return;
            }
            closures.times[next++] = time;
        }
    });
    return closures;
}

void write_closed_days(JsonWriter& json, const matcher::Closures& stated, matcher::Timestamp now) {
    const matcher::Closures closures = still_ahead(stated, now);
    if (closures == matcher::Closures()) {
        return;
    }
    json.open_array("closed_days");
    for (const auto& time : closures.times) {
        if (time.from != time.to) {
            const Days days = days_of(time);
            json.open_object();
            json.text("first", date_text(days.first));
            json.text("last", date_text(days.last));
            json.close_object();
        }
    }
    json.close_array();
}

}  // namespace hubward::server::wire
