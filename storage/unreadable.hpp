// SPDX-License-Identifier: Apache-2.0
//
// Places of the journal that somebody wanted to read and could not. Whoever reads gets a shorter answer and a stream
// ends early, so somebody else has to hear of it: every failed read is counted, and each place is told once. A number
// and a kind of trouble, never what stands there. Any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

#include "storage/store.hpp"

namespace hubward::storage {

class Unreadable {
  public:
    // Beyond it reads are only counted: by then the log has said that the disk is gone.
    static constexpr std::size_t places_max = 64;

    void note(matcher::Sequence number, matcher::JournalError why) {
        reads_.fetch_add(1, std::memory_order_relaxed);
        const std::lock_guard lock(mutex_);
        if (known_.size() < places_max && known_.insert(number).second) {
            untold_.push_back({number, why});
        }
    }
    // Those that nobody has taken yet.
    std::vector<UnreadableEvent> take() {
        const std::lock_guard lock(mutex_);
        return std::exchange(untold_, {});
    }
    std::uint64_t reads() const { return reads_.load(std::memory_order_relaxed); }

  private:
    std::atomic<std::uint64_t> reads_{0};  // relaxed: a counter that orders nothing
    std::mutex mutex_;                     // guards all below
    std::set<matcher::Sequence> known_;
    std::vector<UnreadableEvent> untold_;
};

}  // namespace hubward::storage
