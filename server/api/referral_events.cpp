// SPDX-License-Identifier: Apache-2.0
#include "server/api/referral_events.hpp"

#include <fmt/format.h>

#include "server/api/seen.hpp"
#include "server/wire/veil.hpp"

namespace hubward::server::api {
namespace {

// What the view knows about the referral and its offers, copied out.
struct Around {
    matcher::ReferralIndex index{};
    matcher::Referral referral;
    struct OfferAt {
        matcher::OfferIndex index = matcher::no_offer;
        std::uint8_t ordinal = 0;
        HubKey hub;
        bool own = false;
    };
    std::vector<OfferAt> offers;
};

std::optional<Around> look_around(const View& view, const auth::Principal& who,
                                  const matcher::ReferralId& id) {
    const matcher::State& state = view.state();
    const auto index = state.find(id);
    if (!index || !sees(state, who, state.at(*index))) {
        return std::nullopt;
    }
    Around around;
    around.index = *index;
    around.referral = state.at(*index);
    for (auto i = around.referral.first_offer; i != matcher::no_offer; i = state.at(i).next) {
        const matcher::Offer& offer = state.at(i);
        const matcher::Hub& hub = state.at(offer.hub);
        around.offers.push_back(
            {i, offer.ordinal, hub_key(hub, offer.hub), own_hub(who, hub.profile)});
    }
    return around;
}

// The offer that an event is about; no_offer when it is about the referral as a whole.
matcher::OfferIndex offer_of(const matcher::Event& event) {
    return std::visit(
        [](const auto& e) {
            if constexpr (requires { e.on.offer; }) {
                return e.on.offer;
            } else {
                return matcher::no_offer;
            }
        },
        event);
}

// A hub hears of the submission, of its own offers and of the end.
bool hub_may_hear(const matcher::Event& event) {
    return std::holds_alternative<matcher::ReferralSubmitted>(event) ||
           std::holds_alternative<matcher::Withdrawn>(event) ||
           std::holds_alternative<matcher::AllNeedsResolved>(event) ||
           std::holds_alternative<matcher::ConsentWithdrawn>(event) ||
           std::holds_alternative<matcher::ConsentExpired>(event) ||
           std::holds_alternative<matcher::Erased>(event);
}

}  // namespace

std::optional<std::vector<Told>> events_told(Services& services, const auth::Principal& who,
                                             const matcher::ReferralId& id) {
    const auto around = services.view.look(
        [&](const View& view) { return look_around(view, who, id); });
    if (!around) {
        return std::nullopt;
    }
    wire::EventSubject about;
    about.referral = around->referral.id;
    about.index = around->index;
    about.ask = around->referral.ask;
    about.practice = around->referral.practice;
    std::vector<Told> told;
    for (storage::StreamEvent& event : services.events.deeds_of_referral(around->index, readings_told_max)) {
        Told one;
        one.subject = about;
        const auto offer = offer_of(*event.event);
        bool may = who.role != matcher::Role::hub || hub_may_hear(*event.event);
        if (who.role == matcher::Role::practice &&
            !wire::practice_may_hear(around->referral, *event.event)) {
            continue;
        }
        for (const Around::OfferAt& at : around->offers) {
            if (at.index == offer) {
                one.subject.ordinal = at.ordinal;
                one.subject.hub.slug = at.hub.slug.view();
                one.subject.hub.name = services.hub_names->name(at.hub, services.events);
                may = may || at.own;
            }
        }
        if (may) {
            one.event = std::move(event);
            told.push_back(std::move(one));
        }
    }
    return told;
}

std::string who_text(const matcher::Actor& actor) {
    if (actor.role == matcher::Role::system) {
        return "the system";
    }
    return fmt::format("{} {}", matcher::name(actor.role), actor.subject.view());
}

std::string last_change(Services& services, const auth::Principal& who,
                        const matcher::ReferralId& id) {
    const auto told = events_told(services, who, id);
    if (!told || told->empty()) {
        return {};
    }
    const Told& last = told->back();
    // What others are called is told only to those who may know them.
    const bool may_name = who.role != matcher::Role::hub ||
                          last.event.entry->actor.role == matcher::Role::practice ||
                          last.event.entry->actor.subject.view() == who.subject;
    return fmt::format("Last change by {} at {}: {}",
                       may_name ? who_text(last.event.entry->actor) : std::string("someone else"),
                       wire::time_text(last.event.entry->at),
                       wire::story(*last.event.entry, *last.event.event, last.subject));
}

}  // namespace hubward::server::api
