// SPDX-License-Identifier: Apache-2.0
//
// A bounded queue from many producers to one consumer, without a lock. Bound: `capacity`, a power
// of two; a producer that finds it full is told so at once and keeps its item.
//
// The queue of Dmitry Vyukov: each cell carries a turn number that says whose move it is. Where a
// memory order stands below, its number names the reason:
//   (1) publish: the item was written before the turn moves on. Pairs with (2). seq_cst instead of
//       release because of (5).
//   (2) acquire: whoever sees the new turn also sees the item. Pairs with (1).
//   (3) release: the cell is empty before its turn for the next lap shows. Pairs with (4).
//   (4) acquire: the producer of the next lap sees the cell emptied. Pairs with (3).
//   (5) sleeping is Dekker's pattern: the consumer says "asleep", then looks at the cell; a
//       producer publishes, then looks for "asleep". All four are seq_cst, so at least one of the
//       two sees the other, and no wake-up is lost.
//   (6) relaxed: only claims a position; what matters is ordered by the turn.
//   (7) close: in the same word as the position, so that no producer can slip in behind it.
//   (8) the consumer's own counter, which others only read as a rough depth.
#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "matcher/invariant.hpp"

namespace hubward::matcher {

template <class Item>
class Ring {
  public:
    explicit Ring(std::size_t capacity) : cells_(capacity), mask_(capacity - 1) {
        invariant(capacity >= 2 && std::has_single_bit(capacity), "ring size");
        for (std::size_t i = 0; i < capacity; ++i) {
            cells_[i].turn.store(i, std::memory_order_relaxed);  // no other thread yet
        }
    }

    // Any thread. False when full or closed; the item is untouched then.
    bool try_push(Item&& item) {
        std::uint64_t at = tail_.load(std::memory_order_relaxed);  // (6)
        Cell* cell = nullptr;
        for (;;) {
            if ((at & closed_bit) != 0) {
                return false;
            }
            cell = &cells_[at & mask_];
            const std::uint64_t turn = cell->turn.load(std::memory_order_acquire);  // (4)
            if (turn == at) {
                if (tail_.compare_exchange_weak(at, at + 1, std::memory_order_relaxed)) {  // (6)
                    break;
                }
            } else if (turn < at) {
                return false;  // a lap behind: the consumer has not emptied it yet
            } else {
                at = tail_.load(std::memory_order_relaxed);  // (6)
            }
        }
        cell->item = std::move(item);
        cell->turn.store(at + 1, std::memory_order_seq_cst);  // (1) (5)
        wake_sleeper();
        return true;
    }

    // Consumer only. False when nothing is ready.
    bool try_pop(Item& item) {
        const std::uint64_t at = head_.load(std::memory_order_relaxed);  // (8)
        Cell& cell = cells_[at & mask_];
        if (cell.turn.load(std::memory_order_acquire) != at + 1) {  // (2)
            return false;
        }
        item = std::move(cell.item);
        cell.turn.store(at + mask_ + 1, std::memory_order_release);  // (3)
        head_.store(at + 1, std::memory_order_relaxed);              // (8)
        return true;
    }

    // Consumer only. Returns when an item is ready or wake() was called since the last return; now
    // and then without cause. Sleeps in the kernel meanwhile.
    void wait() { sleep(true); }
    // … the same, but items may pile up: for a consumer that cannot take more yet.
    void wait_for_wake() { sleep(false); }

    // Any thread: lets the consumer go on although nothing was pushed.
    void wake() {
        poked_.store(true, std::memory_order_seq_cst);  // (5)
        wake_sleeper();
    }

    // Any thread: no push succeeds from here on. What was pushed before can still be popped.
    void close() {
        tail_.fetch_or(closed_bit, std::memory_order_seq_cst);  // (7)
        wake();
    }
    bool closed() const {
        return (tail_.load(std::memory_order_acquire) & closed_bit) != 0;  // (7)
    }
    // Consumer only: every item that was ever claimed has been popped. Final once closed.
    bool drained() const { return depth() == 0; }

    // Any thread; exact for the consumer, rough for others.
    std::size_t depth() const {
        const std::uint64_t head = head_.load(std::memory_order_relaxed);                // (8)
        const std::uint64_t tail = tail_.load(std::memory_order_acquire) & ~closed_bit;  // (7)
        return tail > head ? static_cast<std::size_t>(tail - head) : 0;
    }

  private:
    void sleep(bool items_count) {
        asleep_.store(1, std::memory_order_seq_cst);                     // (5)
        const std::uint64_t at = head_.load(std::memory_order_relaxed);  // (8)
        const bool ready = items_count && cells_[at & mask_].turn.load(std::memory_order_seq_cst) ==
                                              at + 1;                        // (5)
        if (!ready && !poked_.exchange(false, std::memory_order_seq_cst)) {  // (5)
            asleep_.wait(1, std::memory_order_seq_cst);                      // (5)
            // What the waker did before its poke is visible from here on.
            poked_.exchange(false, std::memory_order_seq_cst);
        }
        asleep_.store(0, std::memory_order_seq_cst);
    }

    static constexpr std::uint64_t closed_bit = std::uint64_t{1} << 63;
    static constexpr std::size_t line = 64;

    struct alignas(line) Cell {  // two cells on one line would make strangers wait for each other
        std::atomic<std::uint64_t> turn{0};
        Item item{};
    };

    void wake_sleeper() {
        if (asleep_.load(std::memory_order_seq_cst) == 1 &&         // (5)
            asleep_.exchange(0, std::memory_order_seq_cst) == 1) {  // one of many producers wakes
            asleep_.notify_one();
        }
    }

    std::vector<Cell> cells_;
    const std::uint64_t mask_;
    alignas(line) std::atomic<std::uint64_t> tail_{0};  // producers
    alignas(line) std::atomic<std::uint64_t> head_{0};  // consumer
    alignas(line) std::atomic<std::uint32_t> asleep_{0};
    std::atomic<bool> poked_{false};
};

}  // namespace hubward::matcher
