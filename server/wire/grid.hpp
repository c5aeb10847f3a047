// SPDX-License-Identifier: Apache-2.0
//
// British National Grid to degrees; the only door to GeographicLib.
//
// The grid's own datum (Airy, OSGB36) is turned into that of GPS by the seven numbers that Ordnance
// Survey publishes for it: right to about 5 metres anywhere in Great Britain, a hundredth of the
// cell that a person's position is rounded to. Pure; any thread.
#pragma once

#include <optional>

namespace hubward::server::wire {

struct Degrees {
    double latitude = 0;
    double longitude = 0;
};

// Metres east and north. Nothing outside of the grid.
std::optional<Degrees> from_national_grid(double easting, double northing);

}  // namespace hubward::server::wire
