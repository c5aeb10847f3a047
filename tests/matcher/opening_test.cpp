// SPDX-License-Identifier: Apache-2.0
//
// Hours that count: weekends, England's holidays, the two clock changes, odd weeks.
#include <gtest/gtest.h>

#include "matcher/opening.hpp"
#include "tests/support/naive_matcher.hpp"
#include "tests/support/summary.hpp"
#include "tests/support/world.hpp"

namespace hubward::test {
namespace {

using namespace matcher;
using namespace std::chrono_literals;
using namespace std::chrono;

Timestamp utc(int y, unsigned m, unsigned d, int hour, int minute = 0) {
    const sys_days day{year(y) / month(m) / std::chrono::day(d)};
    return {duration_cast<milliseconds>(day.time_since_epoch() + hours(hour) + minutes(minute))
                .count()};
}

std::uint16_t of_year(int y, unsigned m, unsigned d) {
    return static_cast<std::uint16_t>(
        (sys_days{year(y) / month(m) / std::chrono::day(d)} - sys_days{year(y) / January / 1})
            .count() +
        1);
}

Week nine_to_five() {
    Week week;
    for (std::size_t d = 0; d < 5; ++d) {
        week.days[d][0] = {540, 1020};
    }
    return week;
}

// England 2026 and 2027 as docs/OPERATIONS.md and configs/closed-days-england.csv give them.
Calendar england() {
    Calendar calendar;
    CalendarYear y26{2026, 0, 60, utc(2026, 3, 29, 1), utc(2026, 10, 25, 1), 0, {}};
    for (const auto& [m, d] : {std::pair{1U, 1U}, {4U, 3U}, {4U, 6U}, {5U, 4U}, {5U, 25U},
                               {8U, 31U}, {12U, 25U}, {12U, 28U}}) {
        y26.closed[y26.closed_count++] = of_year(2026, m, d);
    }
    CalendarYear y27{2027, 0, 60, utc(2027, 3, 28, 1), utc(2027, 10, 31, 1), 1, {}};
    y27.closed[0] = of_year(2027, 1, 1);
    calendar.set(y27);
    calendar.set(y26);
    return calendar;
}

TEST(Opening, FourHoursFromFridayHalfPastFourAreOverMondayHalfPastTwelve) {
    EXPECT_EQ(england().after(nine_to_five(), utc(2026, 1, 9, 16, 30), 4h),
              utc(2026, 1, 12, 12, 30));
}

TEST(Opening, ChristmasDoesNotCount) {
    // Thursday 24 December 16:00 + 2 h: Friday, the weekend and Monday 28 are closed.
    EXPECT_EQ(england().after(nine_to_five(), utc(2026, 12, 24, 16), 2h), utc(2026, 12, 29, 10));
    // New Year's Day is a Friday.
    EXPECT_EQ(england().after(nine_to_five(), utc(2026, 12, 31, 16), 2h), utc(2027, 1, 4, 10));
}

TEST(Opening, TheClockChangesMoveTheDayAndNotItsLength) {
    // Friday before summer time, 16:00 GMT + 2 h: Monday 10:00 BST is 09:00 UTC.
    EXPECT_EQ(england().after(nine_to_five(), utc(2026, 3, 27, 16), 2h), utc(2026, 3, 30, 9));
    // Friday in summer time, 16:00 BST = 15:00 UTC; Monday 10:00 GMT is 10:00 UTC.
    EXPECT_EQ(england().after(nine_to_five(), utc(2026, 10, 23, 15), 2h), utc(2026, 10, 26, 10));
}

// A place that is open over the change itself: the hour that is skipped is not worked, the one that
// comes twice is.
TEST(Opening, TheNightOfTheChangeHasTheHoursItHas) {
    Week night;
    night.days[6][0] = {0, 360};  // Sunday, midnight to six
    const Calendar calendar = england();
    EXPECT_EQ(calendar.after(night, utc(2026, 3, 29, 0), 5h), utc(2026, 3, 29, 5));  // 06:00 BST
    EXPECT_GT(calendar.after(night, utc(2026, 3, 29, 0), 5h + 1ms), utc(2026, 4, 1, 0));
    EXPECT_EQ(calendar.after(night, utc(2026, 10, 24, 23), 7h), utc(2026, 10, 25, 6));
    EXPECT_GT(calendar.after(night, utc(2026, 10, 24, 23), 7h + 1ms), utc(2026, 10, 28, 0));
}

TEST(Opening, AHubThatOpensOnTuesdaysOnlyHasAWeekPerDay) {
    Week tuesday;
    tuesday.days[1][0] = {600, 720};
    EXPECT_EQ(england().after(tuesday, utc(2026, 1, 6, 11), 2h), utc(2026, 1, 13, 11));
    EXPECT_EQ(england().after(tuesday, utc(2026, 1, 7, 9), 30min), utc(2026, 1, 13, 10, 30));
}

TEST(Opening, TwoSpansADayAreCountedWithoutThePause) {
    Week week;
    week.days[0] = {{{540, 720}, {780, 1020}}};
    EXPECT_EQ(england().after(week, utc(2026, 1, 12, 11, 30), 1h), utc(2026, 1, 12, 13, 30));
}

TEST(Opening, AWeekThatNeverOpensCountsAsThePlainClock) {
    Calendar calendar;
    CalendarYear shut{2026, 0, 0, {}, {}, 0, {}};
    calendar.set(shut);
    EXPECT_FALSE(Week{}.stated());
    EXPECT_EQ(calendar.after(Week{}, utc(2026, 1, 1, 0), 5h), utc(2026, 1, 1, 5));
}

TEST(Opening, AgreesWithTheSlowCounter) {
    Random random(77);
    const Calendar calendar = england();
    std::map<int, CalendarYear> years;
    for (const CalendarYear& y : calendar.years) {
        years[y.year] = y;
    }
    for (int i = 0; i < 2'000; ++i) {
        Week week;
        for (auto& day : week.days) {
            if (random.chance(60)) {
                // Not at night: of an hour that comes twice the slow counter counts both.
                const auto from = static_cast<std::uint16_t>(15 * (8 + random.below(52)));
                const auto to = static_cast<std::uint16_t>(from + 15 * random.below(30));
                day[0] = {from, to};
                const auto again = static_cast<std::uint16_t>(to + 15 * random.below(3));
                day[1] = {again, static_cast<std::uint16_t>(again + (again < 1380 ? 45 : 0))};
            }
        }
        if (!week.stated() || !week.sound()) {
            continue;
        }
        const Timestamp from{utc(2026, 1, 1, 0).ms +
                             static_cast<std::int64_t>(random.below(300ULL * 86'400'000))};
        const auto amount = static_cast<std::int64_t>(random.below(20 * 3'600'000) + 1);
        ASSERT_EQ(calendar.after(week, from, milliseconds(amount)),
                  naive_after(years, week, from, amount))
            << "round " << i;
    }
}

TEST(Opening, UnsoundWeeksAndYearsAreRefused) {
    World world;
    UpsertHub hub = world.hub("near").command();
    hub.profile.hours.days[0] = {{{600, 500}, {0, 0}}};
    EXPECT_EQ(world.send(hub).error().why, Refused::calendar_invalid);
    hub.profile.hours.days[0] = {{{600, 700}, {650, 800}}};
    EXPECT_EQ(world.send(hub).error().why, Refused::calendar_invalid);
    CalendarYear year{2026, 0, 60, utc(2026, 3, 29, 1), utc(2026, 10, 25, 1), 2, {}};
    year.closed = {5, 5};
    EXPECT_EQ(world.send(SetCalendarYear{year}).error().why, Refused::calendar_invalid);
    year.closed = {5, 6};
    EXPECT_TRUE(world.send(SetCalendarYear{year}));
    EXPECT_EQ(world.told(), "CalendarYearSet");
    EXPECT_TRUE(world.send(SetCalendarYear{year}));
    EXPECT_EQ(world.told(), "");  // known already
    EXPECT_EQ(world.send(SetCalendarYear{year}, as_hub("near")).error().why, Refused::not_found);
}

TEST(Opening, AHolidayOfTheHubDoesNotCount) {
    Closures shut;
    shut.times[0] = {utc(2026, 1, 12, 0), utc(2026, 1, 14, 0)};   // Monday and Tuesday
    shut.times[1] = {utc(2026, 1, 14, 10), utc(2026, 1, 14, 12)};  // two hours of Wednesday
    ASSERT_TRUE(shut.sound());
    EXPECT_EQ(england().after(nine_to_five(), utc(2026, 1, 9, 16), 3h, shut), utc(2026, 1, 14, 13));
    EXPECT_EQ(shut.after(utc(2026, 1, 11, 23), 2h), utc(2026, 1, 14, 1));
    EXPECT_EQ(shut.after(utc(2026, 1, 11, 22), 2h), utc(2026, 1, 12, 0));
    EXPECT_TRUE(shut.at(utc(2026, 1, 12, 0)));
    EXPECT_FALSE(shut.at(utc(2026, 1, 14, 0)));
}

TEST(Opening, UnsoundHolidaysAreRefused) {
    World world;
    const UpsertHub good = world.hub("near").command();
    const auto refused_with = [&](std::initializer_list<Closures::Time> times) {
        UpsertHub hub = good;
        std::ranges::copy(times, hub.profile.closures.times.begin());
        const auto done = world.send(hub);
        return !done && done.error().why == Refused::calendar_invalid;
    };
    const Timestamp a = utc(2026, 2, 1, 0), b = utc(2026, 2, 3, 0), c = utc(2026, 2, 9, 0);
    EXPECT_TRUE(refused_with({{b, a}}));
    EXPECT_TRUE(refused_with({{a, c}, {b, c}}));                    // they overlap
    EXPECT_TRUE(refused_with({{b, b}, {b, c}}));                    // an empty one before a used one
    EXPECT_TRUE(refused_with({{a, a + 93 * 24h + 1ms}}));           // who closes so long is not active
    EXPECT_FALSE(refused_with({{a, b}, {b, a + 93 * 24h}}));
}

// Nobody is sent to a closed door, and nobody waits for an answer until the holidays are over.
TEST(Opening, AHubOnHolidayIsNotAskedAndLongHolidaysHoldNobodyUp) {
    World world;
    UpsertHub hub = world.hub("near").places(9).command();
    hub.profile.hours = nine_to_five();
    world.clock.advance(utc(2026, 1, 9, 16) - world.clock.now());
    hub.profile.closures.times[0] = {utc(2026, 1, 12, 0), utc(2026, 1, 13, 0)};
    world.must(hub);
    // One day: the wait is a day longer.
    EXPECT_EQ(world.refer().urgent().send().offer_state().answer_by, utc(2026, 1, 13, 12));
    // Two weeks: it runs as if the hub were there, and another hub is asked on Monday.
    hub.profile.closures.times[0].to = utc(2026, 1, 26, 0);
    world.must(hub);
    EXPECT_EQ(world.refer().urgent().send().offer_state().answer_by, utc(2026, 1, 12, 12));
    world.clock.advance(utc(2026, 1, 12, 9) - world.clock.now());
    world.refer().send();
    EXPECT_NE(world.told().find("GapRecorded"), std::string::npos) << world.told();
    world.clock.advance(utc(2026, 1, 26, 9) - world.clock.now());
    world.refer().send();
    EXPECT_NE(world.told().find("Offered"), std::string::npos) << world.told();
}

// The same through the core: an urgent offer on Friday afternoon.
TEST(Opening, AnOfferWaitsForTheHubsHours) {
    World world;
    for (const CalendarYear& y : england().years) {
        world.must(SetCalendarYear{y});
    }
    world.hub("near").command().profile.hours = nine_to_five();
    UpsertHub hub = world.hub("near").command();
    hub.profile.hours = nine_to_five();
    world.must(hub);
    world.clock.advance(utc(2026, 1, 9, 16, 30) - world.clock.now());
    Person person = world.refer().urgent().send();
    EXPECT_EQ(person.offer_state().answer_by, utc(2026, 1, 12, 12, 30));
    EXPECT_EQ(person.offer_state().due, utc(2026, 1, 12, 10, 30));
    world.clock.advance(utc(2026, 1, 12, 12, 30) - world.clock.now() - 1ms);
    world.tick();
    EXPECT_EQ(world.told(), "OfferReminded");
    world.clock.advance(1ms);
    world.tick();
    EXPECT_EQ(world.told(), "OfferExpired GapRecorded");
}

// They do not wait for their own review: the hub is there again.
TEST(Opening, WhoeverFoundNobodyIsTriedWhenTheHolidaysEnd) {
    World world;
    UpsertHub hub = world.hub("near").places(100).command();
    world.clock.advance(utc(2026, 1, 9, 16) - world.clock.now());
    hub.profile.closures.times[0] = {utc(2026, 1, 12, 0), utc(2026, 1, 13, 0)};
    hub.profile.closures.times[1] = {utc(2026, 1, 14, 0), utc(2026, 1, 15, 0)};
    world.must(hub);
    world.clock.advance(utc(2026, 1, 12, 9) - world.clock.now());
    Person anna = world.refer().send();
    ASSERT_EQ(anna.need(), NeedStatus::gap);
    world.clock.advance(utc(2026, 1, 13, 0) - world.clock.now() - 1ms);
    world.tick();
    EXPECT_EQ(anna.need(), NeedStatus::gap) << "nobody is there yet";
    world.clock.advance(1ms);
    world.tick();
    EXPECT_NE(anna.need(), NeedStatus::gap) << world.told();
    EXPECT_EQ(anna.offer_state().status, OfferStatus::requested);
    // The clock of the house may have stood still over the end of the next ones.
    world.clock.advance(utc(2026, 1, 14, 9) - world.clock.now());
    Person bert = world.refer().send();
    ASSERT_EQ(bert.need(), NeedStatus::gap);
    world.clock.advance(20h);
    world.tick();
    EXPECT_NE(bert.need(), NeedStatus::gap);
    EXPECT_EQ(world.hub_state("near").plan_at, never) << "nothing more to wait for";
}

// A whole holiday ends at one moment: a tick does so much, and the next ones at once the rest.
TEST(Opening, AHouseFullOfPeopleIsTriedInHandfulsWhenTheHolidaysEnd) {
    World world;
    UpsertHub hub = world.hub("near").places(100).command();
    hub.profile.closures.times[0] = {utc(2026, 1, 12, 0), utc(2026, 1, 13, 0)};
    world.must(hub);
    world.clock.advance(utc(2026, 1, 12, 9) - world.clock.now());
    constexpr std::size_t people = limits::gaps_filled_per_command_max + 9;
    std::vector<Person> all;
    for (std::size_t i = 0; i < people; ++i) {
        all.push_back(world.refer().send());
    }
    const auto in_gap = [&] {
        return std::ranges::count_if(all, [](Person& person) { return person.need() == NeedStatus::gap; });
    };
    ASSERT_EQ(in_gap(), static_cast<std::ptrdiff_t>(people));
    world.clock.advance(utc(2026, 1, 13, 0) - world.clock.now());
    world.tick();
    EXPECT_EQ(in_gap(), 9);
    world.clock.advance(1s);
    world.tick();
    EXPECT_EQ(in_gap(), 0);
}

}  // namespace
}  // namespace hubward::test
