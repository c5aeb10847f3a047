// SPDX-License-Identifier: Apache-2.0
//
// Whom the corridor lets in when more comes than can be decided. A practice can send again; a hub's
// answer is about a person who waits. So new referrals have a share of the ring and everything else
// has all of it, and a queue that stands is cut, because it makes all wait and nobody faster.
//
// The engine thread says what each drain left behind; any thread may ask. No lock, and no more than
// relaxed order: it only steers, and a stale value lets in one too many.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <variant>

#include "matcher/command.hpp"

namespace hubward::matcher {

// New referrals that may wait in the ring: four full batches, a quarter of its cells. A burst of so
// many is taken whole; the next new referral is told "busy" at once (503).
inline constexpr std::size_t new_referrals_waiting_max = 1024;
// When every drain has left commands behind for this long, the queue stands …
inline constexpr std::chrono::milliseconds standing_queue_after{100};
// … and new referrals are told "busy" while so many wait: still enough to fill each batch (256).
inline constexpr std::size_t standing_queue_max = 384;

inline bool is_new_referral(const Command& command) {
    return std::holds_alternative<SubmitReferral>(command);
}

class Admission {
  public:
    // Engine thread, after each drain: how many are still in the ring.
    void left_behind(std::size_t commands, std::int64_t now_ns) {
        if (commands == 0) {
            standing_since_ns_.store(0, std::memory_order_relaxed);
        } else if (standing_since_ns_.load(std::memory_order_relaxed) == 0) {
            standing_since_ns_.store(now_ns, std::memory_order_relaxed);
        }
    }

    // Any thread. `waiting`: commands in the ring; `now_ns` is asked for the time when it matters.
    template <class NowNs>
    bool has_room_for(const Command& command, std::size_t waiting, NowNs now_ns) const {
        if (!is_new_referral(command) || waiting < standing_queue_max) {
            return true;
        }
        const std::int64_t since = standing_since_ns_.load(std::memory_order_relaxed);
        const bool stands =
            since != 0 &&
            now_ns() - since >= std::chrono::nanoseconds(standing_queue_after).count();
        return !stands && waiting < new_referrals_waiting_max;
    }

  private:
    std::atomic<std::int64_t> standing_since_ns_{0};  // 0: the last drain left nothing
};

}  // namespace hubward::matcher
