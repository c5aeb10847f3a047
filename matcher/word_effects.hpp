// SPDX-License-Identifier: Apache-2.0
//
// What the person's own words do, after life_effects.hpp: consent, erasure, their view of an outcome,
// a new address. Internal to the room.
#pragma once

#include "matcher/life_effects.hpp"

namespace hubward::matcher::effects {

template <class World>
void effect(World& world, const ConsentGiven& e, When) {
    count_practice(world, e.on.referral, e.on.practice_seq);
    world.referral(e.on.referral).consents.give(e.consent);
}

template <class World>
void effect(World& world, const ConsentWithdrawn& e, When) {
    count_practice(world, e.on.referral, e.on.practice_seq);
    world.referral(e.on.referral).consents.take(e.purposes);
}

template <class World>
void effect(World& world, const ConsentExpired& e, When) {
    count_practice(world, e.on.referral, e.on.practice_seq);
    world.referral(e.on.referral).consents.take(e.purposes);
}

// What the state knew only to route the person goes with the details. Codes and counts remain.
template <class World>
void effect(World& world, const Erased& e, When) {
    count_practice(world, e.on.referral, e.on.practice_seq);
    Referral& referral = world.referral(e.on.referral);
    referral.erasure = Erasure::ordered;
    referral.consents = {};
    referral.practice_ref = {};
    referral.ask.position = {};
    referral.ask.age = 255;
    referral.ask.trusted_hub = {};
    referral.ask.refused_hubs = {};
    referral.ask.chosen_hub = {};
    settle_dispute(referral, 0xff);
}

template <class World>
void effect(World& world, const KeyShredded& e, When) {
    count_practice(world, e.on.referral, e.on.practice_seq);
    world.referral(e.on.referral).erasure = Erasure::done;
}

template <class World>
void effect(World& world, const PersonAnswered& e, When) {
    count_practice(world, e.on.referral, e.on.practice_seq);
    world.referral(e.on.referral).needs[e.need].person = e.outcome;
}

template <class World>
void effect(World& world, const MeasureRecorded& e, When) {
    count(world, e.on);  // told and counted; nothing is decided by it
}

template <class World>
void effect(World& world, const OutcomeDisputed& e, When) {
    count_practice(world, e.on.referral, e.on.practice_seq);
    Referral& referral = world.referral(e.on.referral);
    referral.disputed = static_cast<NeedMask>(referral.disputed | 1U << e.need);
    referral.owner = e.owner;
    referral.follow_up_at = e.review_at;
}

template <class World>
void effect(World& world, const FollowUpEscalated& e, When) {
    count_practice(world, e.on.referral, e.on.practice_seq);
    Referral& referral = world.referral(e.on.referral);
    referral.follow_up_level = e.level;
    referral.follow_up_at = e.review_at;
}

template <class World>
void effect(World& world, const FollowUpClosed& e, When) {
    count_practice(world, e.on.referral, e.on.practice_seq);
    settle_dispute(world.referral(e.on.referral), e.needs);
}

template <class World>
void effect(World& world, const NeedAdded& e, When) {
    count_practice(world, e.on.referral, e.on.practice_seq);
    Ask& ask = world.referral(e.on.referral).ask;
    invariant(ask.need_count < limits::needs_max, "a need too many");
    ask.needs[ask.need_count++] = e.need;
}

template <class World>
void effect(World& world, const OnwardLinked& e, When) {
    count_practice(world, e.on.referral, e.on.practice_seq);
    const ReferralIndex before = world.referral(e.on.referral).onward_first;
    world.referral(e.on.referral).onward_first = e.to;
    Referral& made = world.referral(e.to);
    made.onward_of = e.on.referral;
    made.onward_need = e.need;
    made.onward_next = before;
}

template <class World>
void effect(World& world, const PersonMoved& e, When) {
    count_practice(world, e.on.referral, e.on.practice_seq);
    Ask& ask = world.referral(e.on.referral).ask;
    ask.position = e.position;
    ask.place = e.place;
}

template <class World>
void effect(World& world, const HouseholdSplit& e, When) {
    count_practice(world, e.on.referral, e.on.practice_seq);
    world.referral(e.on.referral).ask.together = false;
}

}  // namespace hubward::matcher::effects
