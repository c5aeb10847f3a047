// SPDX-License-Identifier: Apache-2.0
//
// Places with a date: published one by one or by the week, made larger or smaller, and cancelled.
#include <algorithm>
#include <optional>
#include <vector>

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

// Nothing when the hub is the asker's and as they saw it.
std::optional<Rejection> objection(const Draft& draft, std::optional<HubIndex> hub,
                                   std::uint32_t expected_version, const Actor& actor) {
    if (!hub || !speaks_for(actor, draft.at(*hub).profile)) {
        return Rejection{.why = Refused::not_found};
    }
    const std::uint32_t version = draft.at(*hub).version;
    if (expected_version != 0 && expected_version != version) {
        return Rejection{.why = Refused::version_changed, .version = version};
    }
    return std::nullopt;
}

void publish(Draft& draft, HubIndex hub, const Session& session) {
    draft.say(SessionPublished{hub, draft.next_seq(hub), draft.at(hub).last_session + 1,
                               session.needs, session.starts, session.ends, session.seats,
                               session.weekly});
}

bool closed_then(const Hub& hub, const Session& session) {
    return hub.profile.closures.outside(session.starts, session.ends) != session.ends - session.starts;
}

// What this slot comes to on this day; nothing on another day of the week, or when everything is closed,
// or the hub.
std::optional<Session> on_day(const Draft& draft, const Hub& hub, const WeeklySlot& slot,
                              std::int64_t day) {
    const Calendar& calendar = draft.before().calendar;
    if (slot.seats == 0 || slot.day != weekday_of(day) || calendar.closed(day)) {
        return std::nullopt;
    }
    Session session;
    session.needs = needs_there(hub, slot.needs);
    session.starts = calendar.moment(day, slot.span.open);
    session.ends = calendar.moment(day, slot.span.close);
    session.seats = slot.seats;
    session.weekly = true;
    return closed_then(hub, session) ? std::nullopt : std::optional(session);
}

// What the slots say of the moment at which this session starts.
std::optional<Session> date_at(const Draft& draft, const Hub& hub, Timestamp starts) {
    const Calendar& calendar = draft.before().calendar;
    const std::int64_t day = calendar.day_of(starts);
    for (const WeeklySlot& slot : hub.profile.weekly) {
        const auto date = on_day(draft, hub, slot, day);
        if (date && date->starts == starts) {
            return date;
        }
    }
    return std::nullopt;
}

bool alike(const Session& session, const std::optional<Session>& date) {
    return date && date->ends == session.ends && date->seats == session.seats &&
           date->needs == session.needs;
}

// Dates that no longer are what a slot says. Where nobody sits they go; where somebody does, what was
// promised stays, and the slot, or that there is none, decides how many more may come.
void follow_slots(Draft& draft, HubIndex index) {
    const Sessions before = draft.at(index).sessions;
    std::vector<SessionNumber> gone;
    for (const Session& session : before) {
        const auto date = date_at(draft, draft.at(index), session.starts);
        if (!session.weekly || !session.takes(draft.at()) || alike(session, date)) {
            continue;
        }
        const unsigned taken = unsigned{session.held} + session.used;
        const unsigned seats = std::max<unsigned>(taken, date ? date->seats : 0);
        if (taken == 0) {
            draft.say(SessionCancelled{index, draft.next_seq(index), session.number, true});
            gone.push_back(session.number);
        } else if (seats != session.seats) {
            draft.say(CapacityReported{index, draft.next_seq(index), UnitKind::place,
                                       static_cast<std::uint16_t>(seats), Role::system,
                                       session.number});
        }
    }
    // Whoever was asked without a seat being held has nothing to say yes to. Only when all are gone, or
    // some would be sent from one to the next.
    if (!gone.empty()) {
        let_go(draft, index, Whom::asked, Reason::session_cancelled, gone);
    }
}

// Nobody is to stand before a closed door. Dates of weekly slots where nobody sits are left to follow_slots,
// which forgets them, so that they come back when the hub is open after all.
std::vector<SessionNumber> call_off_closed_days(Draft& draft, HubIndex index) {
    const Sessions before = draft.at(index).sessions;
    std::vector<SessionNumber> gone;
    for (const Session& session : before) {
        const bool empty = session.held == 0 && session.used == 0;
        if (session.takes(draft.at()) && closed_then(draft.at(index), session) && !(session.weekly && empty)) {
            draft.say(SessionCancelled{index, draft.next_seq(index), session.number});
            gone.push_back(session.number);
        }
    }
    return gone;
}

// Also one of which the hub has said that it is full or does not take place: it is not made again.
bool stands_already(const Hub& hub, const Session& date) {
    return std::ranges::any_of(hub.sessions, [&](const Session& session) {
        return session.starts == date.starts;
    });
}

// The end of the closed days that run or come next: then the hub is there again for those who wait.
Timestamp opens_again(const Hub& hub, Timestamp at) {
    for (const Closures::Time& time : hub.profile.closures.times) {
        if (time.from != time.to && at < time.to) {
            return time.to;
        }
    }
    return never;
}

void plan_weeks(Draft& draft, HubIndex index) {
    const Timestamp again = opens_again(draft.at(index), draft.at());
    const auto weekly = [&] {
        return std::ranges::any_of(draft.at(index).profile.weekly,
                                   [](const WeeklySlot& slot) { return slot.seats != 0; });
    };
    if (!weekly() && again == never && draft.at(index).plan_at == never) {
        return;
    }
    follow_slots(draft, index);
    if (!weekly()) {
        draft.say(SessionsPlanned{index, draft.next_seq(index), 0, again});
        return;
    }
    const Calendar& calendar = draft.before().calendar;
    const std::int64_t today = calendar.day_of(draft.at());
    for (std::int64_t day = today; day <= today + limits::planned_days; ++day) {
        for (const WeeklySlot slot : draft.at(index).profile.weekly) {
            const Hub& hub = draft.at(index);
            const auto date = on_day(draft, hub, slot, day);
            if (date && date->takes(draft.at()) && date->starts < date->ends &&
                can_be_met(hub, date->needs) && !stands_already(hub, *date) &&
                has_room_for_more(hub, draft.at())) {
                publish(draft, index, *date);
            }
        }
    }
    // Once a week is often enough, there are always three weeks to choose from; and when closed days end.
    draft.say(SessionsPlanned{index, draft.next_seq(index),
                              static_cast<std::int32_t>(today + limits::planned_days),
                              std::min(calendar.moment(today + 7, 0), again)});
}

}  // namespace

void plan_sessions(Draft& draft, HubIndex index) {
    const std::vector<SessionNumber> gone = call_off_closed_days(draft, index);
    plan_weeks(draft, index);
    // Last, so that nobody is sent to a date that goes too.
    if (!gone.empty()) {
        let_go(draft, index, Whom::everybody, Reason::session_cancelled, gone);
    }
}

bool opened_again_since(const Hub& hub, Timestamp due, Timestamp now) {
    return std::ranges::any_of(hub.profile.closures.times, [&](const Closures::Time& time) {
        return time.from != time.to && due <= time.to && time.to <= now;
    });
}

Handled handle(Draft& draft, const PublishSession& command, const Actor& actor) {
    const auto hub = draft.before().find(command.hub);
    if (const auto no = objection(draft, hub, command.expected_version, actor)) {
        return std::unexpected(*no);
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
        !can_be_met(draft.at(*hub), session.needs) || closed_then(draft.at(*hub), session)) {
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
    if (const auto no = objection(draft, hub, command.expected_version, actor)) {
        return std::unexpected(*no);
    }
    const Session* session = find(draft.at(*hub).sessions, command.session);
    // Once it has begun, people are there.
    if (session == nullptr || !session->takes(draft.at())) {
        return refuse(Refused::session_invalid);
    }
    draft.say(SessionCancelled{*hub, draft.next_seq(*hub), command.session});
    let_go(draft, *hub, Whom::everybody, Reason::session_cancelled, std::span(&command.session, 1));
    fill_gaps(draft);
    return {};
}

Handled handle(Draft& draft, const SetSeats& command, const Actor& actor) {
    const auto hub = draft.before().find(command.hub);
    if (const auto no = objection(draft, hub, command.expected_version, actor)) {
        return std::unexpected(*no);
    }
    if (command.seats > limits::units_max) {
        return refuse(Refused::units_out_of_range);
    }
    const Session* session = find(draft.at(*hub).sessions, command.session);
    if (session == nullptr || !session->takes(draft.at())) {
        return refuse(Refused::session_invalid);
    }
    const unsigned taken = unsigned{session->held} + session->used;
    draft.say(CapacityReported{*hub, draft.next_seq(*hub), UnitKind::place,
                               static_cast<std::uint16_t>(std::max<unsigned>(taken, command.seats)),
                               actor.role, command.session});
    fill_gaps(draft, *hub);
    return {};
}

}  // namespace hubward::matcher
