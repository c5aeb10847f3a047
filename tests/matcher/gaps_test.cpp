// SPDX-License-Identifier: Apache-2.0
//
// People for whom there was no hub: how they get one after all.
#include <gtest/gtest.h>

#include <optional>

#include "tests/support/summary.hpp"
#include "tests/support/world.hpp"

namespace hubward::test {
namespace {

using namespace matcher;
using namespace std::chrono_literals;

struct Gaps : testing::Test {
    ~Gaps() override { EXPECT_EQ(broken_rule(world.state()), ""); }
    World world;
};

TEST_F(Gaps, RaisedCapacityGoesToThoseWhoWait) {
    world.hub("near").places(0);
    const Person person = world.refer().send();
    EXPECT_EQ(person.need(), NeedStatus::gap);
    world.capacity("near", UnitKind::place, 1);
    EXPECT_EQ(world.told(), "CapacityReported Offered");
    EXPECT_EQ(person.hub(), "near");
    EXPECT_EQ(person.referral().review_at, never);
    EXPECT_TRUE(world.state().waiting.empty());
}

TEST_F(Gaps, TheUrgentComeFirstAndThenTheOldest) {
    world.hub("near").places(0);
    const Person first = world.refer().send();
    world.pass(1h);
    const Person second = world.refer().send();
    world.pass(1h);
    const Person urgent = world.refer().urgent().send();
    world.capacity("near", UnitKind::place, 2);
    EXPECT_EQ(urgent.need(), NeedStatus::offered);
    EXPECT_EQ(first.need(), NeedStatus::offered);
    EXPECT_EQ(second.need(), NeedStatus::gap);
}

TEST_F(Gaps, ANewHubHelpsAtOnce) {
    const Person person = world.refer().needs({Need::data_sim}).send();
    world.hub("new").sims(3);
    EXPECT_EQ(person.hub(), "new");
}

TEST_F(Gaps, AHubThatNowOffersTheNeedHelpsAtOnce) {
    world.hub("near").offers({Need::nhs_app});
    const Person person = world.refer().needs({Need::data_sim}).send();
    EXPECT_EQ(person.need(), NeedStatus::gap);
    world.hub("near").offers({Need::nhs_app, Need::data_sim});
    EXPECT_EQ(person.hub(), "near");
}

// One person's no is another one's place, in the same entry.
TEST_F(Gaps, ADeclinedPlaceGoesToTheNextWhoWaits) {
    world.hub("near").places(1);
    Person first = world.refer().send();
    const Person second = world.refer().send();
    EXPECT_EQ(second.need(), NeedStatus::gap);
    first.declined(Reason::no_slot);
    EXPECT_EQ(world.told(), "Declined GapRecorded Offered");
    EXPECT_EQ(second.hub(), "near");
}

TEST_F(Gaps, ACompletedVisitFreesThePlace) {
    world.hub("near").places(1);
    Person first = world.refer().send();
    const Person second = world.refer().send();
    first.accepted();
    first.outcome(Outcome::need_met);
    EXPECT_EQ(world.told(), "OutcomeRecorded OfferCompleted AllNeedsResolved Offered");
    EXPECT_EQ(second.hub(), "near");
}

TEST_F(Gaps, AWithdrawnReferralFreesThePlaceAndWaitsForNothing) {
    world.hub("near").places(1);
    Person first = world.refer().send();
    Person second = world.refer().send();
    Person third = world.refer().send();
    second.withdrawn();
    EXPECT_EQ(world.state().waiting.size(), 1U);
    first.withdrawn();
    EXPECT_EQ(third.hub(), "near");
}

TEST_F(Gaps, ALaterGapKeepsTheNearerReview) {
    world.hub("near").offers({Need::nhs_app});
    Person person = world.refer().needs({Need::nhs_app, Need::dev_loan}).send();
    const Timestamp first_review = person.referral().review_at;
    world.pass(1h);
    person.declined(Reason::no_slot);
    EXPECT_EQ(person.referral().review_at, first_review);
}

TEST_F(Gaps, OneCommandFillsABoundedNumberAndTheRestLater) {
    world.hub("near").places(0);
    for (int i = 0; i < 150; ++i) {
        world.refer().send();
    }
    world.capacity("near", UnitKind::place, 1000);
    EXPECT_EQ(world.places("near").held, limits::gaps_filled_per_command_max);
    world.capacity("near", UnitKind::place, 1000);
    world.capacity("near", UnitKind::place, 1000);
    EXPECT_EQ(world.places("near").held, 150);
}

TEST_F(Gaps, WhoNeedsSomethingElseHidesNobody) {
    world.hub("near").places(0);
    for (std::size_t i = 0; i <= limits::gaps_looked_at_max; ++i) {
        world.refer().needs({Need::data_sim}).send();  // which it offers, and has none
    }
    const Person person = world.refer().send();
    EXPECT_EQ(person.need(), NeedStatus::gap);
    world.capacity("near", UnitKind::place, 1);
    EXPECT_EQ(person.hub(), "near");
}

// More of them than a command passes over: then the place that moves with every command finds the others.
TEST_F(Gaps, NobodyStaysOutOfSightBehindThousandsWhoNeedSomethingElse) {
    world.hub("near").places(0);
    for (std::size_t i = 0; i < limits::gaps_passed_over_max + 200; ++i) {
        world.refer().needs({Need::data_sim}).send();
    }
    const Person person = world.refer().send();
    ASSERT_EQ(person.need(), NeedStatus::gap);
    for (int commands = 0; person.need() == NeedStatus::gap && commands < 20; ++commands) {
        world.capacity("near", UnitKind::place, 0);
        world.capacity("near", UnitKind::place, 1);
    }
    EXPECT_EQ(person.hub(), "near");
}

// Behind a crowd whom this hub is too far for stands one whom it can help, and its places come free again and again.
void expect_a_turn_behind_a_crowd(World& world, int commands_max) {
    for (std::size_t i = 0; i < 2 * limits::gaps_looked_at_max; ++i) {
        ReferralStory far = world.refer();
        far.at(400'000).command().ask.travel_max = 5'000;
        far.send();
    }
    const Person person = world.refer().send();
    ASSERT_EQ(person.need(), NeedStatus::gap);
    int commands = 0;
    while (person.need() == NeedStatus::gap && commands < commands_max) {
        world.capacity("near", UnitKind::place, 0);
        world.capacity("near", UnitKind::place, 1);
        ++commands;
    }
    EXPECT_EQ(person.hub(), "near") << "after " << commands;
}

// They ask for the same, and this hub can help none of them: it is too far away.
TEST_F(Gaps, NobodyStaysOutOfSightBehindPeopleWhomNoHubCanHelp) {
    world.hub("near").places(0);
    expect_a_turn_behind_a_crowd(world, 100);
}

// … however many are stored who wait for nothing any more.
TEST_F(Gaps, TheQueueIsLookedAtInTurnsHoweverManyAreStored) {
    world.hub("near").places(0);
    for (int i = 0; i < 20'000; ++i) {
        world.refer().send().withdrawn();
    }
    expect_a_turn_behind_a_crowd(world, 40);
}

// Nobody has a better turn than those who stand behind the first thousand: after the end it goes on there.
TEST_F(Gaps, WhoStandsRightBehindTheFirstThousandHasATurnToo) {
    world.hub("near").places(0);
    std::optional<Person> person;
    for (std::size_t i = 0; i < 2 * limits::gaps_looked_at_max; ++i) {
        ReferralStory far = world.refer();
        far.at(400'000).command().ask.travel_max = 5'000;
        far.send();
        if (i + 1 == limits::gaps_looked_at_max) {
            person = world.refer().send();
        }
    }
    int commands = 0;
    while (person->need() == NeedStatus::gap && commands < 40) {
        world.capacity("near", UnitKind::place, 0);
        world.capacity("near", UnitKind::place, 1);
        ++commands;
    }
    EXPECT_EQ(person->hub(), "near") << "after " << commands;
}

TEST_F(Gaps, OneTickExpiresABoundedNumberAndTheNextTheRest) {
    world.hub("near").places(300);
    for (int i = 0; i < 300; ++i) {
        world.refer().send();
    }
    world.pass(72h);
    std::size_t ended = 0;
    for (const std::size_t expected : {128U, 256U, 300U}) {
        world.tick();
        for (const Event& event : world.batch.events) {
            ended += std::holds_alternative<OfferExpired>(event) ? 1U : 0U;
        }
        EXPECT_EQ(ended, expected);
    }
}

}  // namespace
}  // namespace hubward::test
