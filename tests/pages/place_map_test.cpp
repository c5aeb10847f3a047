// SPDX-License-Identifier: Apache-2.0
#include "server/pages/place_map.hpp"

#include <cstdlib>

#include <gtest/gtest.h>

namespace hubward::tests {
namespace {

using server::pages::map_height;
using server::pages::map_width;
using server::pages::mark_width;
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
    const auto spots = place_map({at(53.80, -1.55), at(53.70, -1.40), matcher::Position()}, 3);
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
    const auto spots = place_map({at(60, 10), at(60, 12), at(61, 10)}, 3);
    EXPECT_NEAR(spots[1]->x - spots[0]->x, spots[0]->y - spots[2]->y, 2);
}

TEST(PlaceMap, PutsOnePointInTheMiddle) {
    const auto spots = place_map({at(53.8, -1.5)}, 1);
    EXPECT_EQ(spots[0]->x, map_width / 2);
    EXPECT_EQ(spots[0]->y, map_height / 2);
    EXPECT_TRUE(place_map({}, 0).empty());
    EXPECT_FALSE(place_map({matcher::Position()}, 1)[0]);
}

// Two hubs in one house, and somebody nobody can help beside them: each is seen, and in the frame.
TEST(PlaceMap, HidesNoHubBehindAnother) {
    const auto here = at(53.8, -1.5);
    const auto spots = place_map({here, at(53.7, -1.4), here, here, here}, 3);
    for (const std::size_t i : {std::size_t{0}, std::size_t{2}, std::size_t{3}}) {
        for (std::size_t j = 0; j < 3; ++j) {
            const bool apart = std::abs(spots[i]->x - spots[j]->x) >= mark_width / 2 ||
                               std::abs(spots[i]->y - spots[j]->y) >= mark_width / 2;
            EXPECT_TRUE(i == j || apart) << i << " lies on " << j;
        }
        EXPECT_GE(spots[i]->x, mark_width / 2);
        EXPECT_GE(spots[i]->y, mark_width / 2);
    }
    EXPECT_EQ(spots[3], spots[4]) << "needs of one place stay together";
    // More than fit around: the last lies where it is, and nothing is lost.
    const auto many = place_map(std::vector<matcher::Position>(12, here), 12);
    EXPECT_EQ(many[11], many[0]);
}

}  // namespace
}  // namespace hubward::tests
