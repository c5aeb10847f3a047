// SPDX-License-Identifier: Apache-2.0
//
// A danger is about the person: whoever names it and wherever, somebody of the place looks by a date, and until then
// no machine asks any hub for them.
#include <gtest/gtest.h>

#include "tests/support/summary.hpp"
#include "tests/support/world.hpp"

namespace hubward::test {
namespace {

using namespace matcher;
using namespace std::chrono_literals;

struct Danger : testing::Test {
    Danger() {
        world.hub("hub0").at(0).offers({Need::nhs_app}).places(3);
        world.hub("hub1").at(100).offers({Need::nhs_app, Need::dev_loan}).places(3).devices(2);
        world.hub("hub2").at(200).offers({Need::dev_loan}).devices(2);
    }
    ~Danger() override { EXPECT_EQ(broken_rule(world.state()), ""); }

    OfferStatus status(const Person& person, std::uint8_t ordinal) const {
        return world.state().at(*world.state().offer(person.referral(), ordinal)).status;
    }
    // hub0 supports the person and has asked hub1 to take over.
    Person passed_on() {
        Person person = world.refer().send();
        person.accepted();
        person.started();
        world.pass(1min);
        world.must(TransferOffer{person.offer(), hub_id_of("hub1")}, as_hub("hub0"));
        return person;
    }
    void name_danger(const Person& person, std::uint8_t ordinal, std::string_view hub) {
        world.must(DeclineOffer{{person.id(), ordinal}, Reason::safety_concern, 0, {}}, as_hub(hub));
    }
    const Actor town{Role::place, HubSlug("town")};
    const Actor practice = as_practice("A81001");
    World world;
};

TEST_F(Danger, NamedByTheHubThatWasToTakeOverIsLookedAtByADate) {
    Person person = passed_on();
    name_danger(person, 2, "hub1");
    EXPECT_EQ(world.told(), "Declined TransferEnded HandedToOwner");
    EXPECT_EQ(status(person, 1), OfferStatus::in_progress);
    EXPECT_EQ(person.need(), NeedStatus::accepted);
    EXPECT_EQ(person.referral().owner.view(), "duty-desk");
    EXPECT_EQ(person.referral().follow_up_at, world.clock.now() + 24h);
    world.pass(24h);
    world.tick();
    EXPECT_EQ(world.told(), "FollowUpEscalated");
    // That hub and person agree about the help is no answer to it, and nor is the end of the help.
    person.outcome(Outcome::need_met);
    world.must(RecordPersonWord{person.id(), 0, Outcome::need_met}, practice);
    EXPECT_EQ(world.told(), "PersonAnswered");
    EXPECT_EQ(world.send(CloseFollowUp{person.id()}, practice).error().why, Refused::not_found);
    world.must(CloseFollowUp{person.id()}, town);
    EXPECT_EQ(person.referral().follow_up_at, never);
}

TEST_F(Danger, NobodyIsPassedOnWhileSomebodyLooks) {
    Person person = passed_on();
    name_danger(person, 2, "hub1");
    world.pass(1min);
    EXPECT_EQ(world.send(TransferOffer{person.offer(), hub_id_of("hub1")}, as_hub("hub0")).error().why,
              Refused::no_hub_can);
    // … nor matched anew when the hub lets go.
    person.returned(Reason::hub_withdrew);
    EXPECT_EQ(world.told(), "HubWithdrew HandedToOwner");
    EXPECT_EQ(person.need(), NeedStatus::with_owner);
    world.must(ReleaseNeeds{person.id()}, town);
    EXPECT_EQ(world.told(), "FollowUpClosed NeedsReleased GapRecorded");
    EXPECT_EQ(person.referral().follow_up_at, never);
}

TEST_F(Danger, StopsWhatOtherHubsWereAskedFor) {
    const Person person = world.refer().needs({Need::nhs_app, Need::data_sim, Need::dev_loan}).send();
    ASSERT_EQ(person.hub(2), "hub1");
    ASSERT_EQ(person.need(1), NeedStatus::gap);
    world.hub("hub3").at(5).offers({Need::data_sim}).sims(2);
    ASSERT_EQ(person.hub(1), "hub3");
    name_danger(person, 1, "hub1");
    EXPECT_EQ(world.told(), "Declined OfferCancelled HandedToOwner");
    EXPECT_EQ(world.send(AcceptOffer{{person.id(), 2}}, as_hub("hub3")).error().why, Refused::state_forbids);
    for (std::size_t need = 0; need < 3; ++need) {
        EXPECT_EQ(person.need(need), NeedStatus::with_owner) << need;
    }
    EXPECT_EQ(world.hub_state("hub3").capacity[2].held, 0);
}

// A third need stands in the queue, a fourth came back to the practice.
TEST_F(Danger, StopsTheQueueAndWhatThePracticeHad) {
    world.hub("hub3").at(5).offers({Need::nhs_login}).places(1);
    const Person person = world.refer().needs({Need::dev_loan, Need::data_sim, Need::nhs_login}).send();
    ASSERT_EQ(person.hub(2), "hub3");
    world.must(DeclineOffer{person.offer(2), Reason::missing_information, 0, {}}, as_hub("hub3"));
    ASSERT_EQ(person.need(2), NeedStatus::with_referrer);
    ASSERT_EQ(person.need(1), NeedStatus::gap);
    name_danger(person, person.referral().needs[0].offer, person.hub(0));
    world.pass(1min);
    world.hub("sims").offers({Need::data_sim}).sims(9);
    EXPECT_EQ(person.hub(1), "");
    EXPECT_EQ(world.send(ReleaseNeeds{person.id()}, practice).error().why, Refused::state_forbids);
    EXPECT_EQ(world.send(ChooseHub{person.id(), hub_id_of("hub3")}, practice).error().why,
              Refused::state_forbids);
    world.must(ReleaseNeeds{person.id()}, town);
    EXPECT_EQ(person.hub(1), "sims");
    EXPECT_EQ(person.hub(2), "hub3");
}

// A hub that helps already goes on, and what it finds or gives back is for the owner too.
TEST_F(Danger, LeavesThePersonWithTheHubThatHelps) {
    Person person = world.refer().needs({Need::nhs_app, Need::dev_loan}).send();
    ASSERT_EQ(person.hub(0), "hub1");
    person.accepted(0);
    world.pass(1min);
    world.must(AddNeed{person.offer(0), Need::data_sim}, as_hub("hub1"));
    world.hub("sims").offers({Need::data_sim}).sims(9);
    ASSERT_EQ(person.hub(2), "sims");
    name_danger(person, person.referral().needs[2].offer, "sims");
    EXPECT_EQ(person.need(0), NeedStatus::accepted);
    EXPECT_EQ(person.need(2), NeedStatus::with_owner);
    world.must(AddNeed{person.offer(0), Need::skill_foundation}, as_hub("hub1"));
    EXPECT_EQ(world.told(), "NeedAdded HandedToOwner");
    world.must(CloseHub{hub_id_of("hub1")}, town);
    EXPECT_EQ(world.told(), "HubClosed HubWithdrew HandedToOwner");
    EXPECT_EQ(person.need(0), NeedStatus::with_owner);
}

TEST_F(Danger, OfOnePersonWhoIsPassedOnStopsTheHandOver) {
    Person person = world.refer().needs({Need::nhs_app, Need::data_sim}).send();
    person.accepted(0);
    person.started(0);
    world.hub("sims").offers({Need::data_sim}).sims(9);
    world.must(TransferOffer{person.offer(0), {}}, as_hub(person.hub(0)));
    name_danger(person, person.referral().needs[1].offer, "sims");
    EXPECT_EQ(world.told(), "Declined OfferCancelled TransferEnded HandedToOwner");
    EXPECT_EQ(person.need(0), NeedStatus::accepted);
}

TEST_F(Danger, IsNotSetFreeByEndingAndReopening) {
    Person person = world.refer().send();
    person.declined(Reason::safety_concern);
    for (int round = 0; round < 2; ++round) {
        world.pass(1h);
        person.withdrawn();
        world.must(ReopenReferral{person.id(), 0, 77}, practice);
        EXPECT_EQ(world.told(), "Reopened HandedToOwner");
        EXPECT_EQ(person.need(), NeedStatus::with_owner);
        EXPECT_EQ(person.referral().review_at, world.clock.now() + 24h);
    }
    EXPECT_EQ(world.send(ReleaseNeeds{person.id()}, practice).error().why, Refused::state_forbids);
    world.must(ReleaseNeeds{person.id()}, town);
    EXPECT_EQ(person.need(), NeedStatus::offered);
    // The place has let them go on: from now on the practice reopens like any other referral.
    world.pass(1h);
    person.withdrawn();
    world.must(ReopenReferral{person.id(), 0, 77}, practice);
    EXPECT_EQ(world.told(), "Reopened Offered");
}

TEST_F(Danger, IsNotSetFreeByConsentThatIsTakenBackAndGivenAgain) {
    Person person = world.refer().needs({Need::nhs_app, Need::dev_loan}).send();
    person.accepted(0);
    person.started(0);
    world.pass(1h);
    person.returned(Reason::safety_concern, 0);
    EXPECT_EQ(world.told(), "HubWithdrew HandedToOwner");
    world.must(WithdrawConsent{person.id(), direct_care}, practice);
    world.must(GiveConsent{person.id(), {}}, practice);
    world.must(ReopenReferral{person.id(), 2, 77}, practice);  // another need than ever
    EXPECT_EQ(world.told(), "Reopened HandedToOwner");
}

// Somebody of the place who reopens it has looked.
TEST_F(Danger, ThePlaceReopensAndTheNextHubIsAsked) {
    Person person = world.refer().send();
    person.declined(Reason::safety_concern);
    person.withdrawn();
    world.pass(1h);
    world.must(ReopenReferral{person.id(), 0, 77}, town);
    EXPECT_EQ(world.told(), "Reopened Offered");
}

}  // namespace
}  // namespace hubward::test
