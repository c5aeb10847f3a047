// SPDX-License-Identifier: Apache-2.0
#include "server/wire/calendar.hpp"

#include "server/wire/referral_json.hpp"
#include "tests/wire/support.hpp"

namespace hubward::server::wire {
namespace {

std::string london(std::string_view instant) {
    const auto at = parse_instant(instant);
    EXPECT_TRUE(at) << instant;
    return at ? london_text(*at) : std::string();
}

TEST(Calendar, SummerTimeBeginsAndEndsAtOneInTheMorningUtc) {
    EXPECT_EQ(london("2026-03-29T00:59:59Z"), "Sun 29 Mar 00:59");
    EXPECT_EQ(london("2026-03-29T01:00:00Z"), "Sun 29 Mar 02:00");
    EXPECT_EQ(london("2026-10-25T00:59:59Z"), "Sun 25 Oct 01:59");
    EXPECT_EQ(london("2026-10-25T01:00:00Z"), "Sun 25 Oct 01:00");
    EXPECT_EQ(london("2026-03-03T17:00:00Z"), "Tue 3 Mar 17:00");
    EXPECT_EQ(london("2027-03-28T01:00:00Z"), "Sun 28 Mar 02:00");
}

TEST(Calendar, ASummerNightBelongsToTheNextDay) {
    EXPECT_EQ(london("2026-06-30T23:30:00Z"), "Wed 1 Jul 00:30");
}

TEST(Calendar, InstantsWithAnyOffset) {
    const auto utc = parse_instant("2026-03-02T09:30:00Z");
    ASSERT_TRUE(utc);
    EXPECT_EQ(parse_instant("2026-03-02T10:30:00+01:00"), utc);
    EXPECT_EQ(parse_instant("2026-03-02T04:00:00-05:30"), utc);
    EXPECT_EQ(parse_instant("2026-03-02T09:30:00.250Z")->ms, utc->ms + 250);
    EXPECT_EQ(parse_instant("2026-03-02T09:30:60Z")->ms, utc->ms + 59'000);
    for (const auto* bad : {"2026-03-02", "2026-03-02T09:30:00", "2026-02-30T09:30:00Z",
                            "2026-03-02T24:00:00Z", "2026-03-02T09:60:00Z", "2026-03-02T09:30:00.Z",
                            "2026-03-02T09:30:00+1:00", "2026-03-02 09:30:00Z", "",
                            "2200-12-31T23:59:59-00:01"}) {
        EXPECT_FALSE(parse_instant(bad)) << bad;
    }
    EXPECT_TRUE(parse_instant("2200-12-31T23:59:59Z"));  // the last, and what an offset makes of it is refused above
}

TEST(Calendar, TimesReadBack) {
    for (const std::int64_t ms : {0LL, 1LL, 951'782'400'000LL, 1'772'443'800'123LL, 4'102'444'799'999LL}) {
        const auto text = time_text({ms});
        EXPECT_EQ(parse_instant(text)->ms, ms) << text;
    }
    EXPECT_EQ(time_text({951'782'400'007}), "2000-02-29T00:00:00.007Z");
    EXPECT_EQ(time_text(matcher::never), "9999-12-31T23:59:59.999Z");
}

TEST(Calendar, DatesThatDoNotExist) {
    EXPECT_TRUE(parse_date("2024-02-29"));
    for (const auto* bad : {"2025-02-29", "2026-13-01", "2026-00-10", "1700-01-01", "26-01-01", "2026/01/01"}) {
        EXPECT_FALSE(parse_date(bad)) << bad;
    }
}

TEST(Calendar, AgeTurnsOnTheBirthdayInLondon) {
    const Date born{1951, 7, 14};
    EXPECT_EQ(age_at(born, *parse_instant("2026-07-13T22:59:59Z")), 74);
    EXPECT_EQ(age_at(born, *parse_instant("2026-07-13T23:00:00Z")), 75);  // the 14th in London
    EXPECT_FALSE(age_at(born, *parse_instant("1950-01-01T00:00:00Z")));
    EXPECT_FALSE(age_at({1850, 1, 1}, *parse_instant("2026-01-01T00:00:00Z")));
}

}  // namespace
}  // namespace hubward::server::wire
