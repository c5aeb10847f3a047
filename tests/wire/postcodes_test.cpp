// SPDX-License-Identifier: Apache-2.0
#include "server/wire/postcodes.hpp"

#include <sstream>

#include "server/wire/grid.hpp"
#include "tests/wire/support.hpp"

namespace hubward::server::wire {
namespace {

// The worked example of Ordnance Survey's guide: the water tower at Caister. Its position by GPS is
// 52°39'28.8282" north, 1°42'57.8663" east.
TEST(Grid, TheWorkedExampleOfOrdnanceSurvey) {
    const auto at = from_national_grid(651'409.903, 313'177.270);
    ASSERT_TRUE(at);
    EXPECT_NEAR(at->latitude, 52 + 39.0 / 60 + 28.8282 / 3600, 0.00006);   // 6 m
    EXPECT_NEAR(at->longitude, 1 + 42.0 / 60 + 57.8663 / 3600, 0.00009);  // 6 m
    EXPECT_FALSE(from_national_grid(0, 0));
    EXPECT_FALSE(from_national_grid(-1, 5));
    EXPECT_FALSE(from_national_grid(800'000, 5));
}

using Fault = PostcodeFile::Fault;

TEST(Postcodes, OfTheOnsDirectory) {
    auto file = PostcodeFile::with_first_line(
        "\"pcd\",\"pcd2\",\"pcds\",\"dointr\",\"doterm\",\"oseast1m\",\"osnrth1m\",\"lat\",\"long\"");
    ASSERT_TRUE(file) << file.error();
    EXPECT_TRUE(file->has_header());
    const auto row = file->read(R"("LS999ZZ","LS99 9ZZ","LS99 9ZZ","198001","","0430000","0433000",53.7921,-1.5468)");
    ASSERT_TRUE(row);
    EXPECT_EQ(row->postcode, "LS99 9ZZ");
    EXPECT_DOUBLE_EQ(row->latitude, 53.7921);
    EXPECT_EQ(file->read(R"("GY1 1AA","GY1  1AA","GY1 1AA","1","","","",99.999999,0.000000)").error(), Fault::unplaced);
    EXPECT_EQ(file->read(R"("x","x","x","1","","1","1",53.1,-1.2)").error(), Fault::no_postcode);
    const auto by_grid = file->read(R"("LS999ZZ","LS99 9ZZ","LS99 9ZZ","198001","","430000","433000","","")");
    ASSERT_TRUE(by_grid);
    EXPECT_NEAR(by_grid->latitude, 53.7927, 0.001);
    EXPECT_NEAR(by_grid->longitude, -1.5459, 0.001);
}

TEST(Postcodes, OfCodePointOpen) {
    constexpr auto first = R"("LS1 1AA",10,430000,433000,"E92000001","","","","E08000035","E05011360")";
    auto file = PostcodeFile::with_first_line(first);
    ASSERT_TRUE(file) << file.error();
    EXPECT_FALSE(file->has_header());
    EXPECT_NEAR(file->read(first)->latitude, 53.7927, 0.001);
    EXPECT_EQ(file->read(R"("LS1 1AB",90,0,0,"","","","","","")").error(), Fault::unplaced);
    EXPECT_EQ(file->read(R"("LS1 1AC",10,x,y,"","","","","","")").error(), Fault::no_position);
    EXPECT_EQ(file->read("").error(), Fault::no_postcode);
    EXPECT_TRUE(PostcodeFile::with_first_line("PC,PQ,EA,NO,CY")->has_header());
}

TEST(Postcodes, AnotherFileIsRefusedInWords) {
    for (const auto* line : {"", "a,b,c", "postcode,x", "lat,long"}) {
        const auto file = PostcodeFile::with_first_line(line);
        ASSERT_FALSE(file) << line;
        EXPECT_NE(file.error().find("first line"), std::string::npos);
    }
}

TEST(Postcodes, ANewPostcodeHasThePlaceOfItsDistrict) {
    PostcodeTable table;
    table.add({"LS1 1AA", 53.70, -1.50});
    table.add({"LS1 1AB", 53.90, -1.54});
    table.add({"LS11 5AA", 53.78, -1.55});
    table.add({"LS1 1AA", 53.80, -1.50});  // a later file knows better
    EXPECT_EQ(table.finish(), 2U);
    EXPECT_EQ(table.size(), 3U);
    const auto path = std::filesystem::temp_directory_path() / ("hubward-postcodes-" + std::to_string(::getpid()));
    std::ofstream out(path);
    table.write(out);
    out.close();
    const auto gazetteer = Gazetteer::load(path);
    std::filesystem::remove(path);
    ASSERT_TRUE(gazetteer) << gazetteer.error();
    EXPECT_EQ(gazetteer->find("LS1 1AA")->latitude_e7, 538'000'000);
    EXPECT_EQ(gazetteer->find("LS1 9ZZ")->latitude_e7, 538'500'000);
    EXPECT_EQ(gazetteer->find("LS1 9ZZ")->longitude_e7, -15'200'000);
    EXPECT_EQ(gazetteer->find("LS11 5AA")->latitude_e7, 537'800'000);
    EXPECT_FALSE(gazetteer->find("YO1 1AA"));
}

}  // namespace
}  // namespace hubward::server::wire
