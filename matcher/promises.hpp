// SPDX-License-Identifier: Apache-2.0
//
// Where the best of a search may still be, the most promising first.
//
// A bucket queue: points are small whole numbers, so the place of a promise follows from its points
// without a comparison. A heap spends most of a search on branches nobody can foresee. Promises of one
// bucket differ by less than `1 << shift` points and come in any order, so the order is nearly, not
// exactly, by points: whoever takes one asks its own points. One owner.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <vector>

#include "matcher/codes.hpp"
#include "matcher/types.hpp"

namespace hubward::matcher {

// In one hub, or in a node of the blocks: of which level, counted from 1.
struct Promise {
    Points points = 0;  // nothing there scores more
    Points rest = 0;    // … of which so many are for what the lanes of the node do not say
    std::uint32_t number = 0;
    std::uint8_t level = 0;  // 0: a hub
};

class Promises {
  public:
    // All points that will be pushed lie from `lowest` to `highest`.
    Promises(Points lowest, Points highest) : lowest_(lowest) {
        const auto range = static_cast<std::uint32_t>(highest - lowest);
        while (range >> shift_ >= buckets) {
            ++shift_;
        }
        held_.reserve(256);
    }

    void push(const Promise& promise) {
        const std::size_t bucket = static_cast<std::uint32_t>(promise.points - lowest_) >> shift_;
        const std::uint64_t bit = std::uint64_t{1} << bucket % 64;
        const bool first = (filled_[bucket / 64] & bit) == 0;
        // Member by member: a whole one would be put together elsewhere first and be waited for.
        Held& held = held_.emplace_back();
        held.promise.points = promise.points;
        held.promise.rest = promise.rest;
        held.promise.number = promise.number;
        held.promise.level = promise.level;
        held.older = first ? none : newest_[bucket];
        newest_[bucket] = static_cast<std::uint32_t>(held_.size() - 1);
        filled_[bucket / 64] |= bit;
    }
    bool empty() const {
        return std::ranges::all_of(filled_, [](std::uint64_t word) { return word == 0; });
    }
    // Not when empty. `front` may be promised less than another of its bucket; `most_left` is what
    // nothing left exceeds.
    const Promise& front() const { return held_[newest_[top()]].promise; }
    Points most_left() const {
        return lowest_ + static_cast<Points>((top() + 1) << shift_) - 1;
    }
    void pop() {
        const std::size_t bucket = top();
        newest_[bucket] = held_[newest_[bucket]].older;
        if (newest_[bucket] == none) {
            filled_[bucket / 64] &= ~(std::uint64_t{1} << bucket % 64);
        }
    }

  private:
    static constexpr std::uint32_t buckets = 512;
    static constexpr std::uint32_t none = UINT32_MAX;
    struct Held {
        Promise promise;
        std::uint32_t older = none;  // of the same bucket
    };

    std::size_t top() const {
        std::size_t word = filled_.size() - 1;
        while (filled_[word] == 0) {
            --word;
        }
        return word * 64 + static_cast<std::size_t>(63 - std::countl_zero(filled_[word]));
    }

    Points lowest_;
    unsigned shift_ = 0;
    std::vector<Held> held_;
    std::array<std::uint32_t, buckets> newest_;  // of a filled bucket
    std::array<std::uint64_t, buckets / 64> filled_{};
};

}  // namespace hubward::matcher
