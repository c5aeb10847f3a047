// SPDX-License-Identifier: Apache-2.0
//
// The sessions of a hub, by date: what is free, one more, and the slots of its week.
#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "server/api/closed.hpp"
#include "server/api/new_id.hpp"
#include "server/pages/handlers.hpp"
#include "server/pages/opening_form.hpp"
#include "server/pages/session_form.hpp"
#include "server/pages/session_words.hpp"
#include "server/wire/hours_json.hpp"

namespace hubward::server::pages {
namespace {

std::vector<matcher::Session> ahead(const matcher::Hub& hub, matcher::Timestamp now) {
    std::vector<matcher::Session> list;
    std::ranges::copy_if(hub.sessions, std::back_inserter(list),
                         [&](const matcher::Session& session) { return session.ends > now; });
    std::ranges::sort(list, {}, [](const matcher::Session& s) { return std::pair(s.starts, s.number); });
    return list;
}

Model session_row(const Words& words, const matcher::Hub& hub, const matcher::Session& session,
                  matcher::Timestamp now) {
    Model row;
    row.set("number", session.number);
    row.set("when", words.interval(session.starts, session.ends));
    row.set("machine", wire::time_text(session.starts));
    row.set("seats", seats_text(words, session, now));
    row.set("full", session.takes(now) && session.room() == 0);
    row.set("off", session.cancelled);
    row.set("weekly", session.weekly);
    row.set("needs", helps_with_text(words, hub.profile, session.needs));
    row.set("asked", session.held == 0 ? std::string()
                                       : words.say("session", "held", {{"n", std::int64_t{session.held}}}));
    row.set("taken", session.used == 0 ? std::string()
                                       : words.say("session", "used", {{"n", std::int64_t{session.used}}}));
    return row;
}

Model::List slot_rows(const Words& words, const matcher::Hub& hub) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < hub.profile.weekly.size(); ++i) {
        if (hub.profile.weekly[i].seats != 0) {
            order.push_back(i);
        }
    }
    const auto when = [&](std::size_t i) {
        const matcher::WeeklySlot& slot = hub.profile.weekly[i];
        return std::pair(slot.day, slot.span.open);
    };
    std::ranges::sort(order, {}, when);
    Model::List rows;
    for (const std::size_t i : order) {
        const matcher::WeeklySlot& slot = hub.profile.weekly[i];
        Model row;
        row.set("number", i + 1);
        row.set("day", words.text("weekday", wire::weekdays[slot.day]));
        row.set("times", fmt::format("{}–{}", hour_text(slot.span.open), hour_text(slot.span.close)));
        row.set("seats", words.say("session", "seats", {{"n", std::int64_t{slot.seats}}}));
        row.set("needs", helps_with_text(words, hub.profile, slot.needs));
        rows.push_back(std::move(row));
    }
    return rows;
}

// `refused` is of the group "flash"; empty: what the address says.
http::Response sessions_page(api::Services& services, const Visit& visit, const OwnHub& own,
                             const std::vector<FieldFault>& faults, std::string_view refused = {}) {
    const Words& words = visit.words();
    const matcher::Timestamp now = services.clock.now();
    Model::List rows;
    for (const matcher::Session& session : ahead(own.hub, now)) {
        rows.push_back(session_row(words, own.hub, session, now));
    }
    const std::string here = fmt::format("/hub/{}", own.hub.profile.slug.view());
    Model content;
    content.set("here", here);
    content.set("has_rows", !rows.empty());
    content.set("rows", std::move(rows));
    Model::List slots = slot_rows(words, own.hub);
    content.set("may_add", slots.size() < own.hub.profile.weekly.size());
    content.set("has_slots", !slots.empty());
    content.set("slots", std::move(slots));
    for (const char* field : {"date", "from", "to", "seats"}) {
        content.set(field, visit.form.value(field));
    }
    matcher::NeedSet chosen;
    for (const std::string_view code : visit.form.values("needs")) {
        if (const auto need = matcher::parse<matcher::Need>(code)) {
            chosen.add(*need);
        }
    }
    content.set("needs", need_boxes(words, own.hub.profile, chosen));
    content.set("some", !chosen.empty() || std::ranges::find(faults, "session-needs", &FieldFault::field) != faults.end());
    content.set("version", own.hub.version);
    content.set("key", api::new_request_id());
    set_faults(content, words, faults);
    Model frame;
    frame.set("flash", refused.empty() ? flash_of(visit) : flash(false, words.text("flash", refused), {}));
    frame.set("whose", own.name);
    frame.set("nav", hub_nav(words, own.hub, HubPage::sessions));
    const std::string_view title = words.text("page", "nav_sessions");
    const unsigned status = !faults.empty() ? 422 : refused.empty() ? 200 : 412;
    return page(visit.style, status, "sessions",
                faults.empty() ? std::string(title) : fmt::format("{}: {}", words.text("page", "n_problem"), title),
                std::move(content), std::move(frame));
}

// What the core says of a session that was read without a fault.
std::optional<FieldFault> fault_for(matcher::Refused why, const matcher::Hub& hub, const matcher::Session& wish) {
    switch (why) {
        case matcher::Refused::date_invalid: return FieldFault{"date", "s_e_ahead"};
        case matcher::Refused::session_invalid:
            return api::closed_within(hub, wish.starts, wish.ends) ? FieldFault{"date", "s_e_closed"}
                                                                   : FieldFault{"session-needs", "s_e_needs"};
        case matcher::Refused::full: return FieldFault{"date", "s_e_many"};
        default: return std::nullopt;
    }
}

}  // namespace

http::Task<http::Response> get_sessions(api::Services* services, Visit visit) {
    const auto own = own_hub(*services, visit.principal, visit.request.param("slug"));
    co_return own ? sessions_page(*services, visit, *own, {}) : error_page(visit.style, 404);
}

http::Task<http::Response> make_session(api::Services* services, Visit visit) {
    const auto own = own_hub(*services, visit.principal, visit.request.param("slug"));
    if (!own) {
        co_return error_page(visit.style, 404);
    }
    const auto wish = services->view.look(
        [&](const View& view) { return session_of(visit.form, view.state().calendar); });
    if (!wish) {
        co_return sessions_page(*services, visit, *own, wish.error());
    }
    matcher::PublishSession command;
    command.hub = own->hub.profile.id;
    command.needs = wish->needs;
    command.starts = wish->starts;
    command.ends = wish->ends;
    command.seats = wish->seats;
    command.expected_version = visit.form.number("version").value_or(0);
    matcher::Envelope letter = envelope(*services, visit, command, visit.form.value("key"));
    const auto done = co_await services->gateway.submit(visit.request.thread, std::move(letter));
    if (done) {
        co_return see_other(fmt::format("/hub/{}/sessions?done=session_made", own->hub.profile.slug.view()));
    }
    // The hub as it is now: what a colleague has done in between is to be seen beside what was written.
    const auto fresh = own_hub(*services, visit.principal, visit.request.param("slug"));
    const OwnHub& shown = fresh ? *fresh : *own;
    if (const auto fault = fault_for(done.error().why, shown.hub, *wish)) {
        co_return sessions_page(*services, visit, shown, {*fault});
    }
    co_return sessions_page(*services, visit, shown, {}, word_for(done.error().why));
}

}  // namespace hubward::server::pages
