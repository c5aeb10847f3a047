// SPDX-License-Identifier: Apache-2.0
//
// The hubs once more, sixty-four to a block and sorted by place, so that a search reads a few blocks
// instead of every hub.
//
// What stands here only ever excludes hubs that the filters would exclude: a lane says a little too
// much rather than too little, and whoever gets through is judged by score.hpp like everyone else.
// So answers do not depend on the blocks, nor on the instruction set that scans them. Derived data:
// one owner, no locks; reading while nobody writes is fine.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "matcher/hub.hpp"

namespace hubward::matcher {

inline constexpr std::size_t block_lanes = 64;

// One hub per lane. Also used for the summaries of blocks: a block of hubs is a fat hub.
struct alignas(64) Lanes {
    // Unit vector times 2^29 for a hub; for a block the middle of its hubs.
    std::array<float, block_lanes> x{}, y{}, z{};
    std::array<float, block_lanes> radius{};     // how far the block's hubs lie from there; 0 for a hub
    std::array<float, block_lanes> serves_max{}; // beyond this nobody is served; huge for no limit
    std::array<std::uint64_t, block_lanes> needs{};   // offered, with a free unit; 0 when inactive
    std::array<std::uint64_t, block_lanes> access{};
    std::array<std::uint32_t, block_lanes> languages{};  // folded: bit = language modulo 32
    std::array<std::uint16_t, block_lanes> free{};   // places that may be promised …
    std::array<std::uint16_t, block_lanes> total{};  // … of so many; of no meaning for a block

    static std::uint32_t folded(Language language) {
        return 1U << (static_cast<unsigned>(language) % 32);
    }
    bool may_speak(std::size_t lane, Language language) const {
        return (languages[lane] & folded(language)) != 0;
    }
};

// The best that any hub of a block can bring to a score.
struct BlockMerits {
    std::uint32_t communities = 0;
    std::uint32_t open = 0;
    std::uint32_t groups = 0;
    std::uint16_t wait_days = wait_not_stated;  // the shortest that is stated
    std::uint16_t price = 0;                    // the lowest
    LanguageSet languages;
    Timestamp stated{};  // when any of their units was last stated, or later
};

class Blocks {
  public:
    // All anew, sorted along a curve that keeps neighbours together. O(n log n).
    void rebuild(const std::vector<Hub>& hubs);
    // The hub is new, or its units have changed: a few stores and one look over its block.
    void refresh(HubIndex hub, const std::vector<Hub>& hubs);
    // The hub is new, or anything about it may have changed.
    void restate(HubIndex hub, const std::vector<Hub>& hubs);

    std::size_t block_count() const { return blocks_.size(); }
    const Lanes& block(std::size_t i) const { return blocks_[i]; }
    const std::array<HubIndex, block_lanes>& hubs_of(std::size_t i) const { return hubs_[i]; }
    const BlockMerits& merits(std::size_t i) const { return merits_[i]; }
    // Summaries, 64 to a group; lane b % 64 of group b / 64 stands for block b.
    const std::vector<Lanes>& summaries() const { return summaries_; }
    // Where a hub lies; SIZE_MAX when it is not known here.
    std::size_t block_of(HubIndex hub) const {
        return slot(hub) < lane_of_.size() ? lane_of_[slot(hub)] / block_lanes : SIZE_MAX;
    }
    std::size_t memory_bytes() const;

  private:
    void place(std::size_t lane, HubIndex hub, const std::vector<Hub>& hubs);
    void fill(std::size_t lane, const Hub& hub);
    void summarise(std::size_t block, const std::vector<Hub>& hubs);

    std::vector<Lanes> blocks_;
    std::vector<std::array<HubIndex, block_lanes>> hubs_;
    std::vector<BlockMerits> merits_;
    std::vector<Lanes> summaries_;
    std::vector<std::uint32_t> lane_of_;  // by HubIndex: block × 64 + lane
    std::size_t sorted_ = 0;              // hubs that the last rebuild has sorted
};

}  // namespace hubward::matcher
