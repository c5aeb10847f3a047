// SPDX-License-Identifier: Apache-2.0
#include "matcher/score.hpp"

#include <algorithm>
#include <bit>
#include <cstdlib>

namespace hubward::matcher {
namespace {

constexpr std::uint64_t hundred = 100;

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

std::uint64_t percent_for(TravelMode mode, const Policy& rules) {
    switch (mode) {
        case TravelMode::walk:
            return rules.walk_percent;
        case TravelMode::bus:
            return rules.bus_percent;
        case TravelMode::not_stated:
        case TravelMode::car:
            break;
    }
    return hundred;
}

// Metres as they feel: longer on foot, shorter to one's own community. Whoever named a limit of
// their own has allowed for how they travel.
std::uint64_t felt_metres(const Question& q, const Merits& m) {
    std::uint64_t metres = m.distance;
    if (q.ask->travel_max == 0) {
        metres = metres * percent_for(q.ask->mode, *q.rules) / hundred;
    }
    return m.shares_community ? metres * q.rules->community_distance_percent / hundred : metres;
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

std::uint64_t count(std::uint64_t bits) {
    return static_cast<std::uint64_t>(std::popcount(bits));
}

}  // namespace

Points& Score::of(Factor factor) {
    static constexpr Points Score::* members[] = {
        &Score::distance, &Score::needs, &Score::language, &Score::trust, &Score::community,
        &Score::spare,    &Score::wait,  &Score::times,    &Score::groups, &Score::price,
        &Score::confidence,
    };
    static_assert(std::size(members) == factor_count);
    return this->*members[static_cast<std::size_t>(factor)];
}

Points Term::points() const {
    // Most terms are all or nothing, and a division is the dearest thing in a score.
    if (whole == 0 || part == 0) {
        return 0;
    }
    if (part >= whole) {
        return weight;
    }
    const auto size = static_cast<std::uint64_t>(std::abs(std::int64_t{weight})) * part;
    // The short division is several times faster than the long one on many processors.
    const std::uint64_t points =
        (size | whole) >> 32 == 0
            ? std::uint64_t{static_cast<std::uint32_t>(size) / static_cast<std::uint32_t>(whole)}
            : size / whole;
    return weight < 0 ? -static_cast<Points>(points) : static_cast<Points>(points);
}

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
    return m;
}

Terms terms(const Question& q, const Merits& m) {
    const Ask& ask = *q.ask;
    const Policy& rules = *q.rules;
    const auto yes = [](bool it) -> std::uint64_t { return it ? 1 : 0; };

    const std::uint64_t reach = ask.travel_max != 0 ? ask.travel_max : rules.reach;
    const std::uint64_t felt = felt_metres(q, m);
    const std::uint64_t served = count(m.needs);
    const bool wait_known = m.wait_days != wait_not_stated;
    const std::uint64_t wait = wait_known ? m.wait_days : 0;
    const std::uint64_t patience = rules.wait_days_max;
    const std::uint64_t times = count(ask.available.bits & m.open.bits);

    return {{
        {felt, reach - std::min(felt, reach), reach, rules.distance},
        {served, served, count(q.open), rules.needs},
        {yes(m.speaks), yes(m.speaks), 1, rules.language},
        {m.trust_percent, m.trust_percent, hundred, rules.trust},
        {yes(m.shares_community), yes(m.shares_community), 1, rules.community},
        {m.free, m.free, m.total, rules.spare},
        {wait, patience - std::min(wait, patience), wait_known ? patience : 0, rules.wait},
        {times, times, count(ask.available.bits), rules.times},
        {yes(m.shares_group), yes(m.shares_group), 1, rules.groups},
        {m.price, m.price, static_cast<std::uint64_t>(rules.price_max), -rules.price_max},
        {m.confidence, m.confidence, full_confidence, rules.confidence},
    }};
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
        verdict.score = score(terms(q, merits(q, hub, sieved.facts)));
    }
    return verdict;
}

}  // namespace hubward::matcher
