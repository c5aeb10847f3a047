// SPDX-License-Identifier: Apache-2.0
#include "server/pages/place_map.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <numbers>

namespace hubward::server::pages {
namespace {

constexpr double margin = 28;  // a mark and its number stay inside
constexpr double degrees_e7 = 1e7;

struct Box {
    double west = 1e9;
    double east = -1e9;
    double south = 1e9;
    double north = -1e9;
};

// East and north in degrees of latitude, so that both have the same length.
struct Flat {
    double east = 0;
    double north = 0;
};

Flat flat(const matcher::Position& at, double shrink) {
    return {at.longitude_e7 / degrees_e7 * shrink, at.latitude_e7 / degrees_e7};
}

using Spots = std::vector<std::optional<Spot>>;

bool hidden(const Spots& spots, std::size_t hubs, const Spot& at) {
    return std::any_of(spots.begin(), spots.begin() + static_cast<std::ptrdiff_t>(hubs), [&](const auto& hub) {
        return hub && std::abs(hub->x - at.x) < mark_width / 2 && std::abs(hub->y - at.y) < mark_width / 2;
    });
}

bool inside(const Spot& at) {
    constexpr int half = mark_width / 2;
    return at.x >= half && at.x <= map_width - half && at.y >= half && at.y <= map_height - half;
}

// The spot itself, or one beside it where nothing lies; the spot when all around it is taken.
Spot beside(const Spots& spots, std::size_t hubs, const Spot& at) {
    constexpr auto around = std::to_array<Spot>(
        {{0, 0}, {1, 0}, {-1, 0}, {0, 1}, {0, -1}, {1, 1}, {-1, -1}, {1, -1}, {-1, 1}});
    for (const Spot& step : around) {
        const Spot tried{at.x + step.x * mark_width, at.y + step.y * mark_width};
        if (inside(tried) && !hidden(spots, hubs, tried)) {
            return tried;
        }
    }
    return at;
}

}  // namespace

std::vector<std::optional<Spot>> place_map(const std::vector<matcher::Position>& points, std::size_t hubs) {
    const auto first = std::ranges::find_if(points, &matcher::Position::known);
    std::vector<std::optional<Spot>> spots(points.size());
    if (first == points.end()) {
        return spots;
    }
    const double shrink = std::cos(first->latitude_e7 / degrees_e7 * std::numbers::pi / 180);
    Box box;
    for (const matcher::Position& point : points) {
        if (point.known()) {
            const Flat at = flat(point, shrink);
            box.west = std::min(box.west, at.east);
            box.east = std::max(box.east, at.east);
            box.south = std::min(box.south, at.north);
            box.north = std::max(box.north, at.north);
        }
    }
    constexpr double smallest = 1e-6;
    const double scale = std::min((map_width - 2 * margin) / std::max(box.east - box.west, smallest),
                                  (map_height - 2 * margin) / std::max(box.north - box.south, smallest));
    const Flat middle = {(box.west + box.east) / 2, (box.south + box.north) / 2};
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (points[i].known()) {
            const Flat at = flat(points[i], shrink);
            spots[i] = beside(spots, std::min(i, hubs),
                              {static_cast<int>(std::lround(map_width / 2.0 + (at.east - middle.east) * scale)),
                               static_cast<int>(std::lround(map_height / 2.0 - (at.north - middle.north) * scale))});
        }
    }
    return spots;
}

}  // namespace hubward::server::pages
