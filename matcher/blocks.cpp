// SPDX-License-Identifier: Apache-2.0
#include "matcher/blocks.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <ranges>
#include <span>

#include "matcher/filters.hpp"

namespace hubward::matcher {
namespace {

constexpr float no_limit = 4e9F;  // beyond the far side of the Earth, in units of 2^-29 radii
constexpr float units_per_metre =
    static_cast<float>(position_scale) / static_cast<float>(earth_radius_metres);
// Floats keep 24 bits of a coordinate of 30; a distance is off by less than this.
constexpr float slack = 512.0F;
constexpr std::size_t lane_bits = 6;
static_assert(std::size_t{1} << lane_bits == block_lanes);

// How far the hub serves, a little more rather than less; the exact filters follow.
float serves_max(const HubProfile& hub) {
    const bool other_ways = hub.communities != 0 || hub.area.drawn() || hub.is_virtual ||
                            !hub.position.known() ||
                            std::ranges::any_of(hub.serves, [](auto& p) { return !p.empty(); });
    if (hub.catchment == 0 || other_ways) {
        return no_limit;
    }
    return (static_cast<float>(hub.catchment) + 2.0F) * units_per_metre * 1.0001F + slack;
}

std::uint64_t served_needs(const Hub& hub) {
    std::uint64_t open = 0;
    if (hub.profile.active) {
        for (std::size_t kind = 0; kind < unit_kinds; ++kind) {
            if (hub.capacity[kind].free() > 0) {
                open |= hub.profile.needs.bits & needs_of_kind(static_cast<UnitKind>(kind)).bits;
            }
        }
        // A session that has passed may stand here still: too much rather than too little.
        open |= hub.profile.needs.bits & needs_with_seats(hub.sessions).bits;
    }
    return open;
}

Timestamp last_stated(const Hub& hub) {
    Timestamp last{};
    for (const Capacity& capacity : hub.capacity) {
        last = std::max(last, capacity.updated);
    }
    for (const Session& session : hub.sessions) {
        last = std::max(last, session.published);
    }
    return last;
}

// How much it has to spare: exactly, or for a hub that may give a seat of some session, all of it.
float spare(const Hub& hub) {
    const Capacity& places = hub.capacity[static_cast<std::size_t>(UnitKind::place)];
    if (!needs_with_seats(hub.sessions).empty()) {
        return 1.0F;
    }
    return places.total == 0 ? 0.0F
                             : static_cast<float>(places.free()) / static_cast<float>(places.total);
}

std::uint32_t folded(const LanguageSet& set) {
    const std::uint64_t all = set.words[0] | set.words[1] | set.words[2] | set.words[3];
    return static_cast<std::uint32_t>(all | all >> 32);
}

// Position along a Z-order curve through the cube around the Earth: neighbours mostly follow each
// other, and it needs no trigonometry.
std::uint64_t curve(const Position& p) {
    const auto spread = [](std::int32_t v) {
        std::uint64_t x = static_cast<std::uint64_t>((std::int64_t{v} + position_scale) >> 9);
        x &= 0x1f'ffff;  // 21 bits
        x = (x | x << 32) & 0x1f'0000'0000'ffffULL;
        x = (x | x << 16) & 0x1f'0000'ff00'00ffULL;
        x = (x | x << 8) & 0x100f'00f0'0f00'f00fULL;
        x = (x | x << 4) & 0x10c3'0c30'c30c'30c3ULL;
        return (x | x << 2) & 0x1249'2492'4924'9249ULL;
    };
    return p.known() ? spread(p.x) | spread(p.y) << 1 | spread(p.z) << 2 : 0;
}

// The hubs in the order of the curve. Those without a place of their own lie together: their distance
// is 0 to everybody.
template <class Indexes>
std::vector<std::pair<std::uint64_t, HubIndex>> along_the_curve(const Indexes& which,
                                                                const std::vector<Hub>& hubs) {
    std::vector<std::pair<std::uint64_t, HubIndex>> order;
    for (const HubIndex index : which) {
        const HubProfile& p = hubs[slot(index)].profile;
        order.emplace_back(p.is_virtual ? UINT64_MAX : curve(p.position), index);
    }
    std::ranges::sort(order);
    return order;
}

// Newcomers lie in runs of 1, 8, 64 … blocks, each sorted in itself. How many blocks the run has that
// ends with their n-th block: the largest power of 8 that divides n.
std::size_t run_of(std::size_t n) {
    return n == 0 ? 1 : std::size_t{1} << std::countr_zero(n) / 3 * 3;
}

}  // namespace

void Blocks::rebuild(const std::vector<Hub>& hubs) {
    hubs_.clear();
    lane_of_.assign(hubs.size(), 0);
    levels_.clear();
    for (std::size_t nodes = (hubs.size() + block_lanes - 1) / block_lanes; nodes != 0;
         nodes = nodes == 1 ? 0 : (nodes + block_lanes - 1) / block_lanes) {
        levels_.push_back({std::vector<Lanes>(nodes), std::vector<BlockMerits>(nodes)});
    }
    std::size_t lane = 0;
    for (const auto& [where, hub] : along_the_curve(
             std::views::transform(std::views::iota(0U, static_cast<std::uint32_t>(hubs.size())),
                                   [](std::uint32_t i) { return HubIndex{i}; }), hubs)) {
        place(lane++, hub, hubs);
    }
    for (std::size_t level = 0; level < levels_.size(); ++level) {
        for (std::size_t n = 0; n < levels_[level].nodes.size(); ++n) {
            summarise(level, n, hubs);
        }
    }
    sorted_ = hubs.size();
}

void Blocks::refresh(HubIndex hub, const std::vector<Hub>& hubs) {
    if (slot(hub) >= lane_of_.size()) {
        // Newcomers wait in the last blocks until they are many or the root is full. Unsorted they would
        // lie everywhere, and every search would open them; so each full block is sorted with others.
        const std::size_t lane = slot(hub);
        const bool full = lane >> (lane_bits * levels_.size()) != 0;
        if (levels_.empty() || full || hubs.size() > sorted_ + sorted_ / 64 + 2 * block_lanes) {
            rebuild(hubs);
            return;
        }
        lane_of_.push_back(0);
        place(lane, hub, hubs);
        const std::size_t end = lane / block_lanes + 1;
        const bool whole = (lane + 1) % block_lanes == 0;
        const std::size_t run = whole ? run_of(end - (sorted_ + block_lanes - 1) / block_lanes) : 1;
        std::size_t at = (end - run) * block_lanes;
        if (run > 1) {
            const std::span blocks(hubs_.data() + end - run, run);
            for (const auto& [where, one] : along_the_curve(std::views::join(blocks), hubs)) {
                place(at++, one, hubs);
            }
        }
        for (std::size_t block = end - run; block < end; ++block) {
            summarise_up(block, hubs);
        }
        return;
    }
    const Hub& now = hubs[slot(hub)];
    std::size_t n = lane_of_[slot(hub)];
    Lanes& own = levels_[0].nodes[n / block_lanes];
    own.spare[n % block_lanes] = spare(now);
    std::uint64_t needs = served_needs(now);
    const Timestamp stated = last_stated(now);
    bool needs_moved = true;
    bool stated_moved = true;
    for (Level& level : levels_) {  // up to the root, or until nothing changes any more
        const std::size_t lane = n % block_lanes;
        n /= block_lanes;
        std::array<std::uint64_t, block_lanes>& offered = level.nodes[n].needs;
        needs_moved = needs_moved && offered[lane] != needs;
        stated_moved = stated_moved && level.merits[n].stated < stated;
        if (!needs_moved && !stated_moved) {
            return;
        }
        level.merits[n].stated = std::max(level.merits[n].stated, stated);
        if (needs_moved) {
            offered[lane] = needs;
            for (const std::uint64_t each : offered) {
                needs |= each;
            }
        }
    }
}

void Blocks::restate(HubIndex hub, const std::vector<Hub>& hubs) {
    if (slot(hub) >= lane_of_.size()) {
        refresh(hub, hubs);
        return;
    }
    const std::size_t lane = lane_of_[slot(hub)];
    fill(lane, hubs[slot(hub)]);
    summarise_up(lane / block_lanes, hubs);
}

void Blocks::place(std::size_t lane, HubIndex hub, const std::vector<Hub>& hubs) {
    if (lane / block_lanes == hubs_.size()) {
        hubs_.emplace_back().fill(no_hub);
        std::size_t nodes = hubs_.size();
        for (Level& level : levels_) {
            level.nodes.resize(std::max(level.nodes.size(), nodes));
            level.merits.resize(level.nodes.size());
            nodes = (nodes + block_lanes - 1) / block_lanes;
        }
    }
    hubs_[lane / block_lanes][lane % block_lanes] = hub;
    lane_of_[slot(hub)] = static_cast<std::uint32_t>(lane);
    fill(lane, hubs[slot(hub)]);
}

void Blocks::fill(std::size_t lane, const Hub& hub) {
    Lanes& lanes = levels_[0].nodes[lane / block_lanes];
    const std::size_t i = lane % block_lanes;
    lanes.x[i] = static_cast<float>(hub.profile.position.x);
    lanes.y[i] = static_cast<float>(hub.profile.position.y);
    lanes.z[i] = static_cast<float>(hub.profile.position.z);
    // A hub without a place is near everybody.
    lanes.radius[i] = hub.profile.is_virtual || !hub.profile.position.known() ? no_limit : slack;
    lanes.serves_max[i] = serves_max(hub.profile);
    lanes.needs[i] = served_needs(hub);
    lanes.access[i] = hub.profile.access.bits;
    lanes.languages[i] = folded(hub.profile.languages);
    lanes.spare[i] = spare(hub);
}

BlockMerits Blocks::best_of(std::size_t level, std::size_t n, const std::vector<Hub>& hubs) const {
    BlockMerits best;
    const auto add = [&](const BlockMerits& one) {
        best.communities |= one.communities;
        best.open |= one.open;
        best.groups |= one.groups;
        best.wait_days = std::min(best.wait_days, one.wait_days);
        best.price = std::min(best.price, one.price);
        best.stated = std::max(best.stated, one.stated);
    };
    if (level > 0) {
        const std::vector<BlockMerits>& below = levels_[level - 1].merits;
        const std::size_t first = n * block_lanes;
        for (std::size_t i = first; i < std::min(first + block_lanes, below.size()); ++i) {
            add(below[i]);
        }
        return best;
    }
    for (const HubIndex index : hubs_[n]) {
        if (index != no_hub) {
            const Hub& hub = hubs[slot(index)];
            const HubProfile& p = hub.profile;
            add({p.communities, p.open.bits, p.groups.bits, p.wait_days, hub.price, last_stated(hub)});
        }
    }
    return best;
}

void Blocks::summarise(std::size_t level, std::size_t n, const std::vector<Hub>& hubs) {
    levels_[level].merits[n] = best_of(level, n, hubs);
    if (level + 1 == levels_.size()) {
        return;  // nobody looks at the root from above
    }
    const Lanes& lanes = levels_[level].nodes[n];
    Lanes& fat = levels_[level + 1].nodes[n / block_lanes];
    const std::size_t s = n % block_lanes;
    const std::size_t children = level == 0 ? lane_of_.size() : levels_[level - 1].nodes.size();
    const std::size_t used = std::min(children - n * block_lanes, block_lanes);
    std::array<float, 3> low{no_limit, no_limit, no_limit};
    std::array<float, 3> high{-no_limit, -no_limit, -no_limit};
    fat.serves_max[s] = 0;
    fat.needs[s] = fat.access[s] = 0;
    fat.languages[s] = 0;
    for (std::size_t i = 0; i < used; ++i) {
        const float at[] = {lanes.x[i], lanes.y[i], lanes.z[i]};
        for (std::size_t axis = 0; axis < 3; ++axis) {
            low[axis] = std::min(low[axis], at[axis]);
            high[axis] = std::max(high[axis], at[axis]);
        }
        fat.serves_max[s] = std::max(fat.serves_max[s], lanes.serves_max[i]);
        fat.needs[s] |= lanes.needs[i];
        fat.access[s] |= lanes.access[i];
        fat.languages[s] |= lanes.languages[i];
    }
    fat.x[s] = (low[0] + high[0]) / 2;
    fat.y[s] = (low[1] + high[1]) / 2;
    fat.z[s] = (low[2] + high[2]) / 2;
    fat.radius[s] = 0;
    fat.spare[s] = 1.0F;
    for (std::size_t i = 0; i < used; ++i) {
        const float dx = lanes.x[i] - fat.x[s];
        const float dy = lanes.y[i] - fat.y[s];
        const float dz = lanes.z[i] - fat.z[s];
        fat.radius[s] = std::max(
            fat.radius[s], std::sqrt(dx * dx + dy * dy + dz * dz) * 1.0001F + lanes.radius[i]);
    }
}

void Blocks::summarise_up(std::size_t block, const std::vector<Hub>& hubs) {
    for (std::size_t level = 0; level < levels_.size(); ++level, block /= block_lanes) {
        summarise(level, block, hubs);
    }
}

std::size_t Blocks::memory_bytes() const {
    std::size_t bytes = hubs_.size() * sizeof(hubs_[0]) + lane_of_.size() * sizeof(std::uint32_t);
    for (const Level& level : levels_) {
        bytes += level.nodes.size() * (sizeof(Lanes) + sizeof(BlockMerits));
    }
    return bytes;
}

}  // namespace hubward::matcher
