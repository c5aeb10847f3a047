// SPDX-License-Identifier: Apache-2.0
#include "matcher/confidence.hpp"

#include <algorithm>

namespace hubward::matcher {
namespace {

// Answers that every hub is believed to have kept already, so that one decline is not all we know.
constexpr std::int64_t good_faith = 4;
constexpr std::int64_t hour_ms = 3'600'000;

// Straight between the halvings. Rounded up, so a longer half-life never gives less.
Permille decayed(std::int64_t age_ms, std::int64_t half_life) {
    const std::int64_t age = std::max<std::int64_t>(age_ms, 0);
    if (age < half_life) {  // most hubs, and a search asks for hundreds: one division instead of three
        return static_cast<Permille>(full_confidence - full_confidence / 2 * age / half_life);
    }
    const std::int64_t halvings = age / half_life;
    if (halvings > 9) {
        return 0;
    }
    const std::int64_t from = std::int64_t{full_confidence} >> halvings;
    const std::int64_t to = from >> 1;
    return static_cast<Permille>(from - (from - to) * (age % half_life) / half_life);
}

}  // namespace

std::int64_t half_life_ms(const Capacity& capacity, const Policy& rules) {
    const std::int64_t whole = std::max<std::int64_t>(rules.half_life_hours, 1) * hour_ms;
    if (capacity.broken == 0) {
        return whole;
    }
    const std::int64_t kept = capacity.kept + good_faith;
    return whole * kept / (kept + capacity.broken);
}

Permille confidence(const Capacity& capacity, const Policy& rules, Timestamp now) {
    if (capacity.doubted()) {
        return 0;
    }
    return decayed((now - capacity.updated).count(), half_life_ms(capacity, rules));
}

Permille confidence_at_most(Timestamp updated, const Policy& rules, Timestamp now) {
    return decayed((now - updated).count(), half_life_ms({}, rules));
}

}  // namespace hubward::matcher
