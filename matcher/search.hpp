// SPDX-License-Identifier: Apache-2.0
//
// The best hubs for a question, out of any number of hubs: the same answer as ranking all of them.
//
// A block of hubs, and a group of blocks, is scored as if it were one hub that has the best of each (its
// merits). No hub of it can score more, so they are opened from the most promising down, until none can
// beat what was found. Reads the state only; any thread that may read it.
#pragma once

#include <span>
#include <vector>

#include "matcher/scan.hpp"
#include "matcher/score.hpp"
#include "matcher/state.hpp"

namespace hubward::matcher {

struct Found {
    HubIndex hub = no_hub;
    HubId id;
    Verdict verdict;
};

// The `most` best hubs that pass every filter, best first; fewer when fewer pass. Hubs in `except`
// are not looked at. Allocates.
std::vector<Found> best_hubs(const State& state, const Question& question, std::size_t most,
                             std::span<const HubIndex> except = {}, Isa isa = best_isa());

// The same answer by opening every block in turn: what the tree above them is measured against.
std::vector<Found> best_hubs_by_scan(const State& state, const Question& question, std::size_t most,
                                     Isa isa = best_isa());

}  // namespace hubward::matcher
