// SPDX-License-Identifier: Apache-2.0
//
// Sessions by the week: every Tuesday from two to four, six seats, each date counted apart.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/summary.hpp"
#include "tests/support/world.hpp"

namespace hubward::test {
namespace {

using namespace matcher;
using namespace std::chrono_literals;

constexpr std::int64_t day_ms = 86'400'000;

// England in 2026: summer time from 29 March 01:00 UTC to 25 October 01:00 UTC.
CalendarYear england(std::uint16_t year) {
    CalendarYear it;
    it.year = year;
    if (year == 2026) {
        it.summer_from = {1'774'746'000'000};
        it.summer_to = {1'792'890'000'000};
    }
    return it;
}

struct Weekly : testing::Test {
    Weekly() {
        world.clock.advance(Timestamp{monday_9th_march_2026} - world.clock.now());
        world.must(SetCalendarYear{england(2026)});
    }
    ~Weekly() override { EXPECT_EQ(broken_rule(world.state()), ""); }

    void library(std::initializer_list<WeeklySlot> slots) {
        HubStory hub = world.hub("library");
        hub.at(0).places(0);
        std::size_t i = 0;
        for (const WeeklySlot& slot : slots) {
            hub.command().profile.weekly[i++] = slot;
        }
    }
    std::vector<std::int64_t> days() const {  // from that Monday on, of those that take place
        std::vector<std::int64_t> found;
        for (const Session& session : world.hub_state("library").sessions) {
            if (!session.cancelled) {
                found.push_back((session.starts.ms - monday_9th_march_2026) / day_ms);
            }
        }
        std::ranges::sort(found);
        return found;
    }

    static constexpr std::int64_t monday_9th_march_2026 = 1'773'014'400'000;
    static constexpr WeeklySlot tuesdays{6, 1, {14 * 60, 16 * 60}, {}};
    World world;
};

TEST_F(Weekly, EachDateOfTheNextFourWeeksIsASession) {
    library({tuesdays});
    EXPECT_EQ(days(), (std::vector<std::int64_t>{1, 8, 15, 22}));
    for (const Session& session : world.hub_state("library").sessions) {
        EXPECT_EQ(session.seats, 6);
        EXPECT_EQ(session.ends - session.starts, 2h);
    }
}

TEST_F(Weekly, TheClockOnTheWallCounts) {
    library({tuesdays});
    const Sessions& all = world.hub_state("library").sessions;
    ASSERT_EQ(all.size(), 4U);
    EXPECT_EQ(all[2].starts.ms, monday_9th_march_2026 + 15 * day_ms + 14 * 3'600'000);
    world.pass(7 * 24h);
    world.tick();  // one more week is due, the first of summer time
    const Sessions& more = world.hub_state("library").sessions;
    EXPECT_EQ(more.back().starts.ms, monday_9th_march_2026 + 29 * day_ms + 13 * 3'600'000);
}

// Nobody is there: empty dates go and come back; whoever had a seat is offered another date at once.
TEST_F(Weekly, NoDateFallsOnAClosedDayOfTheHub) {
    const auto closed_from = [&](std::int64_t day, std::int64_t until) {
        HubStory hub = world.hub("library");
        hub.at(0).places(0);
        hub.command().profile.weekly[0] = {2, 1, {14 * 60, 16 * 60}, {}};
        hub.command().profile.closures.times[0] = {Timestamp{monday_9th_march_2026 + day * day_ms},
                                                   Timestamp{monday_9th_march_2026 + until * day_ms}};
    };
    closed_from(0, 0);
    Person anna = world.refer().send();
    EXPECT_EQ(anna.offer_state().session, 1U);
    closed_from(1, 9);  // this Tuesday, for which one seat is promised, and the next
    EXPECT_EQ(days(), (std::vector<std::int64_t>{15, 22}));
    EXPECT_NE(anna.offer_state().session, 1U) << "nobody stands before a closed door";
    closed_from(2, 3);
    EXPECT_EQ(days(), (std::vector<std::int64_t>{8, 15, 22})) << "a date that somebody lost is not made again";
}

TEST_F(Weekly, EachWeeksSeatsAreCountedApart) {
    library({{1, 1, {14 * 60, 16 * 60}, {}}});
    EXPECT_EQ(world.refer().send().offer_state().session, 1U);
    EXPECT_EQ(world.refer().send().offer_state().session, 2U);
    EXPECT_EQ(world.refer().send().offer_state().session, 3U);
    EXPECT_EQ(world.refer().send().offer_state().session, 4U);
    Person waits = world.refer().send();
    EXPECT_EQ(waits.need(), NeedStatus::gap);
}

TEST_F(Weekly, ClosedDaysHaveNone) {
    CalendarYear year = england(2026);
    year.closed_count = 1;
    year.closed[0] = 76;  // Tuesday 17 March
    world.must(SetCalendarYear{year});
    library({tuesdays});
    EXPECT_EQ(days(), (std::vector<std::int64_t>{1, 15, 22}));
}

TEST_F(Weekly, WhatWasPromisedStaysWhenTheSlotChanges) {
    library({tuesdays});
    Person person = world.refer().send();
    ASSERT_EQ(person.offer_state().session, 1U);
    library({{2, 3, {9 * 60, 10 * 60}, {}}});  // Thursdays now
    // The Tuesday in which somebody has a seat takes place, the others do not.
    EXPECT_EQ(days(), (std::vector<std::int64_t>{1, 3, 10, 17, 24}));
    EXPECT_EQ(person.offer_state().session, 1U);
    EXPECT_EQ(world.hub_state("library").sessions[0].seats, 1);  // and nobody else may come
    library({});
    EXPECT_EQ(days(), (std::vector<std::int64_t>{1}));
    EXPECT_EQ(world.hub_state("library").plan_at, never);
}

TEST_F(Weekly, AChangedNumberOfSeatsCountsForDatesWithPeopleToo) {
    library({tuesdays});
    Person person = world.refer().send();
    const auto seats = [&] { return world.hub_state("library").sessions[0].seats; };
    library({{3, 1, {14 * 60, 16 * 60}, {}}});
    EXPECT_EQ(seats(), 3);
    library({{10, 1, {14 * 60, 16 * 60}, {}}});
    EXPECT_EQ(seats(), 10);
    EXPECT_EQ(person.offer_state().session, 1U);
    EXPECT_EQ(days(), (std::vector<std::int64_t>{1, 8, 15, 22}));
}

TEST_F(Weekly, ADateThatTheHubCancelledDoesNotComeBack) {
    library({tuesdays});
    world.must(CancelSession{hub_id_of("library"), 1}, as_hub("library"));
    library({tuesdays});
    EXPECT_EQ(days(), (std::vector<std::int64_t>{8, 15, 22}));
    world.pass(7 * 24h);
    world.tick();
    EXPECT_EQ(days(), (std::vector<std::int64_t>{8, 15, 22, 29}));
}

TEST_F(Weekly, ADateThatTheHubCalledFullStaysFull) {
    library({tuesdays});
    Person person = world.refer().send();
    person.declined(Reason::no_capacity);
    library({tuesdays});
    world.pass(24h);
    EXPECT_EQ(world.hub_state("library").sessions[0].room(), 0);
    EXPECT_EQ(world.hub_state("library").sessions.size(), 4U);
}

TEST_F(Weekly, ADateWhoseSeatsTheHubHasSetKeepsThem) {
    library({tuesdays});
    world.must(SetSeats{hub_id_of("library"), 1, 9}, as_hub("library"));
    library({{3, 1, {14 * 60, 16 * 60}, {}}});
    EXPECT_EQ(world.hub_state("library").sessions[0].seats, 9);
    EXPECT_EQ(days(), (std::vector<std::int64_t>{1, 8, 15, 22}));
}

// Corrections cost nothing: what nobody has sat in is forgotten.
TEST_F(Weekly, RulesMayBeCorrectedAllAfternoon) {
    for (std::uint16_t minute = 0; minute < 40; ++minute) {
        const auto span = [&](int hour) {
            return Span{static_cast<std::uint16_t>(hour * 60 + minute), static_cast<std::uint16_t>(hour * 60 + 59)};
        };
        library({{4, 1, span(9), {}}, {4, 2, span(10), {}}, {4, 3, span(11), {}}, {4, 4, span(12), {}}});
        ASSERT_EQ(world.hub_state("library").sessions.size(), 16U) << minute;
    }
}

// In a broadcast nothing is held; who was asked for a seat of a date that goes is told.
TEST_F(Weekly, WhoWasAskedWithoutAHoldIsToldWhenTheDateGoes) {
    Care care = world.state().care;
    ++care.version;
    care.mode_routine = OfferMode::broadcast;
    world.must(AdoptCare{care});
    library({tuesdays});
    Person person = world.refer().send();
    ASSERT_EQ(person.offer_state().session, 1U);
    ASSERT_FALSE(person.offer_state().held);
    library({});
    EXPECT_EQ(person.offer_state().reason, Reason::session_cancelled);
}

TEST_F(Weekly, SayingTheSameAgainPublishesNothing) {
    library({tuesdays});
    library({tuesdays});
    EXPECT_EQ(world.told(), "HubUpserted SessionsPlanned");
    EXPECT_EQ(world.hub_state("library").sessions.size(), 4U);
}

TEST_F(Weekly, AHubThatHasClosedPlansNoMore) {
    library({tuesdays});
    world.must(CloseHub{hub_id_of("library"), 0});
    EXPECT_EQ(timer_of(world.hub_state("library"), HubIndex{0}), std::nullopt);
    world.pass(30 * 24h);
    library({tuesdays});
    EXPECT_NE(timer_of(world.hub_state("library"), HubIndex{0}), std::nullopt);
}

TEST_F(Weekly, SlotsThatCannotBeAreRefused) {
    const auto why = [&](const WeeklySlot& one, const WeeklySlot& two = {}) {
        UpsertHub command;
        command.profile.id = hub_id_of("new");
        command.profile.slug = HubSlug("new");
        command.profile.weekly[0] = one;
        command.profile.weekly[1] = two;
        const auto sent = world.send(command);
        return sent ? Refused::not_found : sent.error().why;
    };
    EXPECT_EQ(why({1, 7, {60, 120}, {}}), Refused::session_invalid);
    EXPECT_EQ(why({1, 0, {120, 120}, {}}), Refused::session_invalid);
    EXPECT_EQ(why({1, 0, {60, 1441}, {}}), Refused::session_invalid);
    EXPECT_EQ(why({0, 0, {60, 120}, {}}), Refused::session_invalid);
    EXPECT_EQ(why({1, 0, {60, 120}, {}}, {2, 0, {60, 90}, {}}), Refused::session_invalid);
    EXPECT_EQ(why({1, 0, {60, 120}, {}}, {2, 1, {60, 90}, {}}), Refused::not_found);  // taken
}

}  // namespace
}  // namespace hubward::test
