// SPDX-License-Identifier: Apache-2.0
//
// Points of a place drawn to scale, as numbers for the SVG of a template. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "matcher/types.hpp"

namespace hubward::server::pages {

inline constexpr int map_width = 640;   // units of the viewBox
inline constexpr int map_height = 400;

struct Spot {
    int x = 0;
    int y = 0;
    friend bool operator==(const Spot&, const Spot&) = default;
};

inline constexpr int mark_width = 24;  // of a hub's circle: two that are nearer than half of it hide each other

// In the order of `points`; nothing for an unknown position. North is up and a kilometre is as long
// in both directions. One point alone stands in the middle. The first `hubs` of them are hubs: what would
// lie on one of those stands beside it, as long as one of the eight places around it is free.
std::vector<std::optional<Spot>> place_map(const std::vector<matcher::Position>& points, std::size_t hubs);

}  // namespace hubward::server::pages
