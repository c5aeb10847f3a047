// SPDX-License-Identifier: Apache-2.0
//
// One step of the core: recognise a resend, decide, apply. No thread, no disk, no clock.
#pragma once

#include <expected>

#include "matcher/journal.hpp"
#include "matcher/outlet.hpp"
#include "matcher/rejection.hpp"
#include "matcher/state.hpp"

namespace hubward::matcher {

class Engine {
  public:
    Engine() = default;
    explicit Engine(State state) : state_(std::move(state)) {}

    // Decides one envelope at a time not before state().last_time and, when it is accepted and
    // has events, adds its entry to `batch` (whose `first` is state().last + 1 before its first
    // entry). Takes the payload out of the envelope only then.
    std::expected<Receipt, Rejection> step(Envelope& envelope, Timestamp at, Batch& batch);

    const State& state() const { return state_; }

  private:
    State state_;
};

}  // namespace hubward::matcher
