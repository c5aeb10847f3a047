// SPDX-License-Identifier: Apache-2.0
//
// State + event → state. Decides nothing and cannot fail: recovery is this, folded over the journal.
#pragma once

#include "matcher/event.hpp"
#include "matcher/journal.hpp"
#include "matcher/state.hpp"

namespace hubward::matcher {

// `number` must be state.last + 1. `entry_number` and `at` are those of the entry the event is in.
void apply(State& state, const Event& event, Sequence number, Sequence entry_number, Timestamp at);

// All events of an entry, and its request key.
void apply(State& state, const Batch& batch, const Entry& entry);

}  // namespace hubward::matcher
