// SPDX-License-Identifier: Apache-2.0
#include "server/outbound/schedule.hpp"

#include <gtest/gtest.h>

namespace hubward::server::outbound {
namespace {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

TEST(Retry, WaitsGrowOverAboutThreeDaysAndEnd) {
    milliseconds least{0};
    milliseconds most{0};
    milliseconds before{0};
    for (unsigned failures = 1; failures < tries_max; ++failures) {
        const auto shortest = retry_delay(failures, 0);
        ASSERT_TRUE(shortest) << failures;
        EXPECT_GT(*shortest, before);
        before = *shortest;
        least += *shortest;
        milliseconds longest{0};
        for (std::uint64_t noise = 0; noise < 1'000; ++noise) {
            longest = std::max(longest, *retry_delay(failures, noise * 7'919 * 7'919));
        }
        EXPECT_LE(longest, *shortest * 3 / 2);
        EXPECT_GT(longest, *shortest * 5 / 4) << "no jitter after " << failures;
        most += longest;
    }
    // What documents and pages call "about three days".
    EXPECT_GT(least, 60h);
    EXPECT_LT(most, 96h);
    EXPECT_GT((least + most) / 2, 66h);
    EXPECT_LT((least + most) / 2, 78h);
    EXPECT_FALSE(retry_delay(tries_max, 0));
    EXPECT_FALSE(retry_delay(tries_max + 1, 0));
    EXPECT_FALSE(retry_delay(0, 0));
}

TEST(RetryAfter, SecondsOrADate) {
    constexpr std::int64_t now = 1'774'612'800'000;  // Fri, 27 Mar 2026 12:00:00 GMT
    EXPECT_EQ(retry_after("120", now), 120s);
    EXPECT_EQ(retry_after("0", now), 0s);
    EXPECT_EQ(retry_after("Fri, 27 Mar 2026 12:01:30 GMT", now), 90s);
    EXPECT_EQ(retry_after("Fri, 27 Mar 2026 11:00:00 GMT", now), 0s);
}

TEST(RetryAfter, NobodyHoldsUsUpForMoreThanADay) {
    EXPECT_EQ(retry_after("999999", 0), 24h);
    EXPECT_EQ(retry_after("99999999999999999999999", 0), 24h);
    EXPECT_EQ(retry_after("Fri, 27 Mar 2099 12:00:00 GMT", 0), 24h);
}

TEST(RetryAfter, NonsenseIsNone) {
    for (const char* text : {"", "soon", "12x", "1.5", "Fri, 27 Mar 2026", "-"}) {
        EXPECT_FALSE(retry_after(text, 0)) << text;
    }
    EXPECT_EQ(retry_after("-5", 0), 0s);
}

}  // namespace
}  // namespace hubward::server::outbound
