// SPDX-License-Identifier: Apache-2.0
#include "server/pages/session_form.hpp"

#include <chrono>

#include "server/pages/opening_form.hpp"
#include "server/pages/typed_date.hpp"
#include "server/wire/hours_json.hpp"

namespace hubward::server::pages {
namespace {

std::optional<matcher::Span> span_of(const Form& form) {
    const auto open = typed_minute(form.value("from"));
    auto close = typed_minute(form.value("to"));
    if (close == 0) {
        close = matcher::minutes_of_day;
    }
    return open && close && *open < *close ? std::optional(matcher::Span{*open, *close}) : std::nullopt;
}

matcher::NeedSet needs_of(const Form& form) {
    matcher::NeedSet needs;
    for (const std::string_view code : form.values("needs")) {
        if (const auto need = matcher::parse<matcher::Need>(code)) {
            needs.add(*need);
        }
    }
    return needs;
}

// What sessions and slots have in common.
struct Parts {
    std::optional<matcher::Span> span;
    std::optional<std::uint16_t> seats;
    std::vector<FieldFault> faults;
};

Parts parts_of(const Form& form) {
    Parts parts{span_of(form), seats_of(form), {}};
    if (!parts.span) {
        parts.faults.push_back({"from", "h_e_time"});
    }
    if (!parts.seats || *parts.seats == 0) {
        parts.faults.push_back({"seats", "s_e_seats"});
    }
    return parts;
}

}  // namespace

std::optional<std::int64_t> typed_day(std::string_view typed) {
    const auto date = typed_date(typed);
    if (!date) {
        return std::nullopt;
    }
    using namespace std::chrono;
    return sys_days(year(date->year) / month(date->month) / day(date->day)).time_since_epoch().count();
}

std::optional<std::uint16_t> seats_of(const Form& form) {
    const auto seats = form.number("seats");
    return seats && *seats <= matcher::limits::units_max ? std::optional(static_cast<std::uint16_t>(*seats))
                                                         : std::nullopt;
}

std::expected<matcher::Session, std::vector<FieldFault>> session_of(const Form& form,
                                                                    const matcher::Calendar& calendar) {
    Parts parts = parts_of(form);
    const auto day = typed_day(form.value("date"));
    if (!day) {
        parts.faults.insert(parts.faults.begin(), {"date", "s_e_date"});
    }
    if (!parts.faults.empty()) {
        return std::unexpected(std::move(parts.faults));
    }
    matcher::Session session;
    session.needs = needs_of(form);
    session.starts = calendar.moment(*day, parts.span->open);
    session.ends = calendar.moment(*day, parts.span->close);
    session.seats = *parts.seats;
    return session;
}

std::expected<matcher::WeeklySlot, std::vector<FieldFault>> slot_of(const Form& form) {
    Parts parts = parts_of(form);
    const auto day = wire::weekday_named(form.value("day"));
    if (!day) {
        parts.faults.insert(parts.faults.begin(), {"day", "s_e_day"});
    }
    if (!parts.faults.empty()) {
        return std::unexpected(std::move(parts.faults));
    }
    matcher::WeeklySlot slot;
    slot.seats = *parts.seats;
    slot.day = static_cast<std::uint8_t>(*day);
    slot.span = *parts.span;
    slot.needs = needs_of(form);
    return slot;
}

}  // namespace hubward::server::pages
