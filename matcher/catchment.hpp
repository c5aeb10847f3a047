// SPDX-License-Identifier: Apache-2.0
//
// Whom a hub serves by where they live: a polygon on the map. Pure; whole numbers; any thread.
#pragma once

#include <array>
#include <cstdint>

#include "matcher/limits.hpp"
#include "matcher/types.hpp"

namespace hubward::matcher {

// Degrees times 10^7.
struct MapPoint {
    std::int32_t latitude_e7 = 0;
    std::int32_t longitude_e7 = 0;
    friend auto operator<=>(const MapPoint&, const MapPoint&) = default;
};

// Corners in order, either way round; the last is joined to the first. Fewer than three: no area.
// Must span less than half the globe; may cross the date line; cannot contain a pole.
struct Area {
    std::uint8_t count = 0;
    std::array<MapPoint, limits::area_corners_max> corners{};

    bool drawn() const { return count >= 3; }
    friend auto operator<=>(const Area&, const Area&) = default;
};

// Whether the point lies in the area. Its edge belongs to it.
bool inside(const Area& area, const Position& point);

}  // namespace hubward::matcher
