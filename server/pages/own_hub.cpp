// SPDX-License-Identifier: Apache-2.0
#include "server/pages/own_hub.hpp"

#include <algorithm>
#include <ranges>
#include <utility>

#include "server/pages/page.hpp"
#include "server/pages/worklist_filter.hpp"

namespace hubward::server::pages {
namespace {

constexpr std::size_t shown_max = 200;     // rows of a list on one page
constexpr std::size_t looked_max = 50'000;  // offers walked from the newest back, under the lock

OfferAt copy(const matcher::State& state, const matcher::Offer& offer) {
    const matcher::Referral& referral = state.at(offer.referral);
    OfferAt at;
    at.offer = offer;
    at.index = offer.referral;
    at.id = referral.id;
    at.ask = referral.ask;
    for (std::size_t i = 0; i < at.needs.size(); ++i) {
        if (referral.needs[i].offer == offer.ordinal) {
            at.needs[i] = referral.needs[i];
        }
    }
    if (const matcher::Session* session = matcher::find(state.at(offer.hub).sessions, offer.session)) {
        at.session = *session;
    }
    return at;
}

bool is_own(const auth::Principal& who, const matcher::Hub& hub) {
    return who.role == matcher::Role::hub && hub.profile.slug.view() == who.subject;
}

// When somebody in care is looked at: first whose date has come and has no result yet, then whoever is helped longest.
auto turn(const matcher::Offer& offer, matcher::Timestamp now) {
    const bool due = offer.appointment <= now;
    return std::pair(!due, due ? offer.appointment : offer.answered);
}

void collect(const View& view, matcher::HubIndex index, matcher::Timestamp now, OwnHub& own) {
    const matcher::State& state = view.state();
    const matcher::Hub& hub = state.at(index);
    std::vector<matcher::OfferIndex> in_care;
    std::size_t looked = 0;
    for (const matcher::OfferIndex i : std::views::reverse(view.of_hub(index))) {
        const bool all_found = own.waiting.size() >= hub.open_offers && in_care.size() >= hub.with_person;
        if (all_found || looked++ == looked_max) {
            break;
        }
        const matcher::Offer& offer = state.at(i);
        if (waits(offer.status)) {
            own.waiting.push_back(copy(state, offer));
        } else if (is_in_care(offer.status)) {
            in_care.push_back(i);
        }
    }
    const std::size_t shown = std::min(in_care.size(), shown_max);
    std::ranges::partial_sort(in_care, in_care.begin() + static_cast<std::ptrdiff_t>(shown), {},
                              [&](matcher::OfferIndex i) { return std::pair(turn(state.at(i), now), i); });
    for (const matcher::OfferIndex i : in_care | std::views::take(shown)) {
        own.in_care.push_back(copy(state, state.at(i)));
    }
    own.in_care_more = std::max<std::size_t>(hub.with_person, shown) - shown;
}

void put_in_order(OwnHub& own, matcher::Timestamp now) {
    for (const OfferAt& at : own.waiting) {
        own.urgent += at.ask.urgency == matcher::Urgency::urgent ? 1U : 0U;
        own.soon += is_soon(at, now) ? 1U : 0U;
    }
    std::ranges::sort(own.waiting, [](const OfferAt& a, const OfferAt& b) {
        const bool a_urgent = a.ask.urgency == matcher::Urgency::urgent;
        const bool b_urgent = b.ask.urgency == matcher::Urgency::urgent;
        if (a_urgent != b_urgent) {
            return a_urgent;
        }
        return std::pair(a.offer.answer_by, a.index) < std::pair(b.offer.answer_by, b.index);
    });
    if (own.waiting.size() > shown_max) {
        own.waiting_more = own.waiting.size() - shown_max;
        own.waiting.resize(shown_max);
    }
}

}  // namespace

bool waits(matcher::OfferStatus status) {
    return status == matcher::OfferStatus::requested || status == matcher::OfferStatus::received;
}

bool is_in_care(matcher::OfferStatus status) {
    using enum matcher::OfferStatus;
    return status == accepted || status == ready || status == in_progress || status == on_hold;
}

std::optional<OwnHub> own_hub(api::Services& services, const auth::Principal& who,
                              std::string_view slug) {
    OwnHub own;
    api::HubKey key;
    const matcher::Timestamp now = services.clock.now();
    const bool found = services.view.look([&](const View& view) {
        const auto index = view.hub_by_slug(slug);
        if (!index || !is_own(who, view.state().at(*index))) {
            return false;
        }
        own.hub = view.state().at(*index);
        key = api::hub_key(own.hub, *index);
        collect(view, *index, now, own);
        return true;
    });
    if (!found) {
        return std::nullopt;
    }
    own.name = services.hub_names->name(key, services.events);
    put_in_order(own, now);
    return own;
}

std::optional<OfferAt> own_offer(api::Services& services, const auth::Principal& who,
                                 std::string_view slug, std::string_view offer_id) {
    const auto name = wire::parse_offer_id(offer_id);
    if (!name) {
        return std::nullopt;
    }
    return services.view.look([&](const View& view) -> std::optional<OfferAt> {
        const matcher::State& state = view.state();
        const auto referral = state.find(name->referral);
        const auto offer =
            referral ? state.offer(state.at(*referral), name->ordinal) : std::nullopt;
        if (!offer) {
            return std::nullopt;
        }
        const matcher::Hub& hub = state.at(state.at(*offer).hub);
        if (!is_own(who, hub) || hub.profile.slug.view() != slug) {
            return std::nullopt;
        }
        return copy(state, state.at(*offer));
    });
}

Seated seated_at(api::Services& services, const matcher::HubId& hub, matcher::SessionNumber session) {
    return services.view.look([&](const View& view) {
        const matcher::State& state = view.state();
        Seated seated;
        const auto index = state.find(hub);
        std::size_t looked = 0;
        for (const matcher::OfferIndex i : std::views::reverse(view.of_hub(*index))) {
            const matcher::Offer& offer = state.at(i);
            const bool there = offer.session == session && (waits(offer.status) || is_in_care(offer.status));
            if (there && seated.shown.size() < shown_max) {
                seated.shown.push_back(copy(state, offer));
            }
            if (there) {
                ++(waits(offer.status)                               ? seated.asked
                   : offer.status == matcher::OfferStatus::accepted ? seated.accepted
                                                                     : seated.helped);
            }
            if (++looked == looked_max) {
                break;
            }
        }
        return seated;
    });
}

std::string access_text(const Words& words, matcher::AccessSet access) {
    std::string out;
    const auto names = matcher::names<matcher::Access>();
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (access.has(static_cast<matcher::Access>(i))) {
            out += out.empty() ? "" : words.text("list", "comma");
            out += words.text("access", names[i]);
        }
    }
    return out;
}

std::string language_text(const Words& words, const matcher::Ask& ask) {
    return ask.language == matcher::Language::not_stated
               ? std::string()
               : language_name(words.language(), matcher::code(ask.language),
                               matcher::english_name(ask.language));
}

Model::List hub_nav(const Words& words, const matcher::Hub& hub, HubPage current) {
    const std::string here = "/hub/" + std::string(hub.profile.slug.view());
    Model::List nav;
    nav.push_back(nav_item(here, words.text("page", "nav_worklist"), current == HubPage::worklist));
    nav.push_back(nav_item(here + "/capacity", words.text("page", "nav_capacity"), current == HubPage::capacity));
    nav.push_back(nav_item(here + "/sessions", words.text("page", "nav_sessions"), current == HubPage::sessions));
    return nav;
}

}  // namespace hubward::server::pages
