// SPDX-License-Identifier: Apache-2.0
#include "server/start_time.hpp"

#include <gtest/gtest.h>

namespace hubward::server {
namespace {

constexpr matcher::Timestamp now{1'767'603'600'000};

StartTime found(std::chrono::milliseconds passed, matcher::Timestamp due = now) {
    return start_time({now.ms - passed.count()}, due, now);
}

TEST(StartTime, TrustsTheClockAfterAnOrdinaryRest) {
    EXPECT_EQ(found(std::chrono::seconds(5)), StartTime::good);
    EXPECT_EQ(found(rest_max), StartTime::good);
    EXPECT_EQ(found(-ahead_max), StartTime::good);
}
TEST(StartTime, AsksAboutAClockThatIsFarAhead) {
    EXPECT_EQ(found(rest_max + std::chrono::milliseconds(1)), StartTime::clock_ahead);
    EXPECT_EQ(found(std::chrono::days(3'650)), StartTime::clock_ahead);
}
// A place that is set up, or a pilot that rests: nobody waits, so nobody's time can be up.
TEST(StartTime, TrustsItAfterALongRestInWhichNothingIsDue) {
    EXPECT_EQ(found(std::chrono::days(400), matcher::never), StartTime::good);
    EXPECT_EQ(found(std::chrono::days(400), {now.ms + 1}), StartTime::good);
    EXPECT_EQ(found(std::chrono::days(400), now), StartTime::clock_ahead);
}
TEST(StartTime, SeesAJournalThatIsAhead) {
    EXPECT_EQ(found(-ahead_max - std::chrono::milliseconds(1)), StartTime::journal_ahead);
    EXPECT_EQ(found(-std::chrono::days(3'650)), StartTime::journal_ahead);
}

}  // namespace
}  // namespace hubward::server
