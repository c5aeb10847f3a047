// SPDX-License-Identifier: Apache-2.0
#include "matcher/catchment.hpp"

#include <algorithm>

namespace hubward::matcher {
namespace {

constexpr std::int64_t full_turn = 3'600'000'000;  // 360 degrees times 10^7

// The shorter way round, so that the date line is no edge.
std::int64_t turned(std::int64_t degrees_e7) {
    degrees_e7 %= full_turn;
    if (degrees_e7 > full_turn / 2) {
        return degrees_e7 - full_turn;
    }
    return degrees_e7 < -full_turn / 2 ? degrees_e7 + full_turn : degrees_e7;
}

struct Flat {  // as seen from the point, which is at 0, 0
    std::int64_t x = 0;
    std::int64_t y = 0;
};

}  // namespace

bool inside(const Area& area, const Position& point) {
    if (!area.drawn()) {
        return false;
    }
    std::array<Flat, limits::area_corners_max> at{};
    Flat low{INT64_MAX, INT64_MAX};
    Flat high{INT64_MIN, INT64_MIN};
    for (std::size_t i = 0; i < area.count; ++i) {
        const MapPoint& corner = area.corners[i];
        at[i].x = i == 0 ? turned(std::int64_t{corner.longitude_e7} - point.longitude_e7)
                         : at[i - 1].x + turned(std::int64_t{corner.longitude_e7} -
                                                area.corners[i - 1].longitude_e7);
        at[i].y = std::int64_t{corner.latitude_e7} - point.latitude_e7;
        low = {std::min(low.x, at[i].x), std::min(low.y, at[i].y)};
        high = {std::max(high.x, at[i].x), std::max(high.y, at[i].y)};
    }
    // Outside the box around it; inside, products stay below 2^62 because of the area's span.
    if (low.x > 0 || low.y > 0 || high.x < 0 || high.y < 0) {
        return false;
    }
    bool odd = false;
    for (std::size_t i = 0; i < area.count; ++i) {
        const Flat a = at[i];
        const Flat b = at[(i + 1) % area.count];
        const std::int64_t turn = a.x * b.y - b.x * a.y;
        const bool between = std::min(a.x, b.x) <= 0 && std::max(a.x, b.x) >= 0 &&
                             std::min(a.y, b.y) <= 0 && std::max(a.y, b.y) >= 0;
        if (turn == 0 && between) {
            return true;  // on the edge
        }
        // A ray to the east crosses the edges whose ends lie on different sides of it.
        if ((a.y > 0) != (b.y > 0)) {
            odd = odd != ((turn > 0) == (b.y > a.y));
        }
    }
    return odd;
}

}  // namespace hubward::matcher
