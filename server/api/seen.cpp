// SPDX-License-Identifier: Apache-2.0
#include "server/api/seen.hpp"

#include <algorithm>

#include "matcher/whose.hpp"
#include "server/wire/veil.hpp"

namespace hubward::server::api {

using matcher::OfferIndex;
using matcher::Role;

bool own_hub(const auth::Principal& who, const matcher::HubProfile& hub) {
    switch (who.role) {
        case Role::hub:
            return hub.slug.view() == who.subject;
        case Role::place:
            return hub.place.view() == who.subject;
        case Role::ops:
            return true;
        case Role::practice:
        case Role::system:
            return false;
    }
    return false;
}

bool sees(const matcher::State& state, const auth::Principal& who, const matcher::Referral& it) {
    switch (who.role) {
        case Role::practice:
            return it.practice.view() == who.subject;
        case Role::place:
            return matcher::looks_after(state, who.subject, it);  // as the core judges what a place does
        case Role::ops:
            return true;
        case Role::hub:
            break;
        case Role::system:
            return false;
    }
    for (OfferIndex i = it.first_offer; i != matcher::no_offer; i = state.at(i).next) {
        if (own_hub(who, state.at(state.at(i).hub).profile)) {
            return true;
        }
    }
    return false;
}

wire::Judged judged_now(Services& services) {
    return services.view.look([&](const View& view) {
        return wire::Judged{view.state().policy,
                            std::max(services.clock.now(), view.state().last_time)};
    });
}

wire::Reader reader_of(const auth::Principal& who) {
    switch (who.role) {
        case Role::practice:
            return wire::Reader::practice;
        case Role::place:
            return wire::Reader::place;
        case Role::ops:
            return wire::Reader::ops;
        case Role::hub:
        case Role::system:
            break;
    }
    return wire::Reader::hub;  // the reader who is told least
}

// Both are of one practice; a place may see the one and not the other.
static void link_onward(const matcher::State& state, const auth::Principal& who, wire::ReferralFacts& facts) {
    const matcher::Referral& it = facts.referral;
    if (it.onward_of != matcher::no_referral && sees(state, who, state.at(it.onward_of))) {
        const matcher::Referral& origin = state.at(it.onward_of);
        facts.onward_of = wire::Onward{origin.id, origin.ask.needs[it.onward_need]};
    }
    for (matcher::ReferralIndex i = it.onward_first; i != matcher::no_referral;
         i = state.at(i).onward_next) {
        if (sees(state, who, state.at(i))) {
            facts.onward.push_back({state.at(i).id, it.ask.needs[state.at(i).onward_need]});
        }
    }
}

Copied copy_for(const matcher::State& state, const auth::Principal& who,
                matcher::ReferralIndex index) {
    Copied copied;
    copied.facts.referral = state.at(index);
    copied.facts.index = index;
    const matcher::Referral& it = copied.facts.referral;
    if (who.role != Role::hub) {
        link_onward(state, who, copied.facts);
    }
    if (who.role == Role::practice) {
        wire::veil(copied.facts.referral);
        if (!wire::status_is_shared(it)) {
            copied.as_sent = true;
            return copied;  // who was asked is not told either
        }
    }
    for (OfferIndex i = it.first_offer; i != matcher::no_offer; i = state.at(i).next) {
        const matcher::Offer& offer = state.at(i);
        const matcher::Hub& hub = state.at(offer.hub);
        if (who.role == Role::hub && !own_hub(who, hub.profile)) {
            continue;  // where else a person was offered is not this hub's to know
        }
        copied.facts.offers.push_back({offer, hub.profile.slug, {}});
        copied.hubs.push_back(hub_key(hub, offer.hub));
    }
    return copied;
}

namespace {

// The ask as the practice sent it; an empty one when its entry cannot be read.
matcher::Ask sent(Services& services, const matcher::Referral& referral) {
    const auto written = services.events.entry(referral.submitted_at);
    if (written && written->entry != nullptr) {
        for (const matcher::Event& event : written->batch->events_of(*written->entry)) {
            const auto* submitted = std::get_if<matcher::ReferralSubmitted>(&event);
            if (submitted != nullptr && submitted->id == referral.id) {
                return submitted->ask;
            }
        }
    }
    return {};
}

}  // namespace

wire::ReferralFacts named(Services& services, Copied copied) {
    if (copied.as_sent) {
        wire::veil_ask(copied.facts.referral.ask, sent(services, copied.facts.referral));
    }
    for (std::size_t i = 0; i < copied.hubs.size(); ++i) {
        copied.facts.offers[i].hub_name =
            services.hub_names->name(copied.hubs[i], services.events);
    }
    return std::move(copied.facts);
}

std::optional<wire::ReferralFacts> facts_for(Services& services, const auth::Principal& who,
                                             const matcher::ReferralId& id) {
    auto copied = services.view.look([&](const View& view) -> std::optional<Copied> {
        const matcher::State& state = view.state();
        const auto index = state.find(id);
        if (!index || !sees(state, who, state.at(*index))) {
            return std::nullopt;
        }
        return copy_for(state, who, *index);
    });
    if (!copied) {
        return std::nullopt;
    }
    return named(services, *std::move(copied));
}

}  // namespace hubward::server::api
