// SPDX-License-Identifier: Apache-2.0
//
// What each event does to the things it is about. Internal to the room.
//
// Written once and used twice: apply() runs it on the State, decide() on a Draft that copies what
// it touches, so that the second event of one decision sees what the first one did. A World gives
//   Referral& referral(ReferralIndex)   Offer& offer(OfferIndex)   Hub& hub(HubIndex)
//   Practice& practice(const PracticeCode&)   Policy& policy()   std::size_t hub_count()
// and makes the thing when the index is the next free one. A reference is good until the next call
// of the same name.
#pragma once

#include <type_traits>
#include <variant>

#include "matcher/event.hpp"
#include "matcher/invariant.hpp"
#include "matcher/state.hpp"

namespace hubward::matcher::effects {

// Where the event stands: number and time of its entry.
struct When {
    Sequence entry = 0;
    Timestamp at{};
};

inline bool waits_for_answer(OfferStatus s) {
    return s == OfferStatus::requested || s == OfferStatus::received;
}
inline bool has_person(OfferStatus s) {
    return s == OfferStatus::accepted || s == OfferStatus::in_progress;
}

template <class World>
void count_practice(World& world, ReferralIndex referral, std::uint64_t practice_seq) {
    Referral& r = world.referral(referral);
    ++r.version;
    Practice& practice = world.practice(r.practice);
    invariant(practice_seq == practice.feed_head + 1, "a hole in a practice's stream");
    practice.feed_head = practice_seq;
}

inline void count_hub(Hub& hub, std::uint64_t hub_seq) {
    invariant(hub_seq == hub.feed_head + 1, "a hole in a hub's stream");
    hub.feed_head = hub_seq;
}

// Every event about one offer begins with this.
template <class World>
void count(World& world, const OnOffer& on) {
    count_practice(world, on.referral, on.practice_seq);
    count_hub(world.hub(on.hub), on.hub_seq);
}

inline void hold(Hub& hub, const Units& units) {
    for (std::size_t k = 0; k < unit_kinds; ++k) {
        invariant(units[k] <= hub.capacity[k].free(), "a unit was promised that is not there");
        hub.capacity[k].held = static_cast<std::uint16_t>(hub.capacity[k].held + units[k]);
    }
    ++hub.open_offers;
}

inline void take_back(Hub& hub, const Units& units, OfferStatus status) {
    const bool held = waits_for_answer(status);
    for (std::size_t k = 0; k < unit_kinds; ++k) {
        std::uint16_t& pool = held ? hub.capacity[k].held : hub.capacity[k].used;
        invariant(units[k] <= pool, "more units came back than were given");
        pool = static_cast<std::uint16_t>(pool - units[k]);
    }
    if (held) {
        invariant(hub.open_offers > 0, "an open offer was not counted");
        --hub.open_offers;
    }
}

// Ends the offer: units go back, and its needs that have no outcome yet are open again.
template <class World>
void end_offer(World& world, const OnOffer& on, OfferStatus status, Reason reason, Timestamp at) {
    Offer& offer = world.offer(on.offer);
    invariant(!terminal(offer.status), "an offer ended twice");
    take_back(world.hub(on.hub), offer.units, offer.status);
    offer.status = status;
    offer.reason = reason;
    if (offer.answered == never) {
        offer.answered = at;
    }
    Referral& referral = world.referral(on.referral);
    for (std::size_t i = 0; i < referral.ask.need_count; ++i) {
        NeedState& need = referral.needs[i];
        if (need.offer == offer.ordinal &&
            (need.status == NeedStatus::offered || need.status == NeedStatus::accepted)) {
            need.status = NeedStatus::open;
        }
    }
}

inline void forget_review_without_gap(Referral& referral) {
    if (needs_that_are(referral, NeedStatus::gap) == 0) {
        referral.review_at = never;
    }
}

template <class World>
void effect(World& world, const HubUpserted& e, When when) {
    Hub& hub = world.hub(e.hub);
    count_hub(hub, e.hub_seq);
    hub.profile = e.profile;
    hub.profile_at = when.entry;
    ++hub.version;
}

template <class World>
void effect(World& world, const CapacityReported& e, When when) {
    Hub& hub = world.hub(e.hub);
    count_hub(hub, e.hub_seq);
    Capacity& capacity = hub.capacity[static_cast<std::size_t>(e.kind)];
    capacity.total = e.total;
    capacity.updated = when.at;
    ++hub.version;
}

template <class World>
void effect(World& world, const PolicyAdopted& e, When) {
    world.policy() = e.policy;
}

template <class World>
void effect(World& world, const ReferralSubmitted& e, When when) {
    Referral& r = world.referral(e.referral);
    r.id = e.id;
    r.ask = e.ask;
    r.practice = e.practice;
    r.practice_ref = e.practice_ref;
    r.source = e.source;
    r.key_slot = e.key_slot;
    r.created = when.at;
    r.submitted_at = when.entry;
    count_practice(world, e.referral, e.practice_seq);
}

template <class World>
void effect(World& world, const Offered& e, When when) {
    count(world, e.on);
    Referral& referral = world.referral(e.on.referral);
    const std::uint8_t ordinal = ++referral.offer_count;
    const OfferIndex before = referral.last_offer;
    referral.last_offer = e.on.offer;
    if (before == no_offer) {
        referral.first_offer = e.on.offer;
    }
    for (std::size_t i = 0; i < referral.ask.need_count; ++i) {
        if ((e.needs >> i & 1) != 0) {
            NeedState& need = referral.needs[i];
            invariant(need.status == NeedStatus::open || need.status == NeedStatus::gap,
                      "two live offers for one need");
            need.status = NeedStatus::offered;
            need.offer = ordinal;
        }
    }
    forget_review_without_gap(referral);
    if (before != no_offer) {
        world.offer(before).next = e.on.offer;
    }
    Offer& offer = world.offer(e.on.offer);
    offer.referral = e.on.referral;
    offer.hub = e.on.hub;
    offer.ordinal = ordinal;
    offer.needs = e.needs;
    offer.units = e.units;
    offer.distance = e.distance;
    offer.made = when.at;
    offer.answer_by = e.answer_by;
    hold(world.hub(e.on.hub), e.units);
}

template <class World>
void effect(World& world, const GapRecorded& e, When) {
    count_practice(world, e.on.referral, e.on.practice_seq);
    Referral& referral = world.referral(e.on.referral);
    for (std::size_t i = 0; i < referral.ask.need_count; ++i) {
        if ((e.needs >> i & 1) != 0) {
            NeedState& need = referral.needs[i];
            invariant(need.status == NeedStatus::open || need.status == NeedStatus::gap,
                      "a gap beside a live offer");
            need.status = NeedStatus::gap;
        }
    }
    referral.review_at = e.review_at;
}

template <class World>
void effect(World& world, const Opened& e, When) {
    count(world, e.on);
    world.offer(e.on.offer).status = OfferStatus::received;
}

template <class World>
void effect(World& world, const Accepted& e, When when) {
    count(world, e.on);
    Offer& offer = world.offer(e.on.offer);
    Hub& hub = world.hub(e.on.hub);
    take_back(hub, offer.units, offer.status);
    for (std::size_t k = 0; k < unit_kinds; ++k) {
        hub.capacity[k].used = static_cast<std::uint16_t>(hub.capacity[k].used + offer.units[k]);
    }
    offer.status = OfferStatus::accepted;
    offer.answered = when.at;
    Referral& referral = world.referral(e.on.referral);
    for (std::size_t i = 0; i < referral.ask.need_count; ++i) {
        NeedState& need = referral.needs[i];
        if (need.status == NeedStatus::offered && need.offer == offer.ordinal) {
            need.status = NeedStatus::accepted;
        }
    }
}

template <class World>
void effect(World& world, const Declined& e, When when) {
    count(world, e.on);
    end_offer(world, e.on, OfferStatus::rejected, e.reason, when.at);
}

template <class World>
void effect(World& world, const OfferExpired& e, When when) {
    count(world, e.on);
    end_offer(world, e.on, OfferStatus::cancelled, Reason::offer_expired, when.at);
}

template <class World>
void effect(World& world, const OfferCancelled& e, When when) {
    count(world, e.on);
    end_offer(world, e.on, OfferStatus::cancelled, e.reason, when.at);
}

template <class World>
void effect(World& world, const SupportStarted& e, When) {
    count(world, e.on);
    world.offer(e.on.offer).status = OfferStatus::in_progress;
}

template <class World>
void effect(World& world, const HubWithdrew& e, When when) {
    count(world, e.on);
    end_offer(world, e.on, OfferStatus::failed, e.reason, when.at);
}

template <class World>
void effect(World& world, const OutcomeRecorded& e, When) {
    count(world, e.on);
    NeedState& need = world.referral(e.on.referral).needs[e.need];
    need.status = NeedStatus::resolved;
    need.outcome = e.outcome;
}

template <class World>
void effect(World& world, const OfferCompleted& e, When when) {
    count(world, e.on);
    end_offer(world, e.on, OfferStatus::completed, Reason::none, when.at);
}

template <class World>
void effect(World& world, const Withdrawn& e, When) {
    count_practice(world, e.on.referral, e.on.practice_seq);
    Referral& referral = world.referral(e.on.referral);
    referral.status = e.reason == Reason::sent_in_error ? ReferralStatus::entered_in_error
                                                        : ReferralStatus::revoked;
    referral.ended_with = e.reason;
    referral.review_at = never;
    for (std::size_t i = 0; i < referral.ask.need_count; ++i) {
        if (referral.needs[i].status != NeedStatus::resolved) {
            referral.needs[i].status = NeedStatus::withdrawn;
        }
    }
}

template <class World>
void effect(World& world, const AllNeedsResolved& e, When) {
    count_practice(world, e.on.referral, e.on.practice_seq);
    world.referral(e.on.referral).status = ReferralStatus::completed;
}

template <class World>
void effect(World& world, const DetailsDisclosed& e, When) {
    count_practice(world, e.on.referral, e.on.practice_seq);
}

template <class World>
void effect(World& world, const ChoiceMade& e, When) {
    count_practice(world, e.on.referral, e.on.practice_seq);
    world.referral(e.on.referral).ask.chosen_hub = e.hub;
}

}  // namespace hubward::matcher::effects
