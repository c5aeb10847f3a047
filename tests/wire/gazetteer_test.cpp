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

// A row may know where and not whose: then the longest of those that know is asked.
TEST(Gazetteer, TellsThePlaceOfAPostcode) {
    const auto gazetteer = gazetteer_of("postcode,place,latitude,longitude\n"
                                        "LS11,riverside,53.7801,-1.5501\n"
                                        "LS11 5,,53.7844,-1.5566\n"
                                        "LS11 5AA,hill-side,53.7844,-1.5566\n"
                                        "LS99,,53.7997,-1.5492\n");
    EXPECT_EQ(gazetteer.place_of("ls11 5aa").view(), "hill-side");
    EXPECT_EQ(gazetteer.place_of("LS11 5ZZ").view(), "riverside");
    EXPECT_EQ(gazetteer.find("LS11 5ZZ")->latitude_e7, 537'844'000) << "the position is the sector's all the same";
    EXPECT_EQ(gazetteer.place_of("LS11").view(), "riverside");
    for (const auto* unknown : {"LS99 9ZZ", "YO1 1AA", "", "not a postcode"}) {
        EXPECT_TRUE(gazetteer.place_of(unknown).empty()) << unknown;
    }
    EXPECT_TRUE(small_gazetteer().place_of("LS11 5AA").empty()) << "a file without the column";
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
    for (const auto* place : {"River Side", "riverside-", "a-place-of-25-letters-here"}) {
        EXPECT_NE(load(std::string("postcode,latitude,longitude,place\nLS11,53,-1,") + place + "\n").find("line 2"),
                  std::string::npos)
            << place;
    }
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
