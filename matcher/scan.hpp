// SPDX-License-Identifier: Apache-2.0
//
// Which lanes of a block are worth a look, and how many points each can bring at most: plain loops over
// 64 lanes, compiled for several instruction sets and chosen when the program starts.
//
// Every set gives the same bits: the loops use + − × √, comparisons and cuts only, lane by lane, with
// contraction off. Pure; any thread.
#pragma once

#include <cstdint>
#include <string_view>

#include "matcher/blocks.hpp"
#include "matcher/filters.hpp"

namespace hubward::matcher {

// The question as a lane sees it.
struct Sight {
    float x = 0, y = 0, z = 0;
    float travel_max = 0;  // units of 2^-29 Earth radii; huge for no limit
    float allowance = 0;   // huge when nobody knows where the person is
    std::uint64_t needs = 0;      // one of them must be offered …
    std::uint64_t needs_all = 0;  // … and all of these
    std::uint64_t access = 0;
    std::uint32_t languages = 0;  // must be spoken
    std::uint32_t speaks = 0;     // bring points
    float at_door = 0;    // points for being next door …
    float per_unit = 0;   // … and what each unit of the way takes of them
    float per_unit_kin = 0;  // the same, to a hub of one's own community
    float forgiven = 0;   // points that rounding may have taken
    float language = 0;
    float spare = 0;
};
Sight sight(const Question& question);

// Bit i: lane i may pass the filters. A bit that is not set certainly would not.
using Scan = std::uint64_t (*)(const Lanes& lanes, const Sight& sight);
// For each lane the most points that its distance, language and spare places can be worth together.
struct alignas(64) LanePoints {
    std::array<Points, block_lanes> most;
};
using Weigh = void (*)(const Lanes& lanes, const Sight& sight, bool kin, LanePoints& points);

// x86-64 levels as compilers name them; the baseline is whatever the build was made for.
enum class Isa : std::uint8_t { baseline, v3, v4 };
bool supported(Isa isa);
std::string_view name_of(Isa isa);
// Require supported(isa).
Scan scan_for(Isa isa);
Weigh weigh_for(Isa isa);
// The widest that this machine has, found once.
Isa best_isa();

}  // namespace hubward::matcher
