// SPDX-License-Identifier: Apache-2.0
//
// The worklist of a hub: who waits for an answer, who is in its care, what it has room for.
#include <algorithm>

#include <fmt/format.h>

#include "server/api/new_id.hpp"
#include "server/pages/handlers.hpp"
#include "server/pages/own_hub.hpp"
#include "server/pages/session_words.hpp"
#include "server/pages/story.hpp"
#include "server/pages/worklist_filter.hpp"

namespace hubward::server::pages {
namespace {

std::string offer_path(const matcher::Hub& hub, const OfferAt& at) {
    return fmt::format("/hub/{}/offers/{}", hub.profile.slug.view(),
                       wire::offer_id_text(at.id, at.offer.ordinal));
}

Model waiting_row(const Words& words, const OwnHub& own, const OfferAt& at, matcher::Timestamp now) {
    Model row;
    row.set("id", wire::offer_id_text(at.id, at.offer.ordinal));
    row.set("path", offer_path(own.hub, at));
    row.set("key", api::new_request_id());
    row.set("reference", wire::readable_reference(at.index));
    row.set("needs", needs_text(words, at.ask, at.offer.needs));
    row.set("urgent", at.ask.urgency == matcher::Urgency::urgent);
    row.set("seen", at.offer.status == matcher::OfferStatus::received);
    row.set("language", language_text(words, at.ask));
    row.set("access", access_text(words, at.ask.access));
    row.set("wishes", access_text(words, at.ask.access_preferred));
    row.set("date", date_line(words, at));
    row.set("distance", words.distance(at.offer.distance));
    row.set("made", words.ago(at.offer.made, now));
    row.set("left", words.left(at.offer.answer_by, now));
    row.set("late", is_soon(at, now));
    row.set("answer_by", words.date(at.offer.answer_by));
    row.set("answer_by_machine", wire::time_text(at.offer.answer_by));
    return row;
}

Model person_row(const Words& words, const OwnHub& own, const OfferAt& at) {
    Model row;
    row.set("path", offer_path(own.hub, at));
    row.set("reference", wire::readable_reference(at.index));
    row.set("needs", needs_text(words, at.ask, at.offer.needs));
    row.set("status", words.text("status", matcher::name(at.offer.status)));
    row.set("date", date_line(words, at));
    row.set("language", language_text(words, at.ask));
    row.set("since", at.offer.answered == matcher::never
                         ? std::string("–")
                         : words.say("page", "since", {{"when", words.date(at.offer.answered)}}));
    return row;
}

Model tile(const Words& words, std::string_view here, const Filter& filter, Show show,
           std::string_view key, std::size_t count, bool hot) {
    Model made;
    made.set("href", fmt::format("{}{}", here, filter.query(show)));
    made.set("current", filter.show == show);
    made.set("count", words.number(static_cast<std::int64_t>(count)));
    made.set("text", words.text("page", key));
    made.set("hot", hot && count != 0);
    return made;
}

Model::List tiles(const Words& words, std::string_view here, const OwnHub& own, const Filter& filter) {
    Model::List list;
    list.push_back(tile(words, here, filter, Show::waiting, "tile_waiting",
                        own.waiting.size() + own.waiting_more, false));
    list.push_back(tile(words, here, filter, Show::urgent, "tile_urgent", own.urgent, true));
    list.push_back(tile(words, here, filter, Show::soon, "tile_soon", own.soon, true));
    list.push_back(tile(words, here, filter, Show::people, "tile_people", own.in_care.size() + own.in_care_more, false));
    return list;
}

Model::List options(const std::vector<Choice>& choices, std::string_view chosen) {
    Model::List list;
    for (const Choice& one : choices) {
        Model option;
        option.set("code", one.code);
        option.set("text", one.name);
        option.set("chosen", one.code == chosen);
        list.push_back(std::move(option));
    }
    return list;
}

void set_filter(Model& content, const Words& words, const OwnHub& own, const Filter& filter) {
    std::vector<OfferAt> everybody = own.waiting;
    everybody.insert(everybody.end(), own.in_care.begin(), own.in_care.end());
    content.set("filter_languages", options(languages_in(words, everybody), filter.language));
    content.set("filter_needs", options(needs_in(words, everybody), filter.need));
    content.set("may_filter", everybody.size() > 1 || filter.narrow());
    content.set("narrow", filter.narrow());
    content.set("filtered", filter.narrow() || filter.show != Show::all);
    content.set("show", filter.show == Show::all ? std::string_view() : word(filter.show));
}

Model content_of(const Words& words, const OwnHub& own, const Filter& filter, matcher::Timestamp now) {
    Model::List waiting;
    Model::List people;
    for (const OfferAt& at : own.waiting) {
        if (filter.show != Show::people && filter.takes(at, now)) {
            waiting.push_back(waiting_row(words, own, at, now));
        }
    }
    for (const OfferAt& at : own.in_care) {
        if ((filter.show == Show::all || filter.show == Show::people) &&
            filter.takes_languages_and_needs_of(at)) {
            people.push_back(person_row(words, own, at));
        }
    }
    const std::string here = fmt::format("/hub/{}", own.hub.profile.slug.view());
    Model content;
    content.set("name", own.name);
    content.set("here", here);
    content.set("renew", fmt::format("{}{}", here, filter.query(filter.show)));
    content.set("tiles", tiles(words, here, own, filter));
    set_filter(content, words, own, filter);
    content.set("show_offers", filter.show != Show::people);
    content.set("show_people", filter.show == Show::all || filter.show == Show::people);
    content.set("has_offers", !waiting.empty());
    content.set("none_at_all", own.waiting.empty());
    content.set("offers", std::move(waiting));
    content.set("hidden_count",
                own.waiting_more == 0
                    ? std::string()
                    : words.say("page", "more", {{"n", static_cast<std::int64_t>(own.waiting_more)}}));
    content.set("has_people", !people.empty());
    content.set("people", std::move(people));
    if (own.in_care_more != 0) {
        content.set("people_more",
                    words.say("page", "not_listed", {{"n", static_cast<std::int64_t>(own.in_care_more)}}));
    }
    content.set("units", unit_rows(words, own.hub, now));
    content.set("printed", words.say("page", "printed", {{"when", words.date(now)}}));
    content.set("version", own.hub.version);
    content.set("key", api::new_request_id());
    return content;
}

Model reason_option(const Words& words, std::string_view code) {
    Model reason;
    reason.set("code", code);
    reason.set("text", words.text("reason", code));
    return reason;
}

}  // namespace

Model::List decline_reasons(const Words& words) {
    Model::List reasons;
    const auto names = matcher::names<matcher::Reason>();
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (matcher::hub_may_decline_with(static_cast<matcher::Reason>(i))) {
            reasons.push_back(reason_option(words, names[i]));
        }
    }
    return reasons;
}

Model::List return_reasons(const Words& words) {
    Model::List reasons = decline_reasons(words);
    reasons.insert(reasons.begin(), reason_option(words, matcher::name(matcher::Reason::hub_withdrew)));
    return reasons;
}

http::Task<http::Response> get_hub(api::Services* services, Visit visit) {
    const auto own = own_hub(*services, visit.principal, visit.request.param("slug"));
    if (!own) {
        co_return error_page(visit.style, 404);
    }
    const Words& words = visit.words();
    const std::string stream = fmt::format("hub/{}", own->hub.profile.slug.view());
    Model frame;
    frame.set("flash", flash_of(visit));
    frame.set("nav", hub_nav(words, own->hub, HubPage::worklist));
    frame.set("live", true);
    frame.set("stream", stream);
    frame.set("epoch", services->events.epoch());
    // The position of exactly what this page shows: out of the same look at the view.
    frame.set("head", own->hub.feed_head);
    frame.set("words", words.group_json("live"));
    co_return page(visit.style, 200, "hub", own->name,
                   content_of(words, *own, filter_of(visit.request), services->clock.now()),
                   std::move(frame));
}

}  // namespace hubward::server::pages
