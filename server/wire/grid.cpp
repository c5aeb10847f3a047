// SPDX-License-Identifier: Apache-2.0
#include "server/wire/grid.hpp"

#include <GeographicLib/Geocentric.hpp>
#include <GeographicLib/OSGB.hpp>

#include <numbers>

namespace hubward::server::wire {
namespace {

using GeographicLib::Geocentric;
using GeographicLib::OSGB;

// "A guide to coordinate systems in Great Britain", Ordnance Survey, section 6.6, with the signs
// of the way from OSGB36 to WGS84.
struct Helmert {
    double x = 446.448;  // metres
    double y = -125.157;
    double z = 542.060;
    double rotate_x = seconds(0.1502);
    double rotate_y = seconds(0.2470);
    double rotate_z = seconds(0.8421);
    double scale = 1 - 20.4894e-6;

    static constexpr double seconds(double arc) { return arc / 3600 * std::numbers::pi / 180; }
};

}  // namespace

std::optional<Degrees> from_national_grid(double easting, double northing) {
    if (!(easting > 0 && easting < 700'000 && northing > 0 && northing < 1'300'000)) {
        return std::nullopt;
    }
    static const Geocentric airy(OSGB::EquatorialRadius(), OSGB::Flattening());
    constexpr Helmert shift;
    Degrees on_airy;
    OSGB::Reverse(easting, northing, on_airy.latitude, on_airy.longitude);
    double x = 0;
    double y = 0;
    double z = 0;
    airy.Forward(on_airy.latitude, on_airy.longitude, 0, x, y, z);
    Degrees out;
    double height = 0;
    Geocentric::WGS84().Reverse(
        shift.x + shift.scale * x - shift.rotate_z * y + shift.rotate_y * z,
        shift.y + shift.rotate_z * x + shift.scale * y - shift.rotate_x * z,
        shift.z - shift.rotate_y * x + shift.rotate_x * y + shift.scale * z, out.latitude,
        out.longitude, height);
    return out;
}

}  // namespace hubward::server::wire
