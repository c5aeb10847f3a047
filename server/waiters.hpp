// SPDX-License-Identifier: Apache-2.0
//
// The coroutines of one I/O thread that wait for an answer of the engine.
//
// A fixed number of cells, each with a generation that rises when it is used again, so a late
// answer finds nobody. The cells in use form a list in order of asking; since all have the same
// deadline, the first is the first to be late. No allocation, no lock: one I/O thread owns it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "matcher/types.hpp"

namespace hubward::server {

template <class Result>
class Waiters {
  public:
    using Resume = std::move_only_function<void(Result)>;
    struct Waiter {
        Resume resume;
        std::int64_t asked_ns = 0;
        std::int64_t received_ns = 0;
        matcher::TraceId trace{};
    };
    struct Name {
        std::uint32_t cell = 0;
        std::uint64_t generation = 0;  // never 0
    };

    explicit Waiters(std::uint32_t cells) : cells_(cells) {
        for (std::uint32_t i = 0; i < cells; ++i) {
            cells_[i].next = i + 1 < cells ? i + 1 : none;
        }
        free_ = cells == 0 ? none : 0;
    }

    // Nothing when all cells are taken.
    std::optional<Name> add(std::int64_t asked_ns, std::int64_t received_ns,
                            const matcher::TraceId& trace) {
        if (free_ == none) {
            return std::nullopt;
        }
        const std::uint32_t i = free_;
        Cell& cell = cells_[i];
        free_ = cell.next;
        cell.waiter.asked_ns = asked_ns;
        cell.waiter.received_ns = received_ns;
        cell.waiter.trace = trace;
        cell.generation += 1;
        cell.taken = true;
        cell.previous = newest_;
        cell.next = none;
        (newest_ == none ? oldest_ : cells_[newest_].next) = i;
        newest_ = i;
        return Name{i, cell.generation};
    }

    void set_resume(const Name& name, Resume resume) {
        cells_[name.cell].waiter.resume = std::move(resume);
    }

    // Gives the waiter out and frees its cell; nothing when it has gone.
    std::optional<Waiter> take(const Name& name) {
        if (name.cell >= cells_.size() || !cells_[name.cell].taken ||
            cells_[name.cell].generation != name.generation) {
            return std::nullopt;
        }
        return release(name.cell);
    }

    // The oldest waiter if it asked at or before `asked_ns`.
    std::optional<Waiter> take_older_than(std::int64_t asked_ns) {
        if (oldest_ == none || cells_[oldest_].waiter.asked_ns > asked_ns) {
            return std::nullopt;
        }
        return release(oldest_);
    }

    bool empty() const { return oldest_ == none; }
    // Requires !empty().
    std::int64_t oldest_asked_ns() const { return cells_[oldest_].waiter.asked_ns; }

  private:
    static constexpr std::uint32_t none = 0xffff'ffff;
    struct Cell {
        Waiter waiter;
        std::uint64_t generation = 0;
        std::uint32_t previous = none;
        std::uint32_t next = none;  // in the list of waiters, or of free cells
        bool taken = false;
    };

    Waiter release(std::uint32_t i) {
        Cell& cell = cells_[i];
        (cell.previous == none ? oldest_ : cells_[cell.previous].next) = cell.next;
        (cell.next == none ? newest_ : cells_[cell.next].previous) = cell.previous;
        cell.taken = false;
        cell.next = free_;
        free_ = i;
        return std::exchange(cell.waiter, Waiter{});
    }

    std::vector<Cell> cells_;
    std::uint32_t free_ = none;
    std::uint32_t oldest_ = none;
    std::uint32_t newest_ = none;
};

}  // namespace hubward::server
