// SPDX-License-Identifier: Apache-2.0
//
// What a practice has sent, and what became of it.
#include "server/pages/practice_page.hpp"

#include <algorithm>
#include <optional>
#include <ranges>

#include <fmt/format.h>

#include "server/api/new_id.hpp"
#include "server/api/notes.hpp"
#include "server/api/seen.hpp"
#include "server/pages/disclosure.hpp"
#include "server/pages/handlers.hpp"
#include "server/pages/letter.hpp"
#include "server/pages/own_hub.hpp"
#include "server/pages/sent_list.hpp"
#include "server/pages/stand.hpp"
#include "server/pages/standing.hpp"
#include "server/pages/story.hpp"

namespace hubward::server::pages {
namespace {

// The hubs that are asked or help now.
std::string hubs_of(const wire::ReferralFacts& facts) {
    std::string out;
    for (const wire::OfferFacts& at : facts.offers) {
        if (waits(at.offer.status) || is_in_care(at.offer.status)) {
            out += out.empty() ? at.hub_name : ", " + at.hub_name;
        }
    }
    return out;
}

Model row_of(const Words& words, const wire::ReferralFacts& facts, matcher::Timestamp now) {
    const Stand stand = stand_of(facts.referral);
    // As somebody wanted it: there is no hub yet, and nothing to do about that.
    const bool rests = stand == Stand::gap && facts.referral.status == matcher::ReferralStatus::on_hold;
    const std::string hubs = hubs_of(facts);
    Model row;
    row.set("path", fmt::format("/practice/referrals/{}", wire::id_text(facts.referral.id)));
    row.set("reference", wire::readable_reference(facts.index));
    row.set("needs", needs_text(words, facts.referral.ask, 0xff));
    row.set("urgent", facts.referral.ask.urgency == matcher::Urgency::urgent);
    row.set("status", rests ? words.text("reason", "paused")
                            : words.text("page", stand_texts[static_cast<std::size_t>(stand)]));
    row.set("worry", worries(stand) && !rests);
    row.set("helped", stand == Stand::care);
    row.set("hub", hubs.empty() ? std::string() : words.say("page", "p_with", {{"hub", hubs}}));
    row.set("sent", words.say("page", "p_sent", {{"ago", words.ago(facts.referral.created, now)}}));
    return row;
}

Model::List need_rows(const Words& words, const matcher::Referral& referral) {
    Model::List rows;
    for (std::size_t i = 0; i < referral.ask.need_count; ++i) {
        Model row;
        row.set("text", words.text("need", matcher::name(referral.ask.needs[i])));
        row.set("outcome", referral.needs[i].outcome == matcher::Outcome::none
                               ? std::string_view()
                               : words.text("outcome", matcher::name(referral.needs[i].outcome)));
        rows.push_back(std::move(row));
    }
    return rows;
}

Model::List story_rows(const Visit& visit, const std::vector<api::Told>& told) {
    Model::List rows;
    for (const api::Told& one : told) {
        Model row;
        row.set("text", story(visit.words(), one));
        row.set("at", visit.words().date(one.event.entry->at));
        row.set("machine", wire::time_text(one.event.entry->at));
        rows.push_back(std::move(row));
    }
    return rows;
}

// Whether the event has words of people that belong on this page: a new address is for the details alone.
bool has_words(const api::Told& told) {
    return matcher::note_slot_of(*told.event.event) != 0 &&
           !std::holds_alternative<matcher::PersonMoved>(*told.event.event);
}

// What practice and hubs have said beside the codes, each under what happened then. The practice hears only
// of events that the person lets it hear of, so these are all for it to read.
// Nothing when some of it cannot be read now.
std::optional<Model::List> said_rows(api::Services& services, const Visit& visit, const matcher::ReferralId& id,
                                     const std::vector<api::Told>& told) {
    Model::List rows;
    for (const api::Told& one : told | std::views::filter(has_words)) {
        const auto note = api::note_of(services, id, one.event);
        if (!note) {
            return std::nullopt;
        }
        Model row;
        row.set("text", story(visit.words(), one));
        row.set("at", visit.words().date(one.event.entry->at));
        row.set("machine", wire::time_text(one.event.entry->at));
        row.set("lines", lines_of(note->empty() ? visit.words().text("page", "said_nothing") : std::string_view(*note)));
        rows.push_back(std::move(row));
    }
    return rows;
}

// What waits for a person, and for whom: nobody may think that it goes on by itself.
void set_waiting(Model& content, const Words& words, const wire::ReferralFacts& facts) {
    const matcher::Referral& referral = facts.referral;
    if (!matcher::live(referral)) {
        return;
    }
    if (const auto yours = matcher::needs_that_are(referral, matcher::NeedStatus::with_referrer); yours != 0) {
        Model part;
        part.set("text", words.say("page", "p_yours_hint", {{"needs", needs_text(words, referral.ask, yours)}}));
        part.set("key", std::string_view(api::new_request_id()));
        part.set("may_release", referral.status == matcher::ReferralStatus::active);
        content.set("yours", std::move(part));
    }
    if (const auto owned = matcher::needs_that_are(referral, matcher::NeedStatus::with_owner); owned != 0) {
        content.set("owned", words.say("page", "p_place_hint",
                                       {{"needs", needs_text(words, referral.ask, owned)},
                                        {"owner", std::string(referral.owner.view())},
                                        {"when", words.date(referral.review_at)}}));
    }
}

http::Response follow_page(api::Services& services, const Visit& visit, const matcher::ReferralId& id,
                           const wire::ReferralFacts& facts, const std::vector<api::Told>& told,
                           Model::List said) {
    const Words& words = visit.words();
    Model content = row_of(words, facts, services.clock.now());
    set_waiting(content, words, facts);
    content.set("asked", need_rows(words, facts.referral));
    content.set("language", language_text(words, facts.referral.ask));
    content.set("access", access_text(words, facts.referral.ask.access));
    content.set("wishes", access_text(words, facts.referral.ask.access_preferred));
    content.set("story", story_rows(visit, told));
    content.set("more_said", said.empty() && facts.referral.erasure == matcher::Erasure::none &&
                                 std::ranges::any_of(told, has_words));
    content.set("has_said", !said.empty());
    content.set("said", std::move(said));
    content.set("letters", letter_links(words));
    content.set("standing", standing(services, words, visit.principal, id));
    content.set("raw", fmt::format("/v1/referrals/{}", wire::id_text(id)));
    Model frame;
    frame.set("flash", flash_of(visit));
    frame.set("whose", visit.principal.subject);
    frame.set("nav", practice_nav(words, 2));
    return page(visit.style, 200, "follow", wire::readable_reference(facts.index), std::move(content),
                std::move(frame));
}

}  // namespace

Model::List practice_nav(const Words& words, std::size_t current) {
    Model::List nav;
    nav.push_back(nav_item("/practice", words.text("page", "nav_referrals"), current == 0));
    nav.push_back(nav_item("/practice/new", words.text("page", "nav_new"), current == 1));
    return nav;
}

http::Task<http::Response> get_practice(api::Services* services, Visit visit) {
    const Words& words = visit.words();
    const auto asked = std::ranges::find(stand_names, visit.request.query_value("show").value_or(""));
    const bool filtered = asked != stand_names.end();
    const Sent sent = sent_by(*services, visit.principal,
                              filtered ? std::optional(static_cast<Stand>(asked - stand_names.begin())) : std::nullopt);
    Model::List rows;
    for (const wire::ReferralFacts& facts : sent.shown) {
        rows.push_back(row_of(words, facts, services->clock.now()));
    }
    Model::List tiles;
    for (std::size_t i = 0; i < stand_count; ++i) {
        Model tile;
        tile.set("href", fmt::format("/practice?show={}", stand_names[i]));
        tile.set("current", asked == stand_names.begin() + static_cast<std::ptrdiff_t>(i));
        tile.set("count", words.number(static_cast<std::int64_t>(sent.counts[i])));
        tile.set("text", words.text("page", stand_texts[i]));
        tile.set("hot", worries(static_cast<Stand>(i)) && sent.counts[i] != 0);
        tiles.push_back(std::move(tile));
    }
    Model content;
    content.set("tiles", std::move(tiles));
    content.set("filtered", filtered);
    content.set("has_rows", !rows.empty());
    content.set("rows", std::move(rows));
    if (sent.more != 0) {
        content.set("more", words.say("page", "not_listed", {{"n", static_cast<std::int64_t>(sent.more)}}));
    }
    Model frame;
    frame.set("flash", flash_of(visit));
    frame.set("whose", visit.principal.subject);
    frame.set("nav", practice_nav(words, 0));
    co_return page(visit.style, 200, "practice", words.text("page", "nav_referrals"), std::move(content),
                   std::move(frame));
}

http::Task<http::Response> follow_referral(api::Services* services, Visit visit) {
    const auto id = wire::parse_id(visit.request.param("id"));
    const auto facts = id ? api::facts_for(*services, visit.principal, *id) : std::nullopt;
    const auto told = facts ? api::events_told(*services, visit.principal, *id) : std::nullopt;
    co_return told ? follow_page(*services, visit, *id, *facts, *told, {}) : error_page(visit.style, 404);
}

// What came back to the practice goes to hubs again. What the place looks at stays there.
http::Task<http::Response> release_referral(api::Services* services, Visit visit) {
    const auto id = wire::parse_id(visit.request.param("id"));
    const auto facts = id ? api::facts_for(*services, visit.principal, *id) : std::nullopt;
    if (!facts) {
        co_return error_page(visit.style, 404);
    }
    matcher::ReleaseNeeds command;
    command.referral = *id;
    matcher::Envelope letter = envelope(*services, visit, command, visit.form.value("key"));
    const auto done = co_await services->gateway.submit(visit.request.thread, std::move(letter));
    const std::string here = fmt::format("/practice/referrals/{}", wire::id_text(*id));
    if (done) {
        co_return see_other(here + "?done=released");
    }
    const bool unasked = done.error().why == matcher::Refused::consent_missing;
    co_return see_other(fmt::format("{}?refused={}", here, unasked ? "consent" : word_for(done.error().why)));
}

// The words are sealed like the details, so reading them is on record like reading those.
http::Task<http::Response> show_said(api::Services* services, Visit visit) {
    const auto id = wire::parse_id(visit.request.param("id"));
    const auto facts = id ? api::facts_for(*services, visit.principal, *id) : std::nullopt;
    const auto before = facts ? api::events_told(*services, visit.principal, *id) : std::nullopt;
    if (!before || !std::ranges::any_of(*before, has_words)) {
        co_return error_page(visit.style, 404);
    }
    Visit copy = visit;
    const matcher::DiscloseDetails command{*id, true};
    if (const unsigned refused = co_await note_reading(services, std::move(copy), command); refused != 0) {
        co_return error_page(visit.style, refused);
    }
    const auto told = api::events_told(*services, visit.principal, *id);
    const std::vector<api::Told>& now = told ? *told : *before;
    auto said = said_rows(*services, visit, *id, now);
    co_return said ? follow_page(*services, visit, *id, *facts, now, *std::move(said)) : error_page(visit.style, 503);
}

}  // namespace hubward::server::pages
