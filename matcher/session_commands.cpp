// SPDX-License-Identifier: Apache-2.0
//
// Places with a date: published one by one or by the week, and cancelled.
#include <algorithm>

#include "matcher/handlers.hpp"
#include "matcher/route.hpp"

namespace hubward::matcher {
namespace {

constexpr std::chrono::milliseconds longest_session{24LL * 3'600'000};

// What the hub helps with at a table; of those all, or the ones that are named.
NeedSet needs_there(const Hub& hub, NeedSet named) {
    const NeedSet at_table{hub.profile.needs.bits & needs_of_kind(UnitKind::place).bits};
    return named.empty() ? at_table : named;
}

bool can_be_met(const Hub& hub, NeedSet needs) {
    return !needs.empty() && needs_there(hub, {}).covers(needs);
}

bool has_room_for_more(const Hub& hub, Timestamp at) {
    const auto ahead = std::ranges::count_if(
        hub.sessions, [&](const Session& session) { return session.ends >= at; });
    return static_cast<std::size_t>(ahead) < limits::sessions_max;
}

void publish(Draft& draft, HubIndex hub, const Session& session) {
    draft.say(SessionPublished{hub, draft.next_seq(hub), draft.at(hub).last_session + 1,
                               session.needs, session.starts, session.ends, session.seats,
                               session.weekly});
}

// What this slot comes to on this day.
Session on_day(const Draft& draft, const Hub& hub, const WeeklySlot& slot, std::int64_t day) {
    const Calendar& calendar = draft.before().calendar;
    Session session;
    session.needs = needs_there(hub, slot.needs);
    session.starts = calendar.moment(day, slot.span.open);
    session.ends = calendar.moment(day, slot.span.close);
    session.seats = slot.seats;
    session.weekly = true;
    return session;
}

bool is_date_of(const Draft& draft, const Hub& hub, const Session& session) {
    const Calendar& calendar = draft.before().calendar;
    const std::int64_t day = calendar.day_of(session.starts);
    return !calendar.closed(day) &&
           std::ranges::any_of(hub.profile.weekly, [&](const WeeklySlot& slot) {
               if (slot.seats == 0 || slot.day != weekday_of(day)) {
                   return false;
               }
               const Session as = on_day(draft, hub, slot, day);
               return as.starts == session.starts && as.ends == session.ends &&
                      as.seats == session.seats && as.needs == session.needs;
           });
}

// Dates that follow from no slot any more, as far as nobody is in them: what was promised stays.
void cancel_strays(Draft& draft, HubIndex index) {
    const Sessions before = draft.at(index).sessions;
    for (const Session& session : before) {
        if (session.weekly && session.takes(draft.at()) && session.empty() &&
            !is_date_of(draft, draft.at(index), session)) {
            draft.say(SessionCancelled{index, draft.next_seq(index), session.number});
        }
    }
}

bool stands_already(const Hub& hub, const Session& date) {
    return std::ranges::any_of(hub.sessions, [&](const Session& session) {
        return session.weekly && !session.cancelled && session.starts == date.starts;
    });
}

}  // namespace

void plan_sessions(Draft& draft, HubIndex index) {
    const auto weekly = [&] {
        return std::ranges::any_of(draft.at(index).profile.weekly,
                                   [](const WeeklySlot& slot) { return slot.seats != 0; });
    };
    if (!weekly() && draft.at(index).plan_at == never) {
        return;
    }
    cancel_strays(draft, index);
    if (!weekly()) {
        draft.say(SessionsPlanned{index, draft.next_seq(index), 0, never});
        return;
    }
    const Calendar& calendar = draft.before().calendar;
    const std::int64_t today = calendar.day_of(draft.at());
    for (std::int64_t day = today; day <= today + limits::planned_days; ++day) {
        for (const WeeklySlot slot : draft.at(index).profile.weekly) {
            const Hub& hub = draft.at(index);
            if (slot.seats == 0 || slot.day != weekday_of(day) || calendar.closed(day)) {
                continue;
            }
            const Session date = on_day(draft, hub, slot, day);
            if (date.takes(draft.at()) && date.starts < date.ends && can_be_met(hub, date.needs) &&
                !stands_already(hub, date) && has_room_for_more(hub, draft.at())) {
                publish(draft, index, date);
            }
        }
    }
    // Once a week is often enough: there are always three weeks to choose from.
    draft.say(SessionsPlanned{index, draft.next_seq(index),
                              static_cast<std::int32_t>(today + limits::planned_days),
                              calendar.moment(today + 7, 0)});
}

Handled handle(Draft& draft, const PublishSession& command, const Actor& actor) {
    const auto hub = draft.before().find(command.hub);
    if (!hub || !speaks_for(actor, draft.at(*hub).profile)) {
        return refuse(Refused::not_found);
    }
    if (!lies_ahead(draft, command.starts)) {
        return refuse(Refused::date_invalid);
    }
    if (command.seats == 0 || command.seats > limits::units_max) {
        return refuse(Refused::units_out_of_range);
    }
    Session session;
    session.needs = needs_there(draft.at(*hub), command.needs);
    session.starts = command.starts;
    session.ends = command.ends;
    session.seats = command.seats;
    if (command.ends <= command.starts || command.ends - command.starts > longest_session ||
        !can_be_met(draft.at(*hub), session.needs)) {
        return refuse(Refused::session_invalid);
    }
    if (!has_room_for_more(draft.at(*hub), draft.at())) {
        return refuse(Refused::full);
    }
    publish(draft, *hub, session);
    fill_gaps(draft, *hub);
    return {};
}

Handled handle(Draft& draft, const CancelSession& command, const Actor& actor) {
    const auto hub = draft.before().find(command.hub);
    if (!hub || !speaks_for(actor, draft.at(*hub).profile)) {
        return refuse(Refused::not_found);
    }
    const Session* session = find(draft.at(*hub).sessions, command.session);
    if (session == nullptr || session->cancelled || session->ends < draft.at()) {
        return refuse(Refused::session_invalid);
    }
    draft.say(SessionCancelled{*hub, draft.next_seq(*hub), command.session});
    let_go(draft, *hub, Whom::everybody, Reason::session_cancelled, command.session);
    fill_gaps(draft);
    return {};
}

}  // namespace hubward::matcher
