// SPDX-License-Identifier: Apache-2.0
//
// How well one hub would serve the open needs of one referral, and why.
//
// Pure and allocation-free; any thread may call it. Whole numbers only, so every machine agrees.
#pragma once

#include <cstdint>

#include "matcher/hub.hpp"
#include "matcher/policy.hpp"
#include "matcher/referral.hpp"

namespace hubward::matcher {

// The hard filters, in the order in which they are asked. The first that fails is the reason shown.
enum class Filter : std::uint8_t {
    passed, hub_inactive, refused_by_person, tried_before, need_not_offered, no_free_unit,
    language_missing, access_missing, age_outside, outside_catchment, beyond_travel,
};

// One term per factor, each 0 … the policy's weight for it. They add up to the score exactly.
struct Score {
    Points distance = 0;
    Points needs = 0;
    Points language = 0;
    Points trust = 0;
    Points community = 0;
    Points spare = 0;

    Points total() const { return distance + needs + language + trust + community + spare; }
    friend auto operator<=>(const Score&, const Score&) = default;
};

struct Verdict {
    Filter filter = Filter::passed;
    NeedMask needs = 0;   // which of the asked needs this hub would serve at one visit
    Metres distance = 0;  // 0 when either position is unknown or the hub is virtual
    Score score;          // all zero unless filter == passed
};

// `open` are the needs still looked for. The caller says which hubs were tried before; the rest
// of the filters is here. A hub passes when it can serve at least one open need in full.
Verdict judge(const Ask& ask, NeedMask open, const Hub& hub, const Policy& policy);

// Straight-line distance; 0 when either position is unknown.
Metres distance(const Position& a, const Position& b);

// The units that serving these needs at one visit uses up: one of each kind asked for.
Units units_for(const Ask& ask, NeedMask needs);

}  // namespace hubward::matcher
