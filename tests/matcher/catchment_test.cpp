// SPDX-License-Identifier: Apache-2.0
#include "matcher/catchment.hpp"

#include <gtest/gtest.h>

namespace hubward::matcher {
namespace {

constexpr std::int32_t degree = 10'000'000;

Area area(std::initializer_list<MapPoint> corners) {
    Area drawn;
    for (const MapPoint& corner : corners) {
        drawn.corners[drawn.count++] = corner;
    }
    return drawn;
}

Position at(std::int32_t latitude_e7, std::int32_t longitude_e7) {
    return {.latitude_e7 = latitude_e7, .longitude_e7 = longitude_e7, .x = 1};
}

// An L: the square from 0 to 2 degrees without its north-eastern quarter.
const Area bent = area({{0, 0},
                        {0, 2 * degree},
                        {degree, 2 * degree},
                        {degree, degree},
                        {2 * degree, degree},
                        {2 * degree, 0}});

TEST(Area, HoldsWhatLiesWithinItsOutline) {
    EXPECT_TRUE(inside(bent, at(degree / 2, degree / 2)));
    EXPECT_TRUE(inside(bent, at(3 * degree / 2, degree / 2)));
    EXPECT_FALSE(inside(bent, at(3 * degree / 2, 3 * degree / 2)));
    EXPECT_FALSE(inside(bent, at(-1, degree)));
    EXPECT_FALSE(inside(bent, at(degree / 2, 3 * degree)));
}

TEST(Area, ItsEdgeAndItsCornersBelongToIt) {
    EXPECT_TRUE(inside(bent, at(0, degree)));
    EXPECT_TRUE(inside(bent, at(degree, 3 * degree / 2)));
    EXPECT_TRUE(inside(bent, at(degree, degree)));
    EXPECT_FALSE(inside(bent, at(degree + 1, degree + 1)));
    EXPECT_TRUE(inside(bent, at(degree - 1, degree + 1)));
}

// However the outline is given, and wherever it begins.
TEST(Area, DoesNotDependOnTheOrderOfItsCorners) {
    Area backwards = bent;
    std::reverse(backwards.corners.begin(), backwards.corners.begin() + bent.count);
    Area turned = bent;
    std::rotate(turned.corners.begin(), turned.corners.begin() + 2,
                turned.corners.begin() + bent.count);
    for (std::int32_t y = -1; y <= 21; ++y) {
        for (std::int32_t x = -1; x <= 21; ++x) {
            const Position p = at(y * degree / 10, x * degree / 10);
            EXPECT_EQ(inside(backwards, p), inside(bent, p)) << y << " " << x;
            EXPECT_EQ(inside(turned, p), inside(bent, p)) << y << " " << x;
        }
    }
}

// Taveuni in Fiji lies on both sides of the 180th meridian.
TEST(Area, MayCrossTheDateLine) {
    const Area island = area({{-17 * degree, 179 * degree},
                              {-17 * degree, -179 * degree},
                              {-16 * degree, -179 * degree},
                              {-16 * degree, 179 * degree}});
    EXPECT_TRUE(inside(island, at(-165 * degree / 10, 1'799'999'999)));
    EXPECT_TRUE(inside(island, at(-165 * degree / 10, -1'799'999'999)));
    EXPECT_TRUE(inside(island, at(-165 * degree / 10, 1'800'000'000)));
    EXPECT_FALSE(inside(island, at(-165 * degree / 10, 178 * degree)));
    EXPECT_FALSE(inside(island, at(-165 * degree / 10, 0)));
}

TEST(Area, WithFewerThanThreeCornersHoldsNobody) {
    EXPECT_FALSE(inside(area({}), at(0, 0)));
    EXPECT_FALSE(inside(area({{0, 0}, {degree, degree}}), at(0, 0)));
}

}  // namespace
}  // namespace hubward::matcher
