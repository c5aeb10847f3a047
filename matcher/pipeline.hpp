// SPDX-License-Identifier: Apache-2.0
//
// The corridor: drain the ring, stamp, step, append, deliver. One thread owns the engine.
//
//   1 drain    what has piled up, at most a batch; sleeps when the ring is empty
//   2 stamp    wall time, never backwards
//   3 step     decide and apply, envelope by envelope
//   4 append   one batch to the journal
//   5 deliver  answers and events, after `durable` and never before
//
// A failed append is final: memory is ahead of disk, so nothing more is decided. Every waiter is
// told `journal_failed`, and stopped() runs; the process ends and recovers from disk. `unavailable`
// (disk full) is different: surely nothing was written, so the batch's callers are told
// `journal_failed` and the engine rebuilds its state by `recover` before it goes on.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <thread>

#include "matcher/clock.hpp"
#include "matcher/engine.hpp"
#include "matcher/journal.hpp"
#include "matcher/outlet.hpp"

namespace hubward::matcher {

// Counters of the corridor. Any thread may read; only the engine thread writes, but for shed_old.
struct PipelineStats {
    std::atomic<std::uint64_t> rounds{0};
    std::atomic<std::uint64_t> commands{0};
    std::atomic<std::uint64_t> accepted{0};
    std::atomic<std::uint64_t> refused{0};
    std::atomic<std::uint64_t> resends{0};
    std::atomic<std::uint64_t> events{0};
    std::atomic<std::uint64_t> shed_old{0};       // new referrals told busy: waited too long, or too many wait
    std::atomic<std::uint64_t> append_unavailable{0};
    std::atomic<std::uint64_t> queue_depth{0};    // at the last drain
};

class Pipeline {
  public:
    // Rebuilds the state up to the journal's tail; used after `unavailable`.
    using Recover = std::function<State()>;

    // All must outlive the pipeline. Does not start.
    Pipeline(Engine engine, Journal& journal, Claim claim, Outlet& outlet, Clock& clock,
             Recover recover);
    ~Pipeline();  // stops

    // With `first`, the engine thread begins by making its state of it, instead of the engine given: what is
    // submitted meanwhile waits in the ring.
    void start(Recover first = {});
    // Decides what is in the ring, then ends the thread. Idempotent. Blocks.
    void stop();

    // Instead of start(): runs one round on the caller's thread, which is then the engine thread, and
    // never sleeps. False when nothing could move. For simulation and for a caller with one core.
    bool turn();

    // False when the ring is full or the pipeline is stopping: tell the caller "busy". The envelope
    // is untouched then. Any thread; lock-free.
    bool try_submit(Envelope&& envelope);
    // Whether try_submit would turn this away for want of room, which is counted then. For whoever has costly
    // things to do before; a moment later it may be otherwise. Any thread; lock-free.
    bool turns_away(const Command& command);

    // True after a failed append: nothing will ever be accepted again.
    bool failed() const;
    const PipelineStats& stats() const;

    // Runs `look` on the engine thread between two rounds and waits for it; for verify and tests.
    void inspect(const std::function<void(const State&)>& look);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace hubward::matcher
