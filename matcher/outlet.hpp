// SPDX-License-Identifier: Apache-2.0
//
// The port through which durable decisions reach the world. Called by the engine thread only, after
// the journal said `durable`; so whatever an Outlet tells anyone, no power cut can undo.
#pragma once

#include <expected>
#include <span>

#include "matcher/journal.hpp"
#include "matcher/rejection.hpp"

namespace hubward::matcher {

// For a command that was accepted and changed nothing: a Tick with nothing due.
inline constexpr std::uint32_t no_entry = 0xffff'ffff;

// What became of one envelope.
struct Receipt {
    Sequence number = 0;     // journal number of its entry (of the first one, for a resend)
    std::uint32_t entry = 0;  // position in the batch delivered with it; no_entry when nothing was
                              // written; meaningless for a resend
    bool resend = false;      // the request key was known: nothing new happened
};
struct Answer {
    Ticket ticket;
    std::expected<Receipt, Rejection> result;
};

// Steady-clock nanoseconds at which the round passed each stage.
struct StageTimes {
    std::int64_t drained_ns = 0;
    std::int64_t decided_ns = 0;
    std::int64_t durable_ns = 0;
};

class Outlet {
  public:
    virtual ~Outlet() = default;
    // batch has no entries when the round held only refusals and resends. Must not block.
    virtual void deliver(const SharedBatch& batch, std::span<const Answer> answers,
                         const StageTimes& times) = 0;
    // The pipeline has stopped for good and will deliver nothing more. Called once.
    virtual void stopped() = 0;
};

}  // namespace hubward::matcher
