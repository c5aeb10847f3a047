// SPDX-License-Identifier: Apache-2.0
//
// What each event does to the things it is about. Internal to the room.
//
// Written once and used twice: apply() runs it on the State, decide() on a Draft that copies what
// it touches, so that the second event of one decision sees what the first one did. A World gives
//   Referral& referral(ReferralIndex)   Offer& offer(OfferIndex)   Hub& hub(HubIndex)
//   Practice& practice(const PracticeCode&)   Policy& policy()   Care& care()
//   Calendar& calendar()   const Offer& seen(OfferIndex), to read without making a copy
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
    return s == OfferStatus::accepted || s == OfferStatus::in_progress ||
           s == OfferStatus::on_hold;
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

// Where units of a kind are counted: the places of an offer with a session at that session, all others
// among the hub's own. Null when the session is forgotten: what has passed frees nothing.
inline std::uint16_t* counter(Hub& hub, std::size_t kind, SessionNumber session, bool waiting) {
    if (session != no_session && static_cast<UnitKind>(kind) == UnitKind::place) {
        Session* seats = find(hub.sessions, session);
        return seats == nullptr ? nullptr : waiting ? &seats->held : &seats->used;
    }
    return waiting ? &hub.capacity[kind].held : &hub.capacity[kind].used;
}
// How many more could be counted there.
inline unsigned room_at(const Hub& hub, std::size_t kind, SessionNumber session) {
    if (session != no_session && static_cast<UnitKind>(kind) == UnitKind::place) {
        const Session* seats = find(hub.sessions, session);
        return seats == nullptr || seats->cancelled ? 0U : seats->room();
    }
    return hub.capacity[kind].room();
}
inline void give(Hub& hub, std::size_t kind, SessionNumber session, bool waiting, unsigned units) {
    invariant(units <= room_at(hub, kind, session), "a unit was promised that is not there");
    if (std::uint16_t* taken = counter(hub, kind, session, waiting)) {
        *taken = static_cast<std::uint16_t>(*taken + units);
    }
}
inline void get_back(Hub& hub, std::size_t kind, SessionNumber session, bool waiting, unsigned units) {
    if (std::uint16_t* taken = counter(hub, kind, session, waiting)) {
        invariant(units <= *taken, "more units came back than were given");
        *taken = static_cast<std::uint16_t>(*taken - units);
    }
}

inline void hold(Hub& hub, const Units& units, SessionNumber session) {
    for (std::size_t k = 0; k < unit_kinds; ++k) {
        const bool seats = session != no_session && static_cast<UnitKind>(k) == UnitKind::place;
        invariant(seats || units[k] <= hub.capacity[k].free(),
                  "a unit was promised that nobody vouches for");
        give(hub, k, session, true, units[k]);
    }
    ++hub.open_offers;
}

// Units go back to where they came from, and the hub has one offer or one person less.
inline void take_back(Hub& hub, const Offer& offer) {
    const bool waiting = waits_for_answer(offer.status);
    for (std::size_t k = 0; k < unit_kinds && (offer.held || !waiting); ++k) {
        get_back(hub, k, offer.session, waiting, offer.units[k]);
    }
    std::uint32_t& count = waiting ? hub.open_offers : hub.with_person;
    invariant(count > 0, "a live offer was not counted");
    --count;
}

// How the needs of an offer that has just ended stand: with another hub of theirs, or open.
template <class World>
void stand_again(World& world, Referral& referral, NeedMask needs) {
    NeedMask asked = 0;
    NeedMask taken = 0;
    for (OfferIndex i = referral.first_offer; i != no_offer; i = world.seen(i).next) {
        const Offer& other = world.seen(i);
        NeedMask& mask = has_person(other.status) ? taken : asked;
        if (!terminal(other.status)) {
            mask = static_cast<NeedMask>(mask | other.needs);
        }
    }
    for (std::size_t i = 0; i < referral.ask.need_count; ++i) {
        NeedState& need = referral.needs[i];
        const bool promised =
            need.status == NeedStatus::offered || need.status == NeedStatus::accepted;
        if ((needs >> i & 1) != 0 && promised) {
            need.status = (taken >> i & 1) != 0   ? NeedStatus::accepted
                          : (asked >> i & 1) != 0 ? NeedStatus::offered
                                                  : NeedStatus::open;
        }
    }
}

// Ends the offer: units go back, and its needs that have no outcome yet are open again.
template <class World>
void end_offer(World& world, const OnOffer& on, OfferStatus status, Reason reason, Timestamp at) {
    Offer& offer = world.offer(on.offer);
    invariant(!terminal(offer.status), "an offer ended twice");
    take_back(world.hub(on.hub), offer);
    offer.status = status;
    offer.reason = reason;
    offer.appointment = never;
    offer.transfer = false;
    if (offer.answered == never) {
        offer.answered = at;
    }
    const NeedMask needs = offer.needs;
    stand_again(world, world.referral(on.referral), needs);
}

inline void forget_review_without_wait(Referral& referral) {
    if (referral.status == ReferralStatus::active && needs_that_wait(referral) == 0) {
        referral.review_at = never;
        referral.level = 0;
    }
}

inline void set_needs(Referral& referral, NeedMask needs, NeedStatus status) {
    for (std::size_t i = 0; i < referral.ask.need_count; ++i) {
        if ((needs >> i & 1) != 0) {
            referral.needs[i].status = status;
        }
    }
}

// The needs wait from now on, for one who looks again by then at the latest.
inline void wait_with(Referral& referral, NeedMask needs, NeedStatus status, Timestamp review_at) {
    for (std::size_t i = 0; i < referral.ask.need_count; ++i) {
        invariant((needs >> i & 1) == 0 || (referral.needs[i].status != NeedStatus::offered &&
                                            referral.needs[i].status != NeedStatus::accepted),
                  "a need that waits beside a live offer");
    }
    set_needs(referral, needs, status);
    referral.review_at = review_at;
}

// A step forward: whoever was told that nothing happens may stop worrying.
inline void move_on(Offer& offer, OfferStatus status, Timestamp due) {
    offer.status = status;
    offer.due = due;
    offer.level = 0;
    offer.appointment = never;
    offer.transfer = false;
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
    ++hub.version;
    if (e.session != no_session) {
        Session* session = find(hub.sessions, e.session);
        invariant(session != nullptr, "seats were stated for a session that is none");
        session->seats = e.total;
        if (e.source != Role::system) {  // the hub has spoken of this date, so its rule is silent
            session->weekly = false;
            session->published = when.at;
        }
        return;
    }
    Capacity& capacity = hub.capacity[static_cast<std::size_t>(e.kind)];
    capacity.total = e.total;
    capacity.maximum = e.total;
    capacity.source = e.source;
    capacity.declines = 0;
    capacity.updated = when.at;
}

// One more answer from which to learn how well a hub's numbers hold.
inline void learn(Capacity& capacity, std::uint8_t Capacity::*answers) {
    ++(capacity.*answers);
    if (unsigned{capacity.kept} + capacity.broken >= limits::answers_learnt_max) {
        capacity.kept /= 2;
        capacity.broken /= 2;
    }
}

template <class World>
void effect(World& world, const CapacityDecayed& e, When) {
    Hub& hub = world.hub(e.hub);
    count_hub(hub, e.hub_seq);
    Capacity& capacity = hub.capacity[static_cast<std::size_t>(e.kind)];
    if (e.session == no_session) {
        capacity.total = e.total;
        capacity.declines = e.declines;
    } else if (Session* seats = find(hub.sessions, e.session)) {
        seats->seats = e.total;
        seats->weekly = false;  // the hub has spoken of this date, so its rule is silent
    }
    learn(capacity, &Capacity::broken);
    ++hub.version;
}

template <class World>
void effect(World& world, const PolicyAdopted& e, When) {
    if (e.place.empty()) {
        world.policy() = e.policy;
    } else {
        world.places().set({e.place, e.within, e.policy});
    }
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
    r.consents.give(e.consent);
    r.created = when.at;
    r.waits_since = when.at;
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
        NeedState& need = referral.needs[i];
        if ((e.needs >> i & 1) != 0) {
            invariant(need.status != NeedStatus::resolved && need.status != NeedStatus::withdrawn,
                      "an offer for a need that has ended");
            // A need that a hub passes on stays with it until another accepts.
            need.status =
                need.status == NeedStatus::accepted ? NeedStatus::accepted : NeedStatus::offered;
            need.offer = need.status == NeedStatus::accepted ? need.offer : ordinal;
        }
    }
    forget_review_without_wait(referral);
    if (before != no_offer) {
        world.offer(before).next = e.on.offer;
    }
    Offer& offer = world.offer(e.on.offer);
    offer.referral = e.on.referral;
    offer.hub = e.on.hub;
    offer.ordinal = ordinal;
    offer.needs = e.needs;
    offer.units = e.units;
    offer.session = e.session;
    offer.distance = e.distance;
    offer.made = when.at;
    offer.answer_by = e.answer_by;
    offer.due = e.remind_at == Timestamp{} ? e.answer_by : e.remind_at;
    offer.held = e.held;
    hold(world.hub(e.on.hub), e.held ? e.units : Units{}, e.session);
}

template <class World>
void effect(World& world, const GapRecorded& e, When) {
    count_practice(world, e.on.referral, e.on.practice_seq);
    wait_with(world.referral(e.on.referral), e.needs, NeedStatus::gap, e.review_at);
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
    take_back(hub, offer);
    ++hub.with_person;
    for (std::size_t k = 0; k < unit_kinds; ++k) {
        // A hold may stand above a total that was lowered since; a claim never does.
        invariant(offer.held || offer.units[k] <= room_at(hub, k, offer.session),
                  "a unit was claimed that is not there");
        if (std::uint16_t* used = counter(hub, k, offer.session, false)) {
            *used = static_cast<std::uint16_t>(*used + offer.units[k]);
        }
        Capacity& capacity = hub.capacity[k];
        if (offer.units[k] != 0) {
            learn(capacity, &Capacity::kept);
            // The row is broken; a doubt that has arisen stays until somebody confirms.
            capacity.declines = capacity.doubted() ? capacity.declines : std::uint8_t{0};
        }
    }
    offer.status = OfferStatus::accepted;
    offer.answered = when.at;
    offer.taken = true;
    offer.due = e.due;
    Referral& referral = world.referral(e.on.referral);
    for (std::size_t i = 0; i < referral.ask.need_count; ++i) {
        NeedState& need = referral.needs[i];
        if ((offer.needs >> i & 1) != 0 &&
            (need.status == NeedStatus::offered || need.status == NeedStatus::accepted)) {
            need.status = NeedStatus::accepted;
            need.offer = offer.ordinal;
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
    Hub& hub = world.hub(e.on.hub);
    for (std::size_t k = 0; k < unit_kinds; ++k) {
        if (world.seen(e.on.offer).units[k] != 0) {
            learn(hub.capacity[k], &Capacity::broken);
        }
    }
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
    move_on(world.offer(e.on.offer), OfferStatus::in_progress, e.due);
}

template <class World>
void effect(World& world, const HubWithdrew& e, When when) {
    count(world, e.on);
    end_offer(world, e.on, OfferStatus::failed, e.reason, when.at);
    world.referral(e.on.referral).raised = true;
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

inline void end_all_needs(Referral& referral) {
    referral.review_at = never;
    referral.level = 0;
    const NeedMask resolved = needs_that_are(referral, NeedStatus::resolved);
    set_needs(referral, static_cast<NeedMask>(~resolved), NeedStatus::withdrawn);
}

template <class World>
void effect(World& world, const Withdrawn& e, When) {
    count_practice(world, e.on.referral, e.on.practice_seq);
    Referral& referral = world.referral(e.on.referral);
    referral.status = e.reason == Reason::sent_in_error ? ReferralStatus::entered_in_error
                                                        : ReferralStatus::revoked;
    referral.ended_with = e.reason;
    end_all_needs(referral);
}

template <class World>
void effect(World& world, const AllNeedsResolved& e, When) {
    count_practice(world, e.on.referral, e.on.practice_seq);
    Referral& referral = world.referral(e.on.referral);
    referral.status = ReferralStatus::completed;
    referral.review_at = never;
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
