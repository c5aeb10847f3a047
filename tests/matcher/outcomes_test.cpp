// SPDX-License-Identifier: Apache-2.0
//
// Two words on every outcome, what was measured, and needs that come up on the way.
#include <gtest/gtest.h>

#include "tests/support/summary.hpp"
#include "tests/support/world.hpp"

namespace hubward::test {
namespace {

using namespace matcher;
using namespace std::chrono_literals;

const Actor place{Role::place, HubSlug("town")};

struct Outcomes : testing::Test {
    Outcomes() { world.hub("near").at(0).places(3); }
    ~Outcomes() override { EXPECT_EQ(broken_rule(world.state()), ""); }
    Refused why(const Command& command, const Actor& actor = {}) {
        const auto sent = world.send(command, actor);
        return sent ? Refused::stopping : sent.error().why;
    }
    Person helped(Outcome hub_says) {
        Person person = world.refer().send();
        person.accepted();
        person.outcome(hub_says);
        return person;
    }
    World world;
};

TEST_F(Outcomes, TheTwoWordsStandApart) {
    Person person = helped(Outcome::need_met);
    world.must(RecordPersonWord{person.id(), 0, Outcome::need_partly_met});
    EXPECT_EQ(world.told(), "PersonAnswered");
    EXPECT_EQ(person.referral().needs[0].outcome, Outcome::need_met);
    EXPECT_EQ(person.referral().needs[0].person, Outcome::need_partly_met);
}

TEST_F(Outcomes, ADisagreementGetsAnOwnerAndADateAndClimbsTheLadder) {
    Person person = helped(Outcome::need_met);
    world.must(RecordPersonWord{person.id(), 0, Outcome::need_not_met});
    EXPECT_EQ(world.told(), "PersonAnswered OutcomeDisputed");
    EXPECT_EQ(person.referral().owner.view(), "duty-desk");
    EXPECT_EQ(person.referral().follow_up_at, world.clock.now() + 24h * 7);
    world.pass(24h * 7 - 1ms);
    world.tick();
    EXPECT_EQ(world.told(), "");
    world.pass(1ms);
    world.tick();
    EXPECT_EQ(world.told(), "FollowUpEscalated");
    EXPECT_EQ(why(CloseFollowUp{person.id()}, as_practice("A81001")), Refused::not_found);
    world.must(CloseFollowUp{person.id()}, place);
    EXPECT_EQ(person.referral().follow_up_at, never);
    EXPECT_EQ(why(CloseFollowUp{person.id()}, place), Refused::state_forbids);
}

TEST_F(Outcomes, TheOrderOfTheWordsDoesNotMatter) {
    Person person = world.refer().send();
    person.accepted();
    world.must(RecordPersonWord{person.id(), 0, Outcome::need_met});
    EXPECT_EQ(world.told(), "PersonAnswered");
    person.outcome(Outcome::need_not_met);
    EXPECT_EQ(world.told(), "OutcomeRecorded OutcomeDisputed OfferCompleted AllNeedsResolved");
    world.must(RecordPersonWord{person.id(), 0, Outcome::need_not_met});
    EXPECT_EQ(world.told(), "PersonAnswered FollowUpClosed") << "they agree after all";
}

TEST_F(Outcomes, SignpostsAreNoClosedLoops) {
    EXPECT_EQ(kind_of(Outcome::need_partly_met), OutcomeKind::loop_closed);
    EXPECT_EQ(kind_of(Outcome::signposted), OutcomeKind::signposted);
    EXPECT_EQ(kind_of(Outcome::did_not_attend), OutcomeKind::not_helped);
    EXPECT_FALSE(disagree(Outcome::signposted, Outcome::need_not_met));
}

TEST_F(Outcomes, AWordNeedsANeedAndAnOutcome) {
    Person person = world.refer().send();
    EXPECT_EQ(why(RecordPersonWord{person.id(), 1, Outcome::need_met}), Refused::outcome_invalid);
    EXPECT_EQ(why(RecordPersonWord{person.id(), 0, Outcome::none}), Refused::outcome_invalid);
    EXPECT_EQ(why(RecordPersonWord{person.id(), 0, Outcome::need_met}, as_hub("near")),
              Refused::not_found);
}

TEST_F(Outcomes, AMeasureHasItsScaleAndIsTheHubsToRecord) {
    Person person = world.refer().send();
    EXPECT_EQ(why(RecordMeasure{person.offer(), Measure::has_data, Moment::before, 1}, as_hub("near")),
              Refused::state_forbids);
    person.accepted();
    world.must(RecordMeasure{person.offer(), Measure::foundation_tasks, Moment::before, 9},
               as_hub("near"));
    EXPECT_EQ(world.told(), "MeasureRecorded");
    EXPECT_EQ(why(RecordMeasure{person.offer(), Measure::foundation_tasks, Moment::after, 10},
                  as_hub("near")),
              Refused::measure_invalid);
}

TEST_F(Outcomes, ANeedThatComesUpIsRoutedLikeTheOthersOrRecordedAsAGap) {
    world.hub("sims").at(500).sims(1).offers({Need::data_sim});
    Person person = world.refer().send();
    EXPECT_EQ(why(AddNeed{person.offer(), Need::data_sim}, as_hub("near")), Refused::state_forbids);
    person.accepted();
    world.must(AddNeed{person.offer(), Need::data_sim}, as_hub("near"));
    EXPECT_EQ(person.hub(1), "sims");
    world.capacity("near", UnitKind::device, 0);
    world.must(AddNeed{person.offer(), Need::dev_loan}, as_hub("near"));
    EXPECT_EQ(world.told(), "NeedAdded GapRecorded");
    EXPECT_EQ(why(AddNeed{person.offer(), Need::dev_loan}, as_hub("near")), Refused::need_invalid);
    person.outcome(Outcome::need_met);
    EXPECT_EQ(person.status(), ReferralStatus::active) << "two needs are still open";
}

TEST_F(Outcomes, OtherNeedsWordsAndADuplicateNamesWhatTheHubKnows) {
    Person person = world.refer().send();
    Person earlier = world.refer().send();
    EXPECT_EQ(why(DeclineOffer{person.offer(), Reason::other}, as_hub("near")),
              Refused::note_missing);
    EXPECT_EQ(why(DeclineOffer{person.offer(), Reason::duplicate, 0, {1, 2}}, as_hub("near")),
              Refused::reason_invalid);
    EXPECT_EQ(why(DeclineOffer{person.offer(), Reason::no_slot, 0, earlier.id()}, as_hub("near")),
              Refused::reason_invalid);
    world.must(DeclineOffer{person.offer(), Reason::duplicate, 0, earlier.id()}, as_hub("near"));
    EXPECT_EQ(std::get<Declined>(world.batch.events.front()).duplicate_of, earlier.id());
    EXPECT_EQ(person.status(), ReferralStatus::completed);
}

// Of two referrals that are called duplicates of each other one goes on, or nobody would have the person.
TEST_F(Outcomes, ADuplicateEndsOnlyWhatGoesOnElsewhere) {
    Person one = world.refer().send();
    Person other = world.refer().send();
    world.must(DeclineOffer{one.offer(), Reason::duplicate, 0, other.id()}, as_hub("near"));
    EXPECT_EQ(one.status(), ReferralStatus::completed);
    EXPECT_EQ(why(DeclineOffer{other.offer(), Reason::duplicate, 0, one.id()}, as_hub("near")),
              Refused::reason_invalid);
    EXPECT_EQ(other.need(), NeedStatus::offered);
    other.withdrawn();
    Person third = world.refer().send();
    EXPECT_EQ(why(DeclineOffer{third.offer(), Reason::duplicate, 0, other.id()}, as_hub("near")),
              Refused::reason_invalid) << "that one has ended";
}

TEST_F(Outcomes, WhatADuplicateLacksIsRoutedOn) {
    world.hub("far").at(900).places(3).offers({Need::nhs_app, Need::nhs_login});
    Person one = world.refer().send();
    Person both = world.refer().needs({Need::nhs_login, Need::nhs_app}).send();
    ASSERT_EQ(both.hub(1), "near");
    world.must(DeclineOffer{both.offer(1), Reason::duplicate, 0, one.id()}, as_hub("near"));
    EXPECT_EQ(world.told(), "Declined OutcomeRecorded Offered");
    EXPECT_EQ(both.need(1), NeedStatus::resolved);
    EXPECT_EQ(both.hub(0), "far");
    Person otherwise = world.refer().needs({Need::nhs_login}).send();
    EXPECT_EQ(why(DeclineOffer{otherwise.offer(), Reason::duplicate, 0, one.id()}, as_hub("near")),
              Refused::reason_invalid) << "it has no need in common";
}

// A person and their carer come together, unless the place and they themselves allow otherwise.
TEST_F(Outcomes, WhatBelongsTogetherIsSplitOnlyByRuleAndConsent) {
    world.hub("near").at(0).places(3).offers({Need::nhs_app});
    world.hub("sims").at(500).sims(2).offers({Need::data_sim});
    Care care;
    const auto send = [&](bool may_split) {
        auto story = world.refer().needs({Need::nhs_app, Need::data_sim});
        story.command().ask.together = true;
        story.command().ask.may_split = may_split;
        story.command().ask.load = 2;
        return story.send();
    };
    EXPECT_EQ(send(true).need(), NeedStatus::gap) << "the place's rules do not allow it";
    care.version = 2;
    care.split_households = true;
    world.must(AdoptCare{care}, {Role::ops, HubSlug("ops")});
    EXPECT_EQ(send(false).need(), NeedStatus::gap) << "they did not agree";
    Person apart = send(true);
    EXPECT_EQ(apart.hub(0), "near");
    EXPECT_EQ(apart.hub(1), "sims");
    EXPECT_EQ(world.places("near").held, 2) << "the two of them";
}

// Twelve volunteers are one assignment and take twelve places.
TEST_F(Outcomes, AGroupTakesAUnitForEach) {
    world.hub("hall").at(300).places(12).offers({Need::group_training});
    auto story = world.refer().needs({Need::group_training});
    story.command().ask.load = 12;
    Person group = story.send();
    EXPECT_EQ(group.hub(), "hall");
    EXPECT_EQ(world.places("hall").held, 12);
    EXPECT_EQ(world.places("hall").free(), 0);
}

}  // namespace
}  // namespace hubward::test
