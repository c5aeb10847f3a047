// SPDX-License-Identifier: Apache-2.0
//
// What the person says goes.
#include <gtest/gtest.h>

#include "tests/support/world.hpp"

namespace hubward::test {
namespace {

using namespace matcher;

class Choice : public testing::Test {
  protected:
    Choice() {
        world.hub("near").at(0).places(2);
        world.hub("far").at(5'000).places(2);
        world.hub("full").at(5'000).places(0);
    }
    auto choose(const Person& person, std::string_view hub) {
        return world.send(ChooseHub{person.id(), hub_id_of(hub), false, 0}, as_practice("A81001"));
    }
    World world;
};

TEST_F(Choice, BindsTheRouterToAHubThatIsNotTheBest) {
    Person person = world.refer().at(0).send();
    EXPECT_EQ(person.hub(), "near");
    ASSERT_TRUE(choose(person, "far"));
    EXPECT_EQ(world.told(), "ChoiceMade OfferCancelled Offered");
    EXPECT_EQ(person.hub(), "far");
    EXPECT_EQ(world.places("near").free(), 2);
    EXPECT_EQ(world.places("far").free(), 1);
}

TEST_F(Choice, CanBeMadeBeforeTheReferralIsSent) {
    ReferralStory story = world.refer().at(0);
    story.command().ask.chosen_hub = hub_id_of("far");
    EXPECT_EQ(story.send().hub(), "far");
}

TEST_F(Choice, OfAHubThatCannotServeIsRefusedWithTheReason) {
    Person person = world.refer().at(0).send();
    const auto refused = choose(person, "full");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().why, Refused::choice_not_possible);
    EXPECT_EQ(refused.error().filter, Filter::no_free_unit);
    EXPECT_EQ(person.hub(), "near");
}

TEST_F(Choice, OfTheHubThatIsAskedAlreadyChangesNoOffer) {
    Person person = world.refer().at(0).send();
    ASSERT_TRUE(choose(person, "near"));
    EXPECT_EQ(world.told(), "ChoiceMade");
    EXPECT_EQ(world.places("near").free(), 1);
}

// The person is not stranded when the hub of their choice says no.
TEST_F(Choice, GivesWayWhenTheChosenHubDeclines) {
    Person person = world.refer().at(0).send();
    ASSERT_TRUE(choose(person, "far"));
    person.declined(Reason::no_slot);
    EXPECT_EQ(person.hub(), "near");
}

TEST_F(Choice, NoDigitalPleaseIsAChoice) {
    Person person = world.refer().at(0).send();
    ASSERT_TRUE(world.send(ChooseHub{person.id(), {}, true, 0}, as_practice("A81001")));
    EXPECT_EQ(world.told(), "ChoiceMade Withdrawn OfferCancelled");
    EXPECT_EQ(person.status(), ReferralStatus::revoked);
    EXPECT_EQ(person.referral().ended_with, Reason::withdrawn_by_person);
    EXPECT_EQ(world.places("near").free(), 2);
}

TEST_F(Choice, IsNotOpenToAnotherPracticeNorToAHub) {
    Person person = world.refer().at(0).send();
    const ChooseHub choice{person.id(), hub_id_of("far"), false, 0};
    EXPECT_EQ(world.send(choice, as_practice("B86001")).error().why, Refused::not_found);
    EXPECT_EQ(world.send(choice, as_hub("near")).error().why, Refused::not_found);
}

TEST_F(Choice, IsOverWhenTheHubHasAccepted) {
    Person person = world.refer().at(0).send();
    person.accepted();
    EXPECT_EQ(choose(person, "far").error().why, Refused::state_forbids);
}

TEST_F(Choice, OfAnOldVersionIsRefused) {
    Person person = world.refer().at(0).send();
    const auto refused =
        world.send(ChooseHub{person.id(), hub_id_of("far"), false, 1}, as_practice("A81001"));
    EXPECT_EQ(refused.error().why, Refused::version_changed);
}

}  // namespace
}  // namespace hubward::test
