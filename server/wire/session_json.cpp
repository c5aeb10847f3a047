// SPDX-License-Identifier: Apache-2.0
#include "server/wire/session_json.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "matcher/limits.hpp"
#include "server/wire/calendar.hpp"
#include "server/wire/code_fields.hpp"
#include "server/wire/hours_json.hpp"
#include "server/wire/parts_json.hpp"

namespace hubward::server::wire {
namespace {

std::uint16_t read_seats(Json value, const Where& at, Findings& findings) {
    return static_cast<std::uint16_t>(
        want_integer(value, at, findings, 1, matcher::limits::units_max).value_or(0));
}

matcher::WeeklySlot read_slot(Json value, const Where& at, Findings& findings) {
    matcher::WeeklySlot slot;
    if (!want_object(value, at, findings)) {
        return slot;
    }
    value.members([&](std::string_view key, Json part) {
        const Where here(at, key);
        if (key == "day") {
            const auto name = want_text(part, here, findings, 3);
            const auto day = name ? weekday_named(*name) : std::nullopt;
            if (name && !day) {
                findings.add(here, "code", "A day of the week is expected: mon, tue, …, sun.");
            }
            slot.day = static_cast<std::uint8_t>(day.value_or(0));
        } else if (key == "hours") {
            slot.span = read_span(part, here, findings).value_or(matcher::Span{});
        } else if (key == "seats") {
            slot.seats = read_seats(part, here, findings);
        } else if (key == "needs") {
            slot.needs = read_need_set(part, here, findings);
        } else {
            unknown_key(here, findings);
        }
    });
    for (const std::string_view key : {"day", "hours", "seats"}) {
        if (!value.find(key)) {
            missing(at, key, findings);
        }
    }
    return slot;
}

matcher::Timestamp read_time(Json value, const Where& at, Findings& findings) {
    const auto text = want_text(value, at, findings, 40);
    const auto instant = text ? parse_instant(*text) : std::nullopt;
    if (text && !instant) {
        findings.add(at, "format", "A time with its offset is expected: 2026-03-02T10:00:00Z.");
    }
    return instant.value_or(matcher::Timestamp{});
}

}  // namespace

matcher::WeeklySlots read_weekly(Json value, const Where& at, Findings& findings) {
    matcher::WeeklySlots slots{};
    if (!want_array(value, at, findings, 0, slots.size())) {
        return slots;
    }
    value.items([&](std::size_t i, Json item) {
        slots[i] = read_slot(item, Where(at, i), findings);
    });
    if (findings.none() && !matcher::sound(slots)) {
        findings.add(at, "duplicate", "Two slots begin at the same time of the same day.");
    }
    return slots;
}

void write_weekly(JsonWriter& json, const matcher::WeeklySlots& slots) {
    if (slots == matcher::WeeklySlots{}) {
        return;
    }
    json.open_array("weekly");
    for (const matcher::WeeklySlot& slot : slots) {
        if (slot.seats == 0) {
            continue;
        }
        json.open_object();
        json.text("day", weekdays[slot.day]);
        json.text("hours", clock_text(slot.span));
        json.integer("seats", slot.seats);
        write_codes<matcher::Need>(json, "needs", slot.needs);
        json.close_object();
    }
    json.close_array();
}

std::expected<matcher::PublishSession, Faults> decode_session(std::string_view body) {
    const auto document = read_json(body);
    if (!document) {
        return std::unexpected(document.error());
    }
    Findings findings;
    const Where top;
    matcher::PublishSession session;
    if (!want_object(*document, top, findings)) {
        return std::unexpected(findings.take());
    }
    document->members([&](std::string_view key, Json value) {
        const Where at(top, key);
        if (key == "starts") {
            session.starts = read_time(value, at, findings);
        } else if (key == "ends") {
            session.ends = read_time(value, at, findings);
        } else if (key == "seats") {
            session.seats = read_seats(value, at, findings);
        } else if (key == "needs") {
            session.needs = read_need_set(value, at, findings);
        } else {
            unknown_key(at, findings);
        }
    });
    for (const std::string_view key : {"starts", "ends", "seats"}) {
        if (!document->find(key)) {
            missing(top, key, findings);
        }
    }
    if (findings.none() && session.ends <= session.starts) {
        findings.add(Where(top, "ends"), "range", "A session ends after it has begun.");
    }
    if (!findings.none()) {
        return std::unexpected(findings.take());
    }
    return session;
}

std::string encode_sessions(const matcher::Hub& hub, matcher::Timestamp now) {
    std::vector<matcher::Session> ahead;
    for (const matcher::Session& session : hub.sessions) {
        if (session.ends >= now) {
            ahead.push_back(session);
        }
    }
    std::ranges::sort(ahead, {}, [](const matcher::Session& s) { return std::pair(s.starts, s.number); });
    std::string out;
    out.reserve(64 + ahead.size() * 256);
    JsonWriter json(out);
    json.open_object();
    json.open_array("items");
    for (const matcher::Session& session : ahead) {
        json.open_object();
        json.integer("session", session.number);
        json.text("starts", time_text(session.starts));
        json.text("ends", time_text(session.ends));
        write_codes<matcher::Need>(json, "needs", session.needs);
        json.integer("seats", session.seats);
        json.integer("held", session.held);
        json.integer("used", session.used);
        json.integer("free", session.takes(now) ? session.room() : 0);
        json.boolean("weekly", session.weekly);
        json.boolean("cancelled", session.cancelled);
        json.close_object();
    }
    json.close_array();
    json.close_object();
    return out;
}

}  // namespace hubward::server::wire
