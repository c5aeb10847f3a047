// SPDX-License-Identifier: Apache-2.0
//
// How each term of a score is worked out, once for a decision, its explanation and the bounds of a
// search. Inline, because a search works out a hundred bounds for one question.
//
// Pure; whole numbers only; any thread.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>

#include "matcher/score.hpp"

namespace hubward::matcher {

// How much longer the way feels than it is, in per cent. Whoever named a limit of their own has allowed
// for how they travel.
inline std::uint64_t felt_percent(const Question& q) {
    if (q.ask->travel_max == 0 && q.ask->mode == TravelMode::walk) {
        return q.rules->walk_percent;
    }
    return q.ask->travel_max == 0 && q.ask->mode == TravelMode::bus ? q.rules->bus_percent : 100;
}
// Metres as they feel: also shorter to one's own community.
inline std::uint64_t felt_metres(const Question& q, const Merits& m) {
    const std::uint64_t metres = m.distance * felt_percent(q) / 100;
    return m.shares_community ? metres * q.rules->community_distance_percent / 100 : metres;
}
// Metres at which the distance term reaches 0.
inline std::uint64_t reach_of(const Question& q) {
    return q.ask->travel_max != 0 ? q.ask->travel_max : q.rules->reach;
}

inline Term yes_term(bool it, Points weight) {
    const std::uint64_t part = it ? 1 : 0;
    return {part, part, 1, weight};
}
inline Term share_term(std::uint64_t part, std::uint64_t whole, Points weight) {
    return {part, part, whole, weight};
}

inline Term distance_term(const Question& q, const Merits& m) {
    const std::uint64_t reach = reach_of(q);
    const std::uint64_t felt = felt_metres(q, m);
    return {felt, reach - std::min(felt, reach), reach, q.rules->distance};
}
inline Term needs_term(const Question& q, const Merits& m) {
    return share_term(static_cast<unsigned>(std::popcount(m.needs)),
                      static_cast<unsigned>(std::popcount(q.open)), q.rules->needs);
}
inline Term language_term(const Question& q, const Merits& m) {
    return yes_term(m.speaks, q.rules->language);
}
inline Term trust_term(const Question& q, const Merits& m) {
    return share_term(m.trust_percent, 100, q.rules->trust);
}
inline Term community_term(const Question& q, const Merits& m) {
    return yes_term(m.shares_community, q.rules->community);
}
inline Term spare_term(const Question& q, const Merits& m) {
    return share_term(m.free, m.total, q.rules->spare);
}
inline Term wait_term(const Question& q, const Merits& m) {
    const bool known = m.wait_days != wait_not_stated;
    const std::uint64_t days = known ? m.wait_days : 0;
    const std::uint64_t patience = q.rules->wait_days_max;
    return {days, patience - std::min(days, patience), known ? patience : 0, q.rules->wait};
}
inline Term times_term(const Question& q, const Merits& m) {
    return share_term(static_cast<unsigned>(std::popcount(q.ask->available.bits & m.open.bits)),
                      static_cast<unsigned>(std::popcount(q.ask->available.bits)), q.rules->times);
}
inline Term groups_term(const Question& q, const Merits& m) {
    return yes_term(m.shares_group, q.rules->groups);
}
inline Term price_term(const Question& q, const Merits& m) {
    return share_term(m.price, static_cast<std::uint64_t>(q.rules->price_max), -q.rules->price_max);
}
inline Term confidence_term(const Question& q, const Merits& m) {
    return share_term(m.confidence, full_confidence, q.rules->confidence);
}
// How many of the wishes are met.
inline std::uint8_t met(AccessSet wishes, AccessSet access) {
    return static_cast<std::uint8_t>(std::popcount(wishes.bits & access.bits));
}
inline Term access_term(const Question& q, const Merits& m) {
    return share_term(m.wishes_met, static_cast<unsigned>(std::popcount(q.ask->access_preferred.bits)),
                      q.rules->access);
}

// All of them, in the order of Factor.
template <class Take>
inline void each_term(const Question& q, const Merits& m, Take&& take) {
    take(distance_term(q, m));
    take(needs_term(q, m));
    take(language_term(q, m));
    take(trust_term(q, m));
    take(community_term(q, m));
    take(spare_term(q, m));
    take(wait_term(q, m));
    take(times_term(q, m));
    take(groups_term(q, m));
    take(price_term(q, m));
    take(confidence_term(q, m));
    take(access_term(q, m));
}

// No score is above this under these rules, and none below -price_max.
inline Points most_points(const Policy& rules) {
    return rules.distance + rules.needs + rules.language + rules.trust + rules.community +
           rules.spare + rules.wait + rules.times + rules.groups + rules.confidence +
           rules.access;
}

// The score's total.
inline Points points(const Question& q, const Merits& m) {
    Points sum = 0;
    each_term(q, m, [&](const Term& term) { sum += term.points(); });
    return sum;
}

}  // namespace hubward::matcher
