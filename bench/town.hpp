// SPDX-License-Identifier: Apache-2.0
//
// A made-up town for benchmarks: hubs spread evenly over a square, people who ask from anywhere in
// it. The same seed gives the same town.
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

// One step with a batch of its own, as the pipeline would do it under light load.
bool step(matcher::Engine& engine, const matcher::Command& command, matcher::Timestamp at);

}  // namespace hubward::bench
