// SPDX-License-Identifier: Apache-2.0
#include "matcher/score.hpp"

#include <algorithm>

#include "matcher/invariant.hpp"
#include "matcher/terms.hpp"

namespace hubward::matcher {
namespace {

// How much being known at the hub is worth, in per cent of the weight for trust.
std::uint8_t trust_percent(const Ask& ask, HubId hub) {
    if (!ask.trusted_hub || ask.trusted_hub != hub) {
        return 0;
    }
    switch (ask.trust) {
        case Trust::asked_by_name:
            return 100;
        case Trust::attended_before:
            return 75;
        case Trust::known_there:
            return 50;
    }
    return 0;
}

// What is promised is as sure as the least sure part of it. Places stand for a hub that offers nothing.
Permille least_confidence(const Question& q, const Hub& hub, NeedMask needs, const Session* seat) {
    Permille least = full_confidence;
    const Units units = units_for(*q.ask, needs);
    for (std::size_t k = 0; k < unit_kinds; ++k) {
        const bool counts = needs == 0 ? static_cast<UnitKind>(k) == UnitKind::place : units[k] != 0;
        if (counts) {
            Capacity capacity = hub.capacity[k];
            if (seat != nullptr && static_cast<UnitKind>(k) == UnitKind::place) {
                capacity.updated = seat->published;
            }
            least = std::min(least, confidence(capacity, *q.rules, q.at));
        }
    }
    return least;
}

}  // namespace

Merits merits(const Question& q, const Hub& hub, const Facts& facts) {
    const HubProfile& profile = hub.profile;
    const Capacity& places = hub.capacity[static_cast<std::size_t>(UnitKind::place)];
    Merits m;
    m.needs = facts.needs;
    m.distance = facts.distance;
    m.speaks = facts.speaks;
    m.shares_community = facts.shares_community;
    m.trust_percent = trust_percent(*q.ask, profile.id);
    m.shares_group = (q.ask->groups.bits & profile.groups.bits) != 0;
    const Session* seat = find(hub.sessions, facts.session);
    m.free = seat != nullptr ? seat->room() : places.free();
    m.total = seat != nullptr ? seat->seats : places.total;
    m.wait_days = profile.wait_days;
    m.price = hub.price;
    m.confidence = least_confidence(q, hub, facts.needs, seat);
    m.open = profile.open;
    m.wishes_met = met(q.ask->access_preferred, profile.access);
    return m;
}

Terms terms(const Question& q, const Merits& m) {
    Terms all;
    std::size_t f = 0;
    each_term(q, m, [&](const Term& term) { all[f++] = term; });
    invariant(f == factor_count, "a factor without a term");
    return all;
}

Score score(const Terms& terms) {
    Score sum;
    for (std::size_t f = 0; f < factor_count; ++f) {
        sum.of(static_cast<Factor>(f)) = terms[f].points();
    }
    return sum;
}

Verdict judge(const Question& q, const Hub& hub) {
    const Sieved sieved = sieve(q, hub, Sieve::until_first);
    Verdict verdict;
    verdict.filter = sieved.first;
    if (sieved.first == Filter::passed) {
        verdict.needs = sieved.facts.needs;
        verdict.distance = sieved.facts.distance;
        verdict.session = sieved.facts.session;
        std::size_t f = 0;
        each_term(q, merits(q, hub, sieved.facts), [&](const Term& term) {
            verdict.score.of(static_cast<Factor>(f++)) = term.points();
        });
    }
    return verdict;
}

}  // namespace hubward::matcher
