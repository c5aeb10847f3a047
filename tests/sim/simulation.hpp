// SPDX-License-Identifier: Apache-2.0
//
// One simulated life of the core, from one seed, on one thread and without a real clock.
//
// Real: engine, ring, pipeline. Faked: journal, outlet, clock, and the senders, who lose answers,
// send twice, overtake each other and send again after a crash. The journal answers when the
// simulation says so, fails by `unavailable` and `unknown`, and the process dies between any two
// steps. After each delivery the naive twin repeats what was decided.
#pragma once

#include <bitset>
#include <cstdint>
#include <string>
#include <variant>

#include "matcher/event.hpp"

namespace hubward::test {

struct Lived {
    std::string broken;  // empty: everything held
    std::uint64_t commands = 0;
    std::uint64_t accepted = 0;
    std::uint64_t refused = 0;
    std::uint64_t resends = 0;
    std::uint64_t events = 0;
    std::uint64_t crashes = 0;
    std::uint64_t unavailable = 0;
    std::uint64_t fail_stops = 0;
    std::uint64_t state_hash = 0;
    std::bitset<std::variant_size_v<matcher::Event>> kinds;  // of events that happened
};

Lived live_through(std::uint64_t seed, std::uint64_t steps);

}  // namespace hubward::test
