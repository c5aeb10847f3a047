// SPDX-License-Identifier: Apache-2.0
#include "server/wire/gazetteer.hpp"

#include <cmath>

#include "matcher/score.hpp"
#include "tests/wire/support.hpp"

namespace hubward::server::wire {
namespace {

TEST(Postcode, IsMadeNormal) {
    EXPECT_EQ(normal_postcode("ls115aa"), "LS11 5AA");
    EXPECT_EQ(normal_postcode(" w1a 1aa "), "W1A 1AA");
    EXPECT_EQ(normal_postcode("M11AE"), "M1 1AE");
    for (const auto* bad : {"", "LS11", "LS11 5", "ABC 1234", "LS11 5A1", "1S11 5AA", "LS1111 5AA", "LS11-5AA"}) {
        EXPECT_FALSE(normal_postcode(bad)) << bad;
    }
}

TEST(Gazetteer, TheLongestRowThatFitsWins) {
    const auto gazetteer = small_gazetteer();
    EXPECT_EQ(gazetteer.size(), 3U);
    EXPECT_EQ(gazetteer.find("ls11 5zz")->latitude_e7, 537'844'000);
    EXPECT_EQ(gazetteer.find("LS11 9ZZ")->latitude_e7, 537'801'000);
    EXPECT_EQ(gazetteer.find("LS11 5")->latitude_e7, 537'844'000);
    EXPECT_EQ(gazetteer.find("LS11")->latitude_e7, 537'801'000);
    EXPECT_FALSE(gazetteer.find("YO1 1AA"));
    EXPECT_FALSE(gazetteer.find("not a postcode"));
}

TEST(Gazetteer, NamesTheLineThatIsWrong) {
    const auto load = [](std::string_view text) {
        const auto file = std::filesystem::temp_directory_path() /
                          ("hubward-gazetteer-bad-" + std::to_string(::getpid()) + ".csv");
        std::ofstream(file) << text;
        auto loaded = Gazetteer::load(file);
        std::filesystem::remove(file);
        return loaded ? std::string() : loaded.error();
    };
    EXPECT_NE(load("postcode,latitude,longitude\nLS11,53,-1\nLS12,x,-1\n").find("line 3"), std::string::npos);
    EXPECT_NE(load("postcode,latitude,longitude\nhello,53,-1\n").find("line 2"), std::string::npos);
    EXPECT_NE(load("postcode,lat\n").find("line 1"), std::string::npos);
    EXPECT_FALSE(Gazetteer::load("/nowhere/at-all.csv"));
}

TEST(Position, DistancesComeOutInMetres) {
    const auto leeds = position_at(53.7997, -1.5492);
    const auto york = position_at(53.9591, -1.0815);
    ASSERT_TRUE(leeds && york);
    EXPECT_NEAR(matcher::distance(*leeds, *york), 35'420, 100);  // by the haversine formula
    EXPECT_FALSE(position_at(100, 0));
    EXPECT_FALSE(position_at(0, 181));
    EXPECT_FALSE(position_at(std::nan(""), 0));
}

TEST(Position, ThePersonsIsKeptCoarse) {
    const auto exact = position_at(53.80123, -1.54567);
    const auto cell = coarse(exact);
    EXPECT_EQ(cell->latitude_e7, 538'000'000);
    EXPECT_EQ(cell->longitude_e7, -15'500'000);
    EXPECT_FALSE(coarse(std::nullopt));
}

}  // namespace
}  // namespace hubward::server::wire
