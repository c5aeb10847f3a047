// SPDX-License-Identifier: Apache-2.0
#include "matcher/score.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace hubward::matcher {
namespace {

// The largest whole number whose square is not above n. The square root only seeds it: the two
// loops make it exact whatever the rounding.
std::uint64_t whole_root(std::uint64_t n) {
    auto root = static_cast<std::uint64_t>(std::sqrt(static_cast<double>(n)));
    while (root * root > n) {
        --root;
    }
    while ((root + 1) * (root + 1) <= n) {
        ++root;
    }
    return root;
}

Points share_of(Points weight, std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? 0
                      : static_cast<Points>(static_cast<std::uint64_t>(weight) *
                                            std::min(part, whole) / whole);
}

bool refused(const Ask& ask, HubId hub) {
    return std::ranges::any_of(ask.refused_hubs, [&](HubId no) { return no && no == hub; });
}

NeedMask offered_of(const Ask& ask, NeedMask open, const HubProfile& hub) {
    NeedMask mask = 0;
    for (std::size_t i = 0; i < ask.need_count; ++i) {
        if ((open >> i & 1) != 0 && hub.needs.has(ask.needs[i])) {
            mask = static_cast<NeedMask>(mask | 1U << i);
        }
    }
    return mask;
}

NeedMask with_free_unit(const Ask& ask, NeedMask offered, const CapacityTable& capacity) {
    NeedMask mask = 0;
    for (std::size_t i = 0; i < ask.need_count; ++i) {
        const auto kind = static_cast<std::size_t>(unit_for(ask.needs[i]));
        if ((offered >> i & 1) != 0 && capacity[kind].free() > 0) {
            mask = static_cast<NeedMask>(mask | 1U << i);
        }
    }
    return mask;
}

}  // namespace

Metres distance(const Position& a, const Position& b) {
    if (!a.known() || !b.known()) {
        return 0;
    }
    // Both lie on a sphere of radius 2^29, so the sum is at most 2^60 and nothing overflows.
    const auto square = [](std::int32_t p, std::int32_t q) {
        const auto d = std::int64_t{p} - q;
        return static_cast<std::uint64_t>(d * d);
    };
    const std::uint64_t chord = whole_root(square(a.x, b.x) + square(a.y, b.y) + square(a.z, b.z));
    return static_cast<Metres>(chord * earth_radius_metres / position_scale);
}

Units units_for(const Ask& ask, NeedMask needs) {
    Units units{};
    for (std::size_t i = 0; i < ask.need_count; ++i) {
        if ((needs >> i & 1) != 0) {
            units[static_cast<std::size_t>(unit_for(ask.needs[i]))] = 1;
        }
    }
    return units;
}

Verdict judge(const Ask& ask, NeedMask open, const Hub& hub, const Policy& policy) {
    const HubProfile& profile = hub.profile;
    Verdict verdict;
    const auto stopped_by = [&](Filter filter) {
        verdict.filter = filter;
        return verdict;
    };
    if (!profile.active) {
        return stopped_by(Filter::hub_inactive);
    }
    if (refused(ask, profile.id)) {
        return stopped_by(Filter::refused_by_person);
    }
    const NeedMask offered = offered_of(ask, open, profile);
    if (offered == 0) {
        return stopped_by(Filter::need_not_offered);
    }
    verdict.needs = with_free_unit(ask, offered, hub.capacity);
    if (verdict.needs == 0) {
        return stopped_by(Filter::no_free_unit);
    }
    const bool language_stated = ask.language != Language::not_stated;
    const bool language_shared = language_stated && profile.languages.has(ask.language);
    if (ask.language_required && language_stated && !language_shared) {
        return stopped_by(Filter::language_missing);
    }
    if (!profile.access.covers(ask.access)) {
        return stopped_by(Filter::access_missing);
    }
    if (ask.age != 255 && (ask.age < profile.age_min || ask.age > profile.age_max)) {
        return stopped_by(Filter::age_outside);
    }
    verdict.distance = profile.is_virtual ? 0 : distance(ask.position, profile.position);
    if (profile.catchment != 0 && verdict.distance > profile.catchment) {
        return stopped_by(Filter::outside_catchment);
    }
    if (ask.travel_max != 0 && verdict.distance > ask.travel_max) {
        return stopped_by(Filter::beyond_travel);
    }

    const Metres reach = ask.travel_max != 0 ? ask.travel_max : policy.reach;
    const Capacity& places = hub.capacity[static_cast<std::size_t>(UnitKind::place)];
    Score& score = verdict.score;
    score.distance = share_of(policy.distance, reach - std::min(verdict.distance, reach), reach);
    score.needs = share_of(policy.needs, static_cast<unsigned>(std::popcount(verdict.needs)),
                           static_cast<unsigned>(std::popcount(open)));
    score.language = language_shared ? policy.language : 0;
    score.trust = ask.trusted_hub && ask.trusted_hub == profile.id ? policy.trust : 0;
    score.community = (ask.communities & profile.communities) != 0 ? policy.community : 0;
    score.spare = share_of(policy.spare, places.free(), places.total);
    return verdict;
}

}  // namespace hubward::matcher
