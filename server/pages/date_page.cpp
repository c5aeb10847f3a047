// SPDX-License-Identifier: Apache-2.0
//
// A date for somebody whom the hub has: a seat at one of its sessions, or a day and time of its own.
#include <algorithm>

#include <fmt/format.h>

#include "server/pages/handlers.hpp"
#include "server/pages/opening_form.hpp"
#include "server/pages/own_hub.hpp"
#include "server/pages/session_form.hpp"
#include "server/pages/session_words.hpp"

namespace hubward::server::pages {
namespace {

// What of the offer needs a seat is helped with there.
bool helps(const matcher::Session& session, const OfferAt& at) {
    bool any = false;
    for (std::size_t i = 0; i < at.ask.need_count; ++i) {
        const bool seated = (at.offer.needs >> i & 1) != 0 &&
                            matcher::unit_for(at.ask.needs[i]) == matcher::UnitKind::place;
        if (seated && !session.needs.has(at.ask.needs[i])) {
            return false;
        }
        any = any || seated;
    }
    return any;
}

// Nothing when the form names no date; the core judges the one that it names.
std::optional<matcher::BookAppointment> booking_of(const Visit& visit, const matcher::OfferRef& offer,
                                                   const matcher::Calendar& calendar) {
    matcher::BookAppointment command{offer};
    if (visit.form.value("do") == "seat") {
        command.session = visit.form.number("session").value_or(matcher::no_session);
        return command.session == matcher::no_session ? std::nullopt : std::optional(command);
    }
    const auto day = typed_day(visit.form.value("date"));
    const auto minute = typed_minute(visit.form.value("time"));
    if (!day || !minute) {
        return std::nullopt;
    }
    command.starts = calendar.moment(*day, *minute);
    return command;
}

std::string_view word_for_date(matcher::Refused why) {
    switch (why) {
        case matcher::Refused::date_invalid: return "date_wrong";
        case matcher::Refused::no_unit_left: return "seat_gone";
        default: return word_for(why);
    }
}

}  // namespace

Model::List seat_choices(const Words& words, const matcher::Hub& hub, const OfferAt& at, matcher::Timestamp now) {
    Model::List choices;
    matcher::Sessions sessions = hub.sessions;
    std::ranges::sort(sessions, {}, [](const matcher::Session& s) { return std::pair(s.starts, s.number); });
    for (const matcher::Session& session : sessions) {
        if (session.takes(now) && session.room() >= (at.ask.whole_session ? unsigned{session.seats} : 1U) &&
            session.number != at.offer.session && helps(session, at)) {
            Model one;
            one.set("number", session.number);
            one.set("when", words.interval(session.starts, session.ends));
            one.set("seats", seats_text(words, session, now));
            choices.push_back(std::move(one));
        }
    }
    return choices;
}

http::Task<http::Response> book_date(api::Services* services, Visit visit) {
    const std::string_view id = visit.request.param("id");
    const auto at = own_offer(*services, visit.principal, visit.request.param("slug"), id);
    const auto name = wire::parse_offer_id(id);
    if (!at || !name) {
        co_return error_page(visit.style, 404);
    }
    const std::string path = fmt::format("/hub/{}/offers/{}", visit.request.param("slug"), id);
    matcher::OfferRef offer;
    offer.referral = name->referral;
    offer.ordinal = name->ordinal;
    const auto command = services->view.look(
        [&](const View& view) { return booking_of(visit, offer, view.state().calendar); });
    if (!command) {
        co_return see_other(path + "?refused=date_wrong");
    }
    matcher::Envelope letter = envelope(*services, visit, *command, visit.form.value("key"));
    const auto done = co_await services->gateway.submit(visit.request.thread, std::move(letter));
    co_return see_other(fmt::format("{}?{}={}", path, done ? "done" : "refused",
                                    done ? "date" : word_for_date(done.error().why)));
}

}  // namespace hubward::server::pages
