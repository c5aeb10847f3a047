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

// One hub per lane; or one block, or one group of blocks: all of them are fat hubs.
struct alignas(64) Lanes {
    // Unit vector times 2^29 for a hub; for a block the middle of its hubs.
    std::array<float, block_lanes> x{}, y{}, z{};
    std::array<float, block_lanes> radius{};     // how far the block's hubs lie from there; 0 for a hub
    std::array<float, block_lanes> serves_max{}; // beyond this nobody is served; huge for no limit
    std::array<std::uint64_t, block_lanes> needs{};   // offered, with a free unit; 0 when inactive
    std::array<std::uint64_t, block_lanes> access{};
    std::array<std::uint32_t, block_lanes> languages{};  // folded: bit = language modulo 32
    std::array<float, block_lanes> spare{};      // the share of its places that may be promised

    static std::uint32_t folded(Language language) {
        return 1U << (static_cast<unsigned>(language) % 32);
    }
};

// The best that any hub of a block can bring to a score, of what its lane does not say.
struct BlockMerits {
    std::uint32_t communities = 0;
    std::uint32_t open = 0;
    std::uint32_t groups = 0;
    std::uint16_t wait_days = wait_not_stated;  // the shortest that is stated
    std::uint16_t price = UINT16_MAX;           // the lowest
    Timestamp stated{};  // when any of their units was last stated, or later
};

// A tree of 64 children a node. Level 0 are the blocks, whose lanes are hubs; a lane of the level above
// is a whole node. The last level is one node, the root.
class Blocks {
  public:
    // All anew, sorted along a curve that keeps neighbours together. O(n log n).
    void rebuild(const std::vector<Hub>& hubs);
    // The hub is new, or its units have changed: a few stores and one look over its block.
    void refresh(HubIndex hub, const std::vector<Hub>& hubs);
    // The hub is new, or anything about it may have changed.
    void restate(HubIndex hub, const std::vector<Hub>& hubs);

    // 0 without hubs; level_count() - 1 is the root's.
    std::size_t level_count() const { return levels_.size(); }
    // Lane i of node n is node n × 64 + i of the level below.
    const Lanes& node(std::size_t level, std::size_t n) const { return levels_[level].nodes[n]; }
    const BlockMerits& merits(std::size_t level, std::size_t n) const { return levels_[level].merits[n]; }
    std::size_t block_count() const { return hubs_.size(); }
    const Lanes& block(std::size_t i) const { return node(0, i); }
    const std::array<HubIndex, block_lanes>& hubs_of(std::size_t i) const { return hubs_[i]; }
    std::size_t memory_bytes() const;

  private:
    struct Level {
        std::vector<Lanes> nodes;
        std::vector<BlockMerits> merits;
    };

    void place(std::size_t lane, HubIndex hub, const std::vector<Hub>& hubs);
    void fill(std::size_t lane, const Hub& hub);
    BlockMerits best_of(std::size_t level, std::size_t n, const std::vector<Hub>& hubs) const;
    void summarise(std::size_t level, std::size_t n, const std::vector<Hub>& hubs);
    void summarise_up(std::size_t block, const std::vector<Hub>& hubs);

    std::vector<Level> levels_;
    std::vector<std::array<HubIndex, block_lanes>> hubs_;
    std::vector<std::uint32_t> lane_of_;  // by HubIndex: block × 64 + lane
    std::size_t sorted_ = 0;              // hubs that the last rebuild has sorted
};

}  // namespace hubward::matcher
