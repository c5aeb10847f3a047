// SPDX-License-Identifier: Apache-2.0
//
// What a hub answers, and what follows from it.
#include <gtest/gtest.h>

#include "tests/support/summary.hpp"
#include "tests/support/world.hpp"

namespace hubward::test {
namespace {

using namespace matcher;
using namespace std::chrono_literals;

Refused why(const std::expected<Receipt, Rejection>& result) {
    return result.error().why;
}

// Two hubs that serve everything; people are offered to "near" first.
struct TwoHubs : testing::Test {
    TwoHubs() {
        world.hub("near").at(0);
        world.hub("far").at(900);
    }
    ~TwoHubs() override { EXPECT_EQ(broken_rule(world.state()), ""); }
    World world;
};
using Answers = TwoHubs;

TEST_F(Answers, FromTheFirstLookToTheLastOutcome) {
    Person person = world.refer().needs({Need::nhs_app, Need::skill_safe}).send();
    person.opened();
    EXPECT_EQ(person.offer_state().status, OfferStatus::received);
    person.accepted();
    EXPECT_EQ(person.need(0), NeedStatus::accepted);
    EXPECT_EQ(world.places("near").held, 0);
    EXPECT_EQ(world.places("near").used, 1);
    EXPECT_EQ(world.hub_state("near").open_offers, 0U);
    person.started();
    EXPECT_EQ(person.offer_state().status, OfferStatus::in_progress);
    person.outcome(Outcome::need_met, 0);
    EXPECT_EQ(world.told(), "OutcomeRecorded");
    EXPECT_EQ(person.status(), ReferralStatus::active);
    person.outcome(Outcome::signposted, 1);
    EXPECT_EQ(world.told(), "OutcomeRecorded OfferCompleted AllNeedsResolved");
    EXPECT_EQ(person.status(), ReferralStatus::completed);
    EXPECT_EQ(person.referral().needs[1].outcome, Outcome::signposted);
    EXPECT_EQ(world.places("near").used, 0);
}

TEST_F(Answers, ADeclineGoesToTheNextHubInTheSameEntry) {
    Person person = world.refer().send();
    person.declined(Reason::no_slot);
    EXPECT_EQ(world.told(), "Declined Offered");
    EXPECT_EQ(person.hub(), "far");
    EXPECT_EQ(person.referral().offer_count, 2);
    EXPECT_EQ(world.places("near").held, 0);
}

TEST_F(Answers, AHubThatDeclinedIsNotAskedAgain) {
    Person person = world.refer().send();
    person.declined(Reason::no_slot);
    person.declined(Reason::no_slot);
    EXPECT_EQ(world.told(), "Declined GapRecorded");
    const auto& gap = std::get<GapRecorded>(world.batch.events.back());
    EXPECT_EQ(gap.nearest_miss, Filter::tried_before);
    world.pass(200h);
    world.tick();
    EXPECT_EQ(world.told(), "GapRecorded");  // reviewed, and still nobody new to ask
    EXPECT_EQ(person.referral().review_at, world.clock.now() + 168h);
}

TEST_F(Answers, AHubThatWasFullIsAskedAgainWhenItHasRoom) {
    world.hub("far").at(900).places(0);
    Person person = world.refer().send();
    person.declined(Reason::no_capacity);
    EXPECT_EQ(person.need(), NeedStatus::gap);
    world.pass(200h);
    world.tick();
    EXPECT_EQ(world.told(), "GapRecorded");  // it has said nothing since
    world.capacity("near", UnitKind::place, 5);
    EXPECT_EQ(world.told(), "CapacityReported Offered");
    EXPECT_EQ(person.hub(), "near");
}

TEST_F(Answers, AHubThatWasFullIsAskedAgainWhenAVisitEnds) {
    world.hub("near").at(0).places(2);
    world.hub("far").at(900).places(0);
    Person first = world.refer().send();
    first.accepted();
    Person person = world.refer().send();
    person.declined(Reason::no_capacity);
    EXPECT_EQ(person.need(), NeedStatus::gap);
    first.outcome(Outcome::need_met);
    EXPECT_EQ(world.told(), "OutcomeRecorded OfferCompleted AllNeedsResolved Offered");
    EXPECT_EQ(person.hub(), "near");
}

TEST_F(Answers, WhoAskedForFactsIsAskedAgainWhenThePracticeHasAnswered) {
    world.hub("far").at(900).places(0);
    Person person = world.refer().send();
    person.declined(Reason::missing_information);
    EXPECT_EQ(world.told(), "Declined ReturnedToReferrer");
    world.must(ReleaseNeeds{person.id()}, as_practice("A81001"));
    EXPECT_EQ(world.told(), "NeedsReleased Offered");
    EXPECT_EQ(person.hub(), "near");
}

TEST_F(Answers, AHubThatWasTooFarIsAskedAgainWhenThePersonLivesNearer) {
    for (const Reason reason : {Reason::too_far, Reason::transport}) {
        world.hub("far").at(900).places(0);
        world.hub("near").at(600).places(1);
        Person person = world.refer().at(0).send();
        person.declined(reason);
        EXPECT_EQ(person.need(), NeedStatus::gap);
        world.must(MovePerson{person.id(), position_at(-300, 0), {}, 5, 0}, as_practice("A81001"));
        EXPECT_EQ(person.need(), NeedStatus::gap) << "further away";
        world.must(MovePerson{person.id(), position_at(500, 0), {}, 6, 0}, as_practice("A81001"));
        EXPECT_EQ(world.told(), "PersonMoved Offered") << name(reason);
        EXPECT_EQ(person.hub(), "near");
        person.withdrawn();
    }
}

// The hub that has them is far from the new home; the limit that follows shuts nobody out of their own town.
TEST_F(Answers, TooFarIsMeasuredFromWhereThePersonLivesNow) {
    world.hub("far").at(30'000);
    Person person = world.refer().at(2'000).send();
    person.accepted();
    world.must(MovePerson{person.id(), position_at(28'000, 0), {}, 5, 0}, as_practice("A81001"));
    ASSERT_EQ(person.hub(), "near") << "whoever has them keeps them";
    person.returned(Reason::too_far);
    EXPECT_EQ(world.told(), "HubWithdrew AskNarrowed Offered");
    EXPECT_EQ(person.hub(), "far");
    EXPECT_NEAR(person.referral().ask.travel_max, 28'000.0, 100.0);
}

// Who cannot come by phone either has said so of that hub.
TEST_F(Answers, AHubThatIsNowhereStaysAsFarAsItWas) {
    world.hub("far").at(900).places(0);
    HubStory(world, "near").places(1).command().profile.is_virtual = true;
    Person person = world.refer().at(0).send();
    person.declined(Reason::transport);
    EXPECT_EQ(world.told(), "Declined GapRecorded");
}

TEST_F(Answers, NoCapacityMeansFullUntilTheHubReportsAgain) {
    world.hub("near").at(0).places(5);
    Person person = world.refer().send();
    person.declined(Reason::no_capacity);
    EXPECT_EQ(world.told(), "Declined CapacityDecayed Offered");
    EXPECT_EQ(world.places("near").total, 0);
    EXPECT_EQ(world.refer().send().hub(), "");  // far has its one place taken
    world.capacity("near", UnitKind::place, 5);
    EXPECT_EQ(world.told(), "CapacityReported Offered");
}

TEST_F(Answers, NoCapacityKeepsTheUnitsThatArePromised) {
    world.hub("near").at(0).places(9);
    Person first = world.refer().send();
    first.accepted();
    Person second = world.refer().send();
    Person third = world.refer().send();
    EXPECT_EQ(second.hub(), "near");
    third.declined(Reason::no_capacity);
    EXPECT_EQ(world.places("near").total, 2);
    EXPECT_EQ(world.places("near").held, 1);
    EXPECT_EQ(world.places("near").used, 1);
}

TEST_F(Answers, APersonWhoSaysNoIsNotAskedElsewhere) {
    Person person = world.refer().send();
    person.declined(Reason::person_declined);
    EXPECT_EQ(world.told(), "Declined OutcomeRecorded AllNeedsResolved");
    EXPECT_EQ(person.status(), ReferralStatus::completed);
    EXPECT_EQ(person.referral().needs[0].outcome, Outcome::person_declined);
    EXPECT_EQ(person.offer_state().status, OfferStatus::rejected);
}

TEST_F(Answers, APersonWhoIsHelpedAlreadyIsResolved) {
    for (const Reason reason : {Reason::already_supported, Reason::duplicate}) {
        Person person = world.refer().send();
        person.declined(reason);
        EXPECT_EQ(person.status(), ReferralStatus::completed);
        EXPECT_EQ(person.referral().needs[0].outcome, Outcome::already_enrolled);
    }
}

TEST_F(Answers, WithoutConsentEverythingEnds) {
    world.hub("sim").offers({Need::data_sim}).places(0);
    Person person = world.refer().needs({Need::nhs_app, Need::skill_safe}).send();
    person.declined(Reason::no_consent);
    EXPECT_EQ(world.told(), "Declined ConsentWithdrawn Withdrawn");
    EXPECT_EQ(person.status(), ReferralStatus::revoked);
    EXPECT_EQ(person.referral().ended_with, Reason::no_consent);
}

TEST_F(Answers, AReturnedPersonIsOfferedToAnotherHub) {
    Person person = world.refer().send();
    person.accepted();
    person.returned(Reason::hub_withdrew);
    EXPECT_EQ(world.told(), "HubWithdrew Offered");
    EXPECT_EQ(person.hub(), "far");
    EXPECT_EQ(world.places("near").used, 0);
    const auto first = *world.state().offer(person.referral(), 1);
    EXPECT_EQ(world.state().at(first).status, OfferStatus::failed);
}

TEST_F(Answers, WhatHasAnOutcomeIsNotOfferedAgain) {
    Person person = world.refer().needs({Need::nhs_app, Need::skill_safe}).send();
    person.accepted();
    person.outcome(Outcome::need_met, 0);
    person.returned(Reason::hub_withdrew, 1);
    EXPECT_EQ(person.need(0), NeedStatus::resolved);
    EXPECT_EQ(person.offer_state(1).needs, 0b10);
}

TEST_F(Answers, ASilentHubLosesTheOfferWhenTimeIsUp) {
    Person person = world.refer().send();
    world.pass(72h - 1ms);
    world.tick();
    EXPECT_EQ(world.told(), "OfferReminded");
    world.pass(1ms);
    world.tick();
    EXPECT_EQ(world.told(), "OfferExpired Offered");
    EXPECT_EQ(person.hub(), "far");
    const auto first = *world.state().offer(person.referral(), 1);
    EXPECT_EQ(world.state().at(first).status, OfferStatus::cancelled);
    EXPECT_EQ(world.state().at(first).reason, Reason::offer_expired);
}

TEST_F(Answers, AnAnsweredOfferDoesNotExpire) {
    Person person = world.refer().send();
    person.accepted();
    world.pass(1000h);
    world.tick();
    EXPECT_EQ(world.told(), "Escalated");  // nothing was booked: somebody is told
    EXPECT_EQ(person.offer_state().status, OfferStatus::accepted);
}

// At the review a hub that was only silent may be asked again.
TEST_F(Answers, TheReviewAsksSilentHubsAgain) {
    Person person = world.refer().send();
    for (int i = 0; i < 2; ++i) {
        world.pass(72h);
        world.tick();
    }
    EXPECT_EQ(person.need(), NeedStatus::gap);
    world.pass(168h);
    world.tick();
    EXPECT_EQ(world.told(), "Offered");
    EXPECT_EQ(person.hub(), "near");
    EXPECT_EQ(person.referral().review_at, never);
}

TEST_F(Answers, AnEndedOfferStaysEnded) {
    Person person = world.refer().send();
    const OfferRef first = person.offer();
    person.declined(Reason::other);
    const Actor near = as_hub("near");
    const std::uint64_t before = world.state().state_hash();
    const std::vector<Command> late = {
        OpenOffer{first},    AcceptOffer{first}, DeclineOffer{first, Reason::other},
        StartSupport{first}, ReturnOffer{first}, RecordOutcome{first, 0, Outcome::need_met}};
    for (const Command& command : late) {
        const auto refused = world.send(command, near);
        EXPECT_EQ(why(refused), Refused::state_forbids);
        EXPECT_EQ(refused.error().offer_status, OfferStatus::rejected);
    }
    EXPECT_EQ(world.state().state_hash(), before);
}

TEST_F(Answers, OnlyTheAskedHubAndThoseAboveItMayAnswer) {
    const Person person = world.refer().send();
    const AcceptOffer accept{person.offer()};
    EXPECT_EQ(why(world.send(accept, as_hub("far"))), Refused::not_found);
    EXPECT_EQ(why(world.send(accept, as_practice("A81001"))), Refused::not_found);
    EXPECT_EQ(why(world.send(accept, {Role::place, HubSlug("city")})), Refused::not_found);
    EXPECT_TRUE(world.send(accept, {Role::place, HubSlug("town")}));
}

TEST_F(Answers, AnUnknownOfferAndAnotherHubsOfferLookAlike) {
    const Person person = world.refer().send();
    OfferRef unknown = person.offer();
    unknown.ordinal = 7;
    const auto a = world.send(AcceptOffer{unknown}, as_hub("near"));
    const auto b = world.send(AcceptOffer{person.offer()}, as_hub("far"));
    const auto c = world.send(AcceptOffer{{{3, 3}, 1}}, as_hub("near"));
    EXPECT_EQ(a.error(), b.error());
    EXPECT_EQ(a.error(), c.error());
}

TEST_F(Answers, AnAnswerToAnOldVersionIsRefused) {
    const Person person = world.refer().send();
    OfferRef ref = person.offer();
    ref.expected_version = person.referral().version + 1;
    const auto refused = world.send(AcceptOffer{ref}, as_hub("near"));
    EXPECT_EQ(why(refused), Refused::version_changed);
    EXPECT_EQ(refused.error().version, person.referral().version);
    ref.expected_version = person.referral().version;
    EXPECT_TRUE(world.send(AcceptOffer{ref}, as_hub("near")));
}

TEST_F(Answers, OpeningTwiceIsRefusedAndChangesNothing) {
    Person person = world.refer().send();
    person.opened();
    EXPECT_EQ(why(world.send(OpenOffer{person.offer()}, as_hub("near"))), Refused::state_forbids);
}

TEST_F(Answers, ADeclineNeedsAReasonOfTheHubs) {
    const Person person = world.refer().send();
    for (const Reason reason : {Reason::none, Reason::offer_expired, Reason::withdrawn_by_person}) {
        EXPECT_EQ(why(world.send(DeclineOffer{person.offer(), reason}, as_hub("near"))),
                  Refused::reason_invalid);
    }
}

TEST_F(Answers, AnOutcomeIsForANeedOfTheOfferAndOnce) {
    Person person = world.refer().needs({Need::nhs_app, Need::skill_safe}).send();
    const auto record = [&](int need, Outcome outcome) {
        return world.send(RecordOutcome{person.offer(), static_cast<std::uint8_t>(need), outcome},
                          as_hub("near"));
    };
    EXPECT_EQ(why(record(0, Outcome::need_met)), Refused::state_forbids);  // not accepted yet
    person.accepted();
    EXPECT_EQ(why(record(2, Outcome::need_met)), Refused::outcome_invalid);
    EXPECT_EQ(why(record(255, Outcome::need_met)), Refused::outcome_invalid);
    EXPECT_EQ(why(record(0, Outcome::none)), Refused::outcome_invalid);
    EXPECT_TRUE(record(0, Outcome::need_met));
    EXPECT_EQ(why(record(0, Outcome::need_met)), Refused::outcome_invalid);
}

TEST_F(Answers, AfterSixtyFourTriesAPersonMustLook) {
    for (int i = 0; i < 70; ++i) {
        world.hub("hub" + std::to_string(i)).at(i);
    }
    Person person = world.refer().send();
    int tries = 1;
    while (person.need() == NeedStatus::offered) {
        person.declined(Reason::no_slot);
        tries += person.need() == NeedStatus::offered ? 1 : 0;
    }
    EXPECT_EQ(tries, 64);
    EXPECT_EQ(world.told(), "Declined HandedToOwner");
    EXPECT_EQ(person.need(), NeedStatus::with_owner) << "in a gap nobody would be asked, and nobody would look";
    EXPECT_EQ(person.referral().review_at, world.clock.now() + 24h);
}

// What the person chose instead, and what was called off with it, is no try of a hub.
TEST_F(Answers, TheLastHubOfManyMayStillBeChosenAgainst) {
    for (int i = 0; i < 70; ++i) {
        world.hub("hub" + std::to_string(i)).at(i);
    }
    Person person = world.refer().send();
    for (int i = 0; i < 63; ++i) {
        person.declined(Reason::no_slot);
    }
    ASSERT_EQ(person.referral().offer_count, 64);
    ASSERT_NE(person.hub(), "far");
    world.must(ChooseHub{.referral = person.id(), .hub = hub_id_of("far")}, as_practice("A81001"));
    EXPECT_EQ(world.told(), "ChoiceMade OfferCancelled Offered");
    EXPECT_EQ(person.hub(), "far");
}

}  // namespace
}  // namespace hubward::test
