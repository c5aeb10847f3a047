// SPDX-License-Identifier: Apache-2.0
//
// State + command + time → events, or a reason why not. Changes nothing.
//
// A refusal leaves `out` as it was. Deterministic: no clock, no random, no address, no hash order;
// ties go to the smaller hub id. Requires at >= state.last_time.
#pragma once

#include <expected>
#include <vector>

#include "matcher/command.hpp"
#include "matcher/event.hpp"
#include "matcher/rejection.hpp"
#include "matcher/state.hpp"

namespace hubward::matcher {

// Appends the events to `out`. An accepted command may have none (a Tick with nothing due).
std::expected<void, Rejection> decide(const State& state, const Command& command,
                                      const Actor& actor, Timestamp at, std::vector<Event>& out);

// Every hub's verdict on a question, best first: passed ones by score (highest first), then by id;
// then the others by id. Allocates.
struct Ranked {
    HubIndex hub = no_hub;
    Verdict verdict;
};
std::vector<Ranked> rank(const State& state, const Question& question);

}  // namespace hubward::matcher
