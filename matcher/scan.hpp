// SPDX-License-Identifier: Apache-2.0
//
// Which lanes of a block are worth a look: two plain loops over 64 lanes, compiled for several
// instruction sets and chosen when the program starts.
//
// Every set gives the same bits: the loops use + − × and comparisons only, lane by lane, with
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
    std::uint32_t languages = 0;
};
Sight sight(const Question& question);

// Bit i: lane i may pass the filters. A bit that is not set certainly would not.
using Scan = std::uint64_t (*)(const Lanes& lanes, const Sight& sight);

// x86-64 levels as compilers name them; the baseline is whatever the build was made for.
enum class Isa : std::uint8_t { baseline, v3, v4 };
bool supported(Isa isa);
std::string_view name_of(Isa isa);
// Requires supported(isa).
Scan scan_for(Isa isa);
// The widest that this machine has, found once.
Isa best_isa();

}  // namespace hubward::matcher
