// SPDX-License-Identifier: Apache-2.0
#include "matcher/blocks.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "matcher/filters.hpp"

namespace hubward::matcher {
namespace {

constexpr float no_limit = 4e9F;  // beyond the far side of the Earth, in units of 2^-29 radii
constexpr float units_per_metre =
    static_cast<float>(position_scale) / static_cast<float>(earth_radius_metres);
// Floats keep 24 bits of a coordinate of 30; a distance is off by less than this.
constexpr float slack = 512.0F;

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
    }
    return open;
}

Timestamp last_stated(const Hub& hub) {
    Timestamp last{};
    for (const Capacity& capacity : hub.capacity) {
        last = std::max(last, capacity.updated);
    }
    return last;
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

}  // namespace

void Blocks::rebuild(const std::vector<Hub>& hubs) {
    std::vector<std::pair<std::uint64_t, std::uint32_t>> order(hubs.size());
    for (std::uint32_t i = 0; i < hubs.size(); ++i) {
        const HubProfile& p = hubs[i].profile;
        // Hubs without a place of their own lie together: their distance is 0 to everybody.
        order[i] = {p.is_virtual ? UINT64_MAX : curve(p.position), i};
    }
    std::ranges::sort(order);
    blocks_.clear();
    hubs_.clear();
    merits_.clear();
    summaries_.clear();
    lane_of_.assign(hubs.size(), 0);
    for (std::size_t lane = 0; lane < order.size(); ++lane) {
        place(lane, HubIndex{order[lane].second}, hubs);
    }
    for (std::size_t block = 0; block < blocks_.size(); ++block) {
        summarise(block, hubs);
    }
    sorted_ = hubs.size();
}

void Blocks::refresh(HubIndex hub, const std::vector<Hub>& hubs) {
    const std::size_t known = lane_of_.size();
    if (slot(hub) >= known) {
        // Newcomers wait in the last blocks, unsorted, until they are many.
        if (hubs.size() > sorted_ + sorted_ / 8 + 4 * block_lanes) {
            rebuild(hubs);
            return;
        }
        lane_of_.push_back(0);
        place(slot(hub), hub, hubs);
        summarise(block_of(hub), hubs);
        return;
    }
    const std::size_t lane = lane_of_[slot(hub)];
    const std::size_t block = lane / block_lanes;
    Lanes& lanes = blocks_[block];
    const std::uint64_t needs = served_needs(hubs[slot(hub)]);
    const std::size_t i = lane % block_lanes;
    const Capacity& places = hubs[slot(hub)].capacity[static_cast<std::size_t>(UnitKind::place)];
    lanes.free[i] = places.free();
    lanes.total[i] = places.total;
    merits_[block].stated = std::max(merits_[block].stated, last_stated(hubs[slot(hub)]));
    if (needs == lanes.needs[i]) {
        return;
    }
    lanes.needs[i] = needs;
    std::uint64_t all = 0;
    for (const std::uint64_t each : lanes.needs) {
        all |= each;
    }
    summaries_[block / block_lanes].needs[block % block_lanes] = all;
}

void Blocks::restate(HubIndex hub, const std::vector<Hub>& hubs) {
    if (slot(hub) >= lane_of_.size()) {
        refresh(hub, hubs);
        return;
    }
    fill(lane_of_[slot(hub)], hubs[slot(hub)]);
    summarise(block_of(hub), hubs);
}

void Blocks::place(std::size_t lane, HubIndex hub, const std::vector<Hub>& hubs) {
    if (lane / block_lanes == blocks_.size()) {
        blocks_.emplace_back();
        hubs_.emplace_back().fill(no_hub);
        merits_.emplace_back();
        if (summaries_.size() * block_lanes < blocks_.size()) {
            summaries_.emplace_back();
        }
    }
    hubs_[lane / block_lanes][lane % block_lanes] = hub;
    lane_of_[slot(hub)] = static_cast<std::uint32_t>(lane);
    fill(lane, hubs[slot(hub)]);
}

void Blocks::fill(std::size_t lane, const Hub& hub) {
    Lanes& lanes = blocks_[lane / block_lanes];
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
    const Capacity& places = hub.capacity[static_cast<std::size_t>(UnitKind::place)];
    lanes.free[i] = places.free();
    lanes.total[i] = places.total;
}

void Blocks::summarise(std::size_t block, const std::vector<Hub>& hubs) {
    const Lanes& lanes = blocks_[block];
    Lanes& fat = summaries_[block / block_lanes];
    const std::size_t s = block % block_lanes;
    BlockMerits best;
    best.price = UINT16_MAX;
    std::uint64_t needs = 0;
    std::uint64_t access = 0;
    std::uint32_t languages = 0;
    float reach = 0;
    std::array<float, 3> low{no_limit, no_limit, no_limit};
    std::array<float, 3> high{-no_limit, -no_limit, -no_limit};
    for (std::size_t i = 0; i < block_lanes; ++i) {
        const HubIndex index = hubs_[block][i];
        if (index == no_hub) {
            continue;
        }
        const Hub& hub = hubs[slot(index)];
        const float at[] = {lanes.x[i], lanes.y[i], lanes.z[i]};
        for (std::size_t axis = 0; axis < 3; ++axis) {
            low[axis] = std::min(low[axis], at[axis]);
            high[axis] = std::max(high[axis], at[axis]);
        }
        reach = std::max(reach, lanes.serves_max[i]);
        needs |= lanes.needs[i];
        access |= lanes.access[i];
        languages |= lanes.languages[i];
        best.communities |= hub.profile.communities;
        best.open |= hub.profile.open.bits;
        best.groups |= hub.profile.groups.bits;
        best.wait_days = std::min(best.wait_days, hub.profile.wait_days);
        best.price = std::min(best.price, hub.price);
        best.stated = std::max(best.stated, last_stated(hub));
        for (std::size_t w = 0; w < best.languages.words.size(); ++w) {
            best.languages.words[w] |= hub.profile.languages.words[w];
        }
    }
    fat.x[s] = (low[0] + high[0]) / 2;
    fat.y[s] = (low[1] + high[1]) / 2;
    fat.z[s] = (low[2] + high[2]) / 2;
    float radius = 0;
    for (std::size_t i = 0; i < block_lanes; ++i) {
        if (hubs_[block][i] != no_hub) {
            const float dx = lanes.x[i] - fat.x[s];
            const float dy = lanes.y[i] - fat.y[s];
            const float dz = lanes.z[i] - fat.z[s];
            radius = std::max(radius,
                              std::sqrt(dx * dx + dy * dy + dz * dz) * 1.0001F + lanes.radius[i]);
        }
    }
    fat.radius[s] = radius;
    fat.serves_max[s] = reach;
    fat.needs[s] = needs;
    fat.access[s] = access;
    fat.languages[s] = languages;
    merits_[block] = best;
}

std::size_t Blocks::memory_bytes() const {
    return blocks_.size() * (sizeof(Lanes) + sizeof(hubs_[0]) + sizeof(BlockMerits)) +
           summaries_.size() * sizeof(Lanes) + lane_of_.size() * sizeof(std::uint32_t);
}

}  // namespace hubward::matcher
