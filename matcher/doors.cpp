// SPDX-License-Identifier: Apache-2.0
//
// Which hubs are not asked again, and for how long: a door opens when what it was shut for has gone.
#include <algorithm>

#include "matcher/route.hpp"

namespace hubward::matcher {
namespace {

// It had no room. By now there is some where it was asked for it, or the hub has said anew what it has.
bool has_room_again(const Draft& draft, const Hub& hub, const Offer& offer) {
    constexpr auto place = static_cast<std::size_t>(UnitKind::place);
    for (std::size_t k = 0; k < unit_kinds; ++k) {
        if (offer.units[k] == 0) {
            continue;
        }
        const bool at_session = k == place && offer.session != no_session;
        const Session* seats = at_session ? find(hub.sessions, offer.session) : nullptr;
        const bool room = at_session ? seats != nullptr && seats->takes(draft.at()) && seats->room() > 0
                                     : hub.capacity[k].free() > 0;
        if (room || hub.capacity[k].updated > offer.answered) {
            return true;
        }
    }
    return offer.units[place] != 0 && std::ranges::any_of(hub.sessions, [&](const Session& session) {
        return session.published > offer.answered;
    });
}

// The hub ended the offer: what it said then is still so.
bool still_so(const Draft& draft, const Referral& referral, const Offer& offer) {
    const Hub& hub = draft.at(offer.hub);
    switch (offer.reason) {
        case Reason::session_cancelled:    // it may have another
        case Reason::missing_information:  // only who answers routes it on
            return false;
        case Reason::no_capacity:
            return !has_room_again(draft, hub, offer);
        case Reason::too_far:
        case Reason::transport: {  // since then one of them may have moved
            const Position& there = hub.profile.position;
            const Metres now = hub.profile.is_virtual ? 0 : distance(referral.ask.position, there);
            return now >= offer.distance;
        }
        default:
            return true;
    }
}

}  // namespace

std::vector<HubId> closed_doors(const Draft& draft, const Referral& referral, Again again) {
    std::vector<HubId> doors;
    for (OfferIndex i = referral.first_offer; i != no_offer; i = draft.at(i).next) {
        const Offer& offer = draft.at(i);
        const bool said_no = offer.status == OfferStatus::rejected || offer.status == OfferStatus::failed;
        const bool expired = offer.status == OfferStatus::cancelled && offer.reason == Reason::offer_expired;
        const bool this_episode = offer.ordinal > referral.episode_from;
        if (this_episode &&
            ((said_no && still_so(draft, referral, offer)) || (expired && again == Again::no))) {
            doors.push_back(draft.at(offer.hub).profile.id);
        }
    }
    return doors;
}

std::vector<HubId> not_to_ask(const Draft& draft, const Referral& referral, NeedMask needs,
                              Again again) {
    std::vector<HubId> doors = closed_doors(draft, referral, again);
    for (OfferIndex i = referral.first_offer; i != no_offer; i = draft.at(i).next) {
        const Offer& offer = draft.at(i);
        if (!terminal(offer.status) && (offer.needs & needs) != 0) {
            doors.push_back(draft.at(offer.hub).profile.id);
        }
    }
    return doors;
}

}  // namespace hubward::matcher
