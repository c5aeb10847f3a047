// SPDX-License-Identifier: Apache-2.0
//
// A made-up county for benchmarks: towns by the law of Zipf in a square, hubs and people in and between
// them. The same seed gives the same county.
#pragma once

#include <cstdint>

#include "matcher/engine.hpp"

namespace hubward::bench {

struct Random {  // SplitMix64
    std::uint64_t state = 1;
    std::uint64_t next();
    std::uint64_t below(std::uint64_t bound) { return next() % bound; }
};

// Density of hubs as in England: 0.15 for each square kilometre, whatever their number.
matcher::UpsertHub hub(Random& random, std::uint64_t number, std::size_t hubs,
                       std::uint16_t places);
matcher::SubmitReferral referral(Random& random, std::uint64_t number, std::size_t hubs);

// An engine that knows so many hubs.
matcher::Engine town(std::size_t hubs, std::uint16_t places);

// The events that one submission leads to, without the search for a hub: what recovery reads. Its offer
// goes to hub `number` % hubs and is due in the order of numbers, from `first_due` on, one a millisecond.
struct Made {
    matcher::Batch batch;
    matcher::Entry entry;
};
inline constexpr matcher::Timestamp first_due{1'000'000};
Made offered_referral(const matcher::State& state, Random& random, std::uint64_t number,
                      std::size_t hubs);

// One step with a batch of its own, as the pipeline would do it under light load.
bool step(matcher::Engine& engine, const matcher::Command& command, matcher::Timestamp at);

}  // namespace hubward::bench
