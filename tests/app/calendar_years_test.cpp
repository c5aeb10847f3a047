// SPDX-License-Identifier: Apache-2.0
//
// The calendar as the core takes it, from the file that ships with the program.
#include "server/calendar_years.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "server/wire/calendar.hpp"

namespace hubward::server {
namespace {

matcher::Timestamp at(const char* text) { return *wire::parse_instant(text); }

TEST(CalendarYears, TheFileOfEnglandGivesItsHolidaysAndClockChanges) {
    const auto years = calendar_years(HUBWARD_SOURCE_DIR "/configs/closed-days-england.txt",
                                      at("2026-11-26T09:00:00Z"));
    ASSERT_TRUE(years) << years.error();
    ASSERT_EQ(years->size(), 3u);
    const matcher::CalendarYear& y = years->front();
    EXPECT_EQ(y.year, 2026);
    EXPECT_EQ(y.closed_count, 8);
    EXPECT_EQ(y.closed[0], 1);    // New Year's Day
    EXPECT_EQ(y.closed[6], 359);  // Christmas Day
    EXPECT_EQ(y.summer_from, at("2026-03-29T01:00:00Z"));
    EXPECT_EQ(y.summer_to, at("2026-10-25T01:00:00Z"));
    for (const matcher::CalendarYear& year : *years) {
        EXPECT_TRUE(year.sound());
        EXPECT_EQ(year.closed_count, 8) << year.year;
    }
}

TEST(CalendarYears, WithoutAFileNothingIsClosed) {
    const auto years = calendar_years("", at("2026-12-31T23:30:00Z"));
    ASSERT_TRUE(years);
    EXPECT_EQ(years->front().year, 2026);
    EXPECT_EQ(years->front().closed_count, 0);
}

TEST(CalendarYears, AWrongLineIsToldByItsNumber) {
    const auto file = std::filesystem::temp_directory_path() /
                      ("hubward-closed-" + std::to_string(::getpid()));
    std::ofstream(file) << "# days\n2026-12-25 Christmas Day\n2026-13-01 nonsense\n";
    const auto years = calendar_years(file.string(), at("2026-01-01T00:00:00Z"));
    std::filesystem::remove(file);
    ASSERT_FALSE(years);
    EXPECT_NE(years.error().find(":3:"), std::string::npos) << years.error();
    EXPECT_FALSE(calendar_years("/nowhere/days", at("2026-01-01T00:00:00Z")));
}

}  // namespace
}  // namespace hubward::server
