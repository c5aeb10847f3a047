// SPDX-License-Identifier: Apache-2.0
//
// One referral as the hub sees it: what was asked, what happened, and after accepting, who it is.
#include <algorithm>
#include <ranges>

#include <fmt/format.h>

#include "server/api/new_id.hpp"
#include "server/api/referral_events.hpp"
#include "server/api/withdrawal.hpp"
#include "server/pages/details_rows.hpp"
#include "server/pages/disclosure.hpp"
#include "server/pages/handlers.hpp"
#include "server/pages/letter.hpp"
#include "server/pages/own_hub.hpp"
#include "server/pages/session_words.hpp"
#include "server/pages/story.hpp"
#include "server/pages/why.hpp"

namespace hubward::server::pages {
namespace {

Model::List need_rows(const Words& words, const OfferAt& at, bool only_open) {
    Model::List rows;
    for (std::size_t i = 0; i < at.ask.need_count; ++i) {
        const bool open = at.needs[i].outcome == matcher::Outcome::none;
        if ((at.offer.needs >> i & 1) == 0 || (only_open && !open)) {
            continue;
        }
        Model row;
        row.set("index", i);
        row.set("text", words.text("need", matcher::name(at.ask.needs[i])));
        row.set("outcome",
                open ? std::string_view()
                     : words.text("outcome", matcher::name(at.needs[i].outcome)));
        rows.push_back(std::move(row));
    }
    return rows;
}

Model::List outcomes(const Words& words) {
    Model::List list;
    for (const std::string_view name : matcher::names<matcher::Outcome>() | std::views::drop(1)) {
        Model outcome;
        outcome.set("code", name);
        outcome.set("text", words.text("outcome", name));
        list.push_back(std::move(outcome));
    }
    return list;
}

// What the server did by itself as part of somebody's command; naming them would mislead.
bool is_consequence(const matcher::Event& event) {
    using namespace matcher;
    return std::holds_alternative<Offered>(event) || std::holds_alternative<GapRecorded>(event) ||
           std::holds_alternative<OfferExpired>(event) || std::holds_alternative<OfferCancelled>(event) ||
           std::holds_alternative<OfferCompleted>(event) || std::holds_alternative<AllNeedsResolved>(event);
}

Model::List story_of(const Visit& visit, const std::vector<api::Told>& told, matcher::Timestamp now) {
    Model::List list;
    const Words& words = visit.words();
    for (const api::Told& one : told) {
        const matcher::Entry& entry = *one.event.entry;
        Model item;
        item.set("text", story(words, one));
        item.set("who", is_consequence(*one.event.event) ? std::string()
                                                         : who(words, visit.principal, entry.actor));
        item.set("at", words.date(entry.at));
        item.set("machine", wire::time_text(entry.at));
        item.set("ago", words.ago(entry.at, now));
        list.push_back(std::move(item));
    }
    return list;
}

// What the hub may do now, as switches of the template.
void set_state(Model& content, const OfferAt& at) {
    const bool open = waits(at.offer.status);
    const bool mine = is_in_care(at.offer.status);
    content.set("open", open);
    content.set("mine", mine);
    content.set("closed", !open && !mine);
    content.set("may_start", at.offer.status == matcher::OfferStatus::accepted);
}

// What a visitor asked to see beyond the offer itself; personal.
struct Shown {
    Model::List details;
    std::optional<std::string> withdrawal;  // empty when nothing was said that is for people
};

// The hub had the person when the practice took the referral back, and the practice said more than that:
// the same question as the button's own, so that it never leads to nothing.
bool more_was_said(api::Services& services, const Visit& visit, const OfferAt& at) {
    return at.offer.taken && at.offer.status == matcher::OfferStatus::cancelled &&
           api::find_withdrawal(services, visit.principal, at.index).has_value();
}

Model::List said_lines(const Words& words, const std::optional<std::string>& withdrawal) {
    if (!withdrawal) {
        return {};
    }
    return lines_of(withdrawal->empty() ? words.text("page", "said_nothing") : std::string_view(*withdrawal));
}

http::Response person_page(api::Services& services, const Visit& visit, const OfferAt& at,
                           Shown shown) {
    const Words& words = visit.words();
    const matcher::Timestamp now = services.clock.now();
    const std::string here = fmt::format("/hub/{}", visit.principal.subject);
    const std::string reference = wire::readable_reference(at.index);
    const std::string id = wire::offer_id_text(at.id, at.offer.ordinal);
    Model content;
    content.set("here", here);
    content.set("path", fmt::format("{}/offers/{}", here, id));
    content.set("raw", fmt::format("/v1/offers/{}", id));
    content.set("raw_history", fmt::format("/v1/referrals/{}/history", wire::id_text(at.id)));
    content.set("key", api::new_request_id());
    content.set("reference", reference);
    content.set("status", words.text("status", matcher::name(at.offer.status)));
    content.set("urgent", at.ask.urgency == matcher::Urgency::urgent);
    content.set("language", language_text(words, at.ask));
    content.set("access", access_text(words, at.ask.access));
    content.set("wishes", access_text(words, at.ask.access_preferred));
    content.set("date", date_line(words, at));
    content.set("distance", words.distance(at.offer.distance));
    content.set("left", words.left(at.offer.answer_by, now));
    content.set("answer_by", words.date(at.offer.answer_by));
    content.set("answer_by_machine", wire::time_text(at.offer.answer_by));
    set_state(content, at);
    content.set("needs", need_rows(words, at, false));
    content.set("open_needs",
                is_in_care(at.offer.status) ? need_rows(words, at, true) : Model::List());
    content.set("outcomes", outcomes(words));
    // Of a date that lies ahead nobody can know.
    content.set("not_come", at.offer.appointment != matcher::never && at.offer.appointment <= now
                                ? words.text("outcome", "did-not-attend")
                                : std::string_view());
    content.set("not_reached", words.text("outcome", "could-not-contact"));
    content.set("reasons", decline_reasons(words));
    content.set("return_reasons", return_reasons(words));
    content.set("letters", is_in_care(at.offer.status) ? letter_links(words) : Model());
    content.set("has_details", !shown.details.empty());
    content.set("details", std::move(shown.details));
    if (const auto told = api::events_told(services, visit.principal, at.id)) {
        const auto policy = services.view.look([&](const View& view) {
            const matcher::PlaceRules* own = view.state().places.find(at.ask.place);
            return own != nullptr ? own->policy : view.state().policy;
        });
        content.set("story", story_of(visit, *told, now));
        content.set("more_said", !shown.withdrawal && more_was_said(services, visit, at));
        content.set("has_said", shown.withdrawal.has_value());
        content.set("said", said_lines(words, shown.withdrawal));
        content.set("why", why_this_hub(words, *told, at.offer.ordinal, policy));
    }
    const auto own = own_hub(services, visit.principal, visit.principal.subject);
    Model frame;
    frame.set("flash", flash_of(visit));
    if (own) {
        frame.set("whose", own->name);
        frame.set("nav", hub_nav(words, own->hub, HubPage::other));
        Model::List seats = seat_choices(words, own->hub, at, now);
        content.set("has_seats", !seats.empty());
        content.set("seats", std::move(seats));
        content.set("waiting", own->waiting.empty()
                                   ? std::string()
                                   : words.say("page", "still_waiting",
                                               {{"n", static_cast<std::int64_t>(own->waiting.size())}}));
    }
    return page(visit.style, 200, "person", reference, std::move(content), std::move(frame));
}

std::optional<OfferAt> offer_of(api::Services& services, const Visit& visit) {
    return own_offer(services, visit.principal, visit.request.param("slug"),
                     visit.request.param("id"));
}

}  // namespace

http::Task<http::Response> get_person(api::Services* services, Visit visit) {
    const auto at = offer_of(*services, visit);
    if (!at) {
        co_return error_page(visit.style, 404);
    }
    co_return person_page(*services, visit, *at, {});
}

http::Task<http::Response> show_details(api::Services* services, Visit visit) {
    const auto before = offer_of(*services, visit);
    if (!before) {
        co_return error_page(visit.style, 404);
    }
    Visit copy = visit;
    const auto details = co_await disclose(services, std::move(copy), before->id);
    if (!details) {
        co_return error_page(visit.style, details.error());
    }
    const auto after = offer_of(*services, visit);
    co_return person_page(*services, visit, after ? *after : *before,
                          {details_rows(visit.words(), *details), {}});
}

http::Task<http::Response> show_withdrawal(api::Services* services, Visit visit) {
    const auto at = offer_of(*services, visit);
    if (!at) {
        co_return error_page(visit.style, 404);
    }
    Visit copy = visit;
    auto said = co_await disclose_withdrawal(services, std::move(copy), at->id);
    if (!said) {
        co_return error_page(visit.style, said.error());
    }
    co_return person_page(*services, visit, *at, {{}, *std::move(said)});
}

}  // namespace hubward::server::pages
