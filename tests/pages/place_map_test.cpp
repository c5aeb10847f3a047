// SPDX-License-Identifier: Apache-2.0
#include "server/pages/place_map.hpp"

#include <gtest/gtest.h>

namespace hubward::tests {
namespace {

using server::pages::map_height;
using server::pages::map_width;
using server::pages::place_map;

matcher::Position at(double latitude, double longitude) {
    matcher::Position made;
    made.latitude_e7 = static_cast<std::int32_t>(latitude * 1e7);
    made.longitude_e7 = static_cast<std::int32_t>(longitude * 1e7);
    made.x = 1;  // known
    return made;
}

// North is up, east is to the right, and everything is inside.
TEST(PlaceMap, PutsNorthUpAndEastToTheRight) {
    const auto spots = place_map({at(53.80, -1.55), at(53.70, -1.40), matcher::Position()});
    ASSERT_EQ(spots.size(), 3u);
    EXPECT_LT(spots[0]->x, spots[1]->x);
    EXPECT_LT(spots[0]->y, spots[1]->y);
    EXPECT_FALSE(spots[2]) << "a hub that is nowhere is not drawn";
    for (int i : {0, 1}) {
        const auto& spot = spots[static_cast<std::size_t>(i)];
        EXPECT_GE(spot->x, 0);
        EXPECT_LE(spot->x, map_width);
        EXPECT_GE(spot->y, 0);
        EXPECT_LE(spot->y, map_height);
    }
}

// At 60 degrees north a degree of longitude is half as long as one of latitude.
TEST(PlaceMap, IsAsLongInBothDirections) {
    const auto spots = place_map({at(60, 10), at(60, 12), at(61, 10)});
    EXPECT_NEAR(spots[1]->x - spots[0]->x, spots[0]->y - spots[2]->y, 2);
}

TEST(PlaceMap, PutsOnePointInTheMiddle) {
    const auto spots = place_map({at(53.8, -1.5)});
    EXPECT_EQ(spots[0]->x, map_width / 2);
    EXPECT_EQ(spots[0]->y, map_height / 2);
    EXPECT_TRUE(place_map({}).empty());
    EXPECT_FALSE(place_map({matcher::Position()})[0]);
}

}  // namespace
}  // namespace hubward::tests
