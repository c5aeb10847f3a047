// SPDX-License-Identifier: Apache-2.0
//
// How well one hub would serve the open needs of one referral, and why.
//
// Pure and allocation-free; any thread may call it. Whole numbers only, so every machine agrees.
#pragma once

#include <array>
#include <cstdint>
#include <cstdlib>
#include <iterator>

#include "matcher/confidence.hpp"
#include "matcher/filters.hpp"

namespace hubward::matcher {

// What counts, in the order in which it is shown. Append only.
enum class Factor : std::uint8_t {
    distance, needs, language, trust, community, spare, wait, times, groups, price, confidence, access,
};
inline constexpr std::size_t factor_count = static_cast<std::size_t>(Factor::access) + 1;

// One term per factor, each 0 … the policy's weight for it; the price is 0 … minus its weight.
// They add up to the score exactly.
struct Score {
    Points distance = 0;
    Points needs = 0;
    Points language = 0;
    Points trust = 0;
    Points community = 0;
    Points spare = 0;
    Points wait = 0;
    Points times = 0;
    Points groups = 0;
    Points price = 0;
    Points confidence = 0;
    Points access = 0;

    Points& of(Factor factor) {
        constexpr Points Score::* members[] = {
            &Score::distance, &Score::needs, &Score::language, &Score::trust, &Score::community,
            &Score::spare,    &Score::wait,  &Score::times,    &Score::groups, &Score::price,
            &Score::confidence, &Score::access,
        };
        static_assert(std::size(members) == factor_count);
        return this->*members[static_cast<std::size_t>(factor)];
    }
    Points of(Factor factor) const { return const_cast<Score*>(this)->of(factor); }
    Points total() const {
        return distance + needs + language + trust + community + spare + wait + times + groups +
               price + confidence + access;
    }
    friend auto operator<=>(const Score&, const Score&) = default;
};

// What a hub brings to a score, after the filters. A block of hubs has merits too: the best of each.
// One scoring function for both makes the block's score a bound for all of its hubs.
struct Merits {
    NeedMask needs = 0;
    Metres distance = 0;
    bool speaks = false;
    bool shares_community = false;
    std::uint8_t trust_percent = 0;
    bool shares_group = false;
    std::uint16_t free = 0;   // places …
    std::uint16_t total = 0;  // … of so many
    std::uint16_t wait_days = wait_not_stated;
    std::uint16_t price = 0;
    Permille confidence = 0;  // in the units that the needs would take: the least of them
    HalfDaySet open;
    std::uint8_t wishes_met = 0;  // preferred access features that it has
};
Merits merits(const Question& question, const Hub& hub, const Facts& facts);

// One factor as it was worked out: points = weight × part / whole, cut towards zero.
struct Term {
    std::uint64_t raw = 0;    // as measured: metres, needs, days, per cent …
    std::uint64_t part = 0;   // what counts of it …
    std::uint64_t whole = 0;  // … out of this; 0: nothing to share, no points
    Points weight = 0;

    Points points() const;
};
inline Points Term::points() const {
    // Most terms are all or nothing, and a division is the dearest thing in a score.
    if (whole == 0 || part == 0 || weight == 0) {
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

using Terms = std::array<Term, factor_count>;
Terms terms(const Question& question, const Merits& merits);
Score score(const Terms& terms);

struct Verdict {
    Filter filter = Filter::passed;
    NeedMask needs = 0;   // which of the asked needs this hub would serve at one visit
    Metres distance = 0;  // 0 when either position is unknown or the hub is virtual
    SessionNumber session = no_session;  // whose seat it would be
    Score score;          // all zero unless filter == passed
};
// A hub passes when it can serve at least one open need in full, and all filters let it.
Verdict judge(const Question& question, const Hub& hub);

// Whether the first comes before the second: more points, and of equals the smaller id.
inline bool better(Points points, HubId id, Points than, HubId other) {
    return points != than ? points > than : id < other;
}

}  // namespace hubward::matcher
