// SPDX-License-Identifier: Apache-2.0
//
// Which time it is, by a wall clock that somebody may set and a clock that only ever counts on.
//
// The journal's time never goes back, so a wall clock that jumps ahead by years would end every offer
// at once and none ever again, and forget every request key. It is therefore followed slowly: the time
// counts on evenly and leans towards the wall clock, by a twentieth at most. A clock that is off by
// more than an hour is not believed; the next start takes it as it then is, unless the journal is ahead of it.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>

namespace hubward::server {

class WallGate {
  public:
    static constexpr std::int64_t believed_ms = 3'600'000;
    static constexpr std::int64_t lean = 20;  // one part of so many
    static constexpr std::int64_t looked_at_ms = 2'000;  // somebody asks at least every second

    // `wall_ms` and `counted_ms` were read together; `counted_ms` never falls and runs on while the
    // machine sleeps. Milliseconds since 1970 by our own count. Any thread; never falls for one caller.
    std::int64_t at(std::int64_t wall_ms, std::int64_t counted_ms) {
        const std::int64_t offset = offset_ms_.load(std::memory_order_relaxed);
        // Two readings that were rounded apart differ by one now and then: no reason to lock.
        if (offset == unset || wall_ms - counted_ms - offset > 1 || wall_ms - counted_ms - offset < -1 ||
            not_believed_ms() != 0) {
            lean_to(wall_ms, counted_ms);
        }
        return counted_ms + offset_ms_.load(std::memory_order_relaxed);
    }

    // From now on the time is at least this: what was written down later than the wall clock says was true once, and
    // a time that waits for the wall clock stands still, for years perhaps, while nothing ever ends.
    void not_before(std::int64_t ms, std::int64_t counted_ms) {
        const std::lock_guard lock(mutex_);
        const std::int64_t offset = offset_ms_.load(std::memory_order_relaxed);
        if (offset == unset || counted_ms + offset < ms) {
            leaned_at_ms_ = counted_ms;
            offset_ms_.store(ms - counted_ms, std::memory_order_relaxed);
        }
    }

    // By how much the wall clock is ahead (or, negative, behind) when it is not believed; else 0.
    std::int64_t not_believed_ms() const { return not_believed_ms_.load(std::memory_order_relaxed); }

  private:
    static constexpr std::int64_t unset = INT64_MIN;

    void lean_to(std::int64_t wall_ms, std::int64_t counted_ms) {
        const std::lock_guard lock(mutex_);
        const std::int64_t offset = offset_ms_.load(std::memory_order_relaxed);
        if (offset == unset) {
            leaned_at_ms_ = counted_ms;
            offset_ms_.store(wall_ms - counted_ms, std::memory_order_relaxed);
            return;
        }
        const std::int64_t apart = wall_ms - counted_ms - offset;
        const bool believed = apart >= -believed_ms && apart <= believed_ms;
        not_believed_ms_.store(believed ? 0 : apart, std::memory_order_relaxed);
        // What was not leaned in a long time may not be made up for in one step.
        const std::int64_t passed = counted_ms - leaned_at_ms_;
        const std::int64_t most = (passed < looked_at_ms ? passed : looked_at_ms) / lean;
        if (most <= 0) {
            return;  // too soon, or a reading that is older than the last
        }
        leaned_at_ms_ = counted_ms;
        if (believed) {
            const std::int64_t step = apart > most ? most : apart < -most ? -most : apart;
            offset_ms_.store(offset + step, std::memory_order_relaxed);
        }
    }

    std::atomic<std::int64_t> offset_ms_{unset};  // our time less what was counted
    std::atomic<std::int64_t> not_believed_ms_{0};
    std::mutex mutex_;
    std::int64_t leaned_at_ms_ = 0;  // under mutex_
};

}  // namespace hubward::server
