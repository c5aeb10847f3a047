// SPDX-License-Identifier: Apache-2.0
//
// A referral comes in: who is asked, and what is refused.
#include "matcher/decide.hpp"

#include <gtest/gtest.h>

#include "tests/support/world.hpp"

namespace hubward::test {
namespace {

using namespace matcher;
using namespace std::chrono_literals;

Refused why(const std::expected<Receipt, Rejection>& result) {
    return result.error().why;
}

TEST(Submit, GoesToTheNearestOfEqualHubs) {
    World world;
    world.hub("far").at(900);
    world.hub("near").at(100);
    const Person person = world.refer().send();
    EXPECT_EQ(world.told(), "ReferralSubmitted Offered");
    EXPECT_EQ(person.hub(), "near");
    EXPECT_EQ(person.status(), ReferralStatus::active);
    EXPECT_EQ(person.offer_state().distance, 99U);
    EXPECT_EQ(world.places("near").held, 1);
    EXPECT_EQ(world.hub_state("near").open_offers, 1U);
}

// However near a hub is, it is not chosen when it is full.
TEST(Submit, SkipsAHubWithoutAFreePlace) {
    World world;
    world.hub("near").at(0).places(0);
    world.hub("far").at(900).places(1);
    EXPECT_EQ(world.refer().send().hub(), "far");
}

TEST(Submit, HoldsThePlaceSoThatTheNextPersonGoesElsewhere) {
    World world;
    world.hub("near").at(0).places(1);
    world.hub("far").at(900).places(1);
    EXPECT_EQ(world.refer().send().hub(), "near");
    EXPECT_EQ(world.refer().send().hub(), "far");
}

// Order of arrival must not matter, or an import in another order would change decisions.
TEST(Submit, OfEqualHubsTheSmallerIdWins) {
    for (const bool swapped : {false, true}) {
        World world;
        world.hub(swapped ? "b" : "a");
        world.hub(swapped ? "a" : "b");
        EXPECT_EQ(world.refer().send().hub(), "a");
    }
}

TEST(Submit, OneVisitForAllNeedsBeatsANearerHubForHalfOfThem) {
    World world;
    world.hub("half").at(0).offers({Need::nhs_app});
    world.hub("whole").at(1'000).offers({Need::nhs_app, Need::skill_safe});
    const Person person = world.refer().needs({Need::nhs_app, Need::skill_safe}).send();
    EXPECT_EQ(person.hub(0), "whole");
    EXPECT_EQ(person.hub(1), "whole");
    EXPECT_EQ(person.referral().offer_count, 1);
    EXPECT_EQ(world.places("whole").held, 1);  // one visit is one place, whatever is done there
}

TEST(Submit, NeedsThatNoHubServesTogetherAreSplit) {
    World world;
    world.hub("app").at(0).offers({Need::nhs_app});
    world.hub("sim").at(100).offers({Need::data_sim});
    const Person person = world.refer().needs({Need::nhs_app, Need::data_sim}).send();
    EXPECT_EQ(world.told(), "ReferralSubmitted Offered Offered");
    EXPECT_EQ(person.hub(0), "app");
    EXPECT_EQ(person.hub(1), "sim");
    EXPECT_EQ(world.hub_state("sim").capacity[2].held, 1);
    EXPECT_EQ(world.hub_state("sim").capacity[0].held, 0);
}

TEST(Submit, ANeedThatNobodyServesBecomesAGapWithAReviewDate) {
    World world;
    world.hub("app").offers({Need::nhs_app});
    const Person person = world.refer().needs({Need::nhs_app, Need::dev_loan}).send();
    EXPECT_EQ(world.told(), "ReferralSubmitted Offered GapRecorded");
    EXPECT_EQ(person.need(0), NeedStatus::offered);
    EXPECT_EQ(person.need(1), NeedStatus::gap);
    EXPECT_EQ(person.referral().review_at, world.clock.now() + 168h);
    const auto& gap = std::get<GapRecorded>(world.batch.events.back());
    EXPECT_EQ(gap.needs, 0b10);
    EXPECT_EQ(gap.nearest_miss, Filter::need_not_offered);
}

TEST(Submit, WithoutAnyHubTheWholeReferralIsAGap) {
    World world;
    const Person person = world.refer().send();
    EXPECT_EQ(world.told(), "ReferralSubmitted GapRecorded");
    EXPECT_EQ(person.need(), NeedStatus::gap);
}

TEST(Submit, TheReceiptNamesTheReasons) {
    World world;
    world.hub("near").at(0);
    world.hub("far").at(800);
    world.hub("full").at(10).places(0);
    world.refer().urgent().send();
    const auto& offered = std::get<Offered>(world.batch.events.back());
    EXPECT_EQ(offered.considered, 2);
    EXPECT_EQ(offered.policy, 1U);
    EXPECT_EQ(offered.answer_by, world.clock.now() + 8h);
    EXPECT_EQ(offered.score.distance, 400);
}

TEST(Submit, WithoutConsentNothingIsStored) {
    World world;
    SubmitReferral command = world.refer().command();
    command.share_with_hub = false;
    EXPECT_EQ(why(world.send(command, as_practice("A81001"))), Refused::consent_missing);
    EXPECT_TRUE(world.state().referrals.empty());
    EXPECT_TRUE(world.batch.events.empty());
}

TEST(Submit, WantsOneToEightDifferentNeeds) {
    World world;
    SubmitReferral command = world.refer().command();
    command.ask.need_count = 0;
    EXPECT_EQ(why(world.send(command)), Refused::needs_missing);
    command.ask.need_count = 9;
    EXPECT_EQ(why(world.send(command)), Refused::needs_missing);
    command.ask.need_count = 2;
    command.ask.needs[0] = command.ask.needs[1] = Need::assess;
    EXPECT_EQ(why(world.send(command)), Refused::needs_missing);
}

TEST(Submit, AnIdStandsForOneReferral) {
    World world;
    SubmitReferral command = world.refer().command();
    world.must(command);
    EXPECT_EQ(why(world.send(command)), Refused::id_taken);
    command.id = {};
    EXPECT_EQ(why(world.send(command)), Refused::id_taken);
}

TEST(Submit, ALiveReferralWithTheSameReferenceIsADuplicate) {
    World world;
    ReferralStory first = world.refer();
    first.command().practice_ref = {5, 5};
    Person person = first.send();
    ReferralStory again = world.refer();
    again.command().practice_ref = {5, 5};
    const auto refused = world.send(again.command(), as_practice("A81001"));
    EXPECT_EQ(why(refused), Refused::live_duplicate);
    EXPECT_EQ(refused.error().number, person.referral().submitted_at);

    // Another practice may use the same reference; so may this one when the first has ended.
    ReferralStory elsewhere = world.refer();
    elsewhere.command().practice_ref = {5, 5};
    elsewhere.by("B82002").send();
    person.withdrawn();
    EXPECT_TRUE(world.send(again.command(), as_practice("A81001")));
}

TEST(Submit, APracticeSpeaksOnlyForItself) {
    World world;
    const SubmitReferral command = world.refer().command();
    EXPECT_EQ(why(world.send(command, as_practice("B82002"))), Refused::not_found);
    EXPECT_EQ(why(world.send(command, as_hub("near"))), Refused::not_found);
}

TEST(Withdraw, CancelsEveryLiveOfferAndFreesItsUnits) {
    World world;
    world.hub("app").offers({Need::nhs_app});
    world.hub("sim").offers({Need::data_sim});
    Person person = world.refer().needs({Need::nhs_app, Need::data_sim, Need::dev_loan}).send();
    person.accepted(0);
    person.withdrawn();
    EXPECT_EQ(world.told(), "Withdrawn OfferCancelled OfferCancelled");
    EXPECT_EQ(person.status(), ReferralStatus::revoked);
    EXPECT_EQ(person.need(0), NeedStatus::withdrawn);
    EXPECT_EQ(person.need(2), NeedStatus::withdrawn);
    EXPECT_EQ(person.offer_state(0).status, OfferStatus::cancelled);
    EXPECT_EQ(world.places("app").used, 0);
    EXPECT_EQ(world.hub_state("sim").capacity[2].held, 0);
    EXPECT_TRUE(world.state().timers.empty());
}

TEST(Withdraw, SentInErrorIsAStatusOfItsOwn) {
    World world;
    Person person = world.refer().send();
    person.withdrawn(Reason::sent_in_error);
    EXPECT_EQ(person.status(), ReferralStatus::entered_in_error);
    EXPECT_EQ(person.referral().ended_with, Reason::sent_in_error);
}

TEST(Withdraw, HappensOnceByTheOwnerForAReasonOfItsList) {
    World world;
    Person person = world.refer().send();
    const auto withdraw = [&](Reason reason, std::uint32_t version, const Actor& who) {
        return world.send(WithdrawReferral{person.id(), reason, version}, who);
    };
    const Actor owner = as_practice("A81001");
    EXPECT_EQ(why(withdraw(Reason::withdrawn_by_person, 0, as_practice("B82002"))),
              Refused::not_found);
    EXPECT_EQ(why(withdraw(Reason::withdrawn_by_person, 0, as_hub("near"))), Refused::not_found);
    EXPECT_EQ(why(withdraw(Reason::no_slot, 0, owner)), Refused::reason_invalid);
    const auto old = withdraw(Reason::withdrawn_by_person, 1, owner);
    EXPECT_EQ(why(old), Refused::version_changed);
    EXPECT_EQ(old.error().version, 2U);
    EXPECT_TRUE(withdraw(Reason::withdrawn_by_person, 2, owner));
    const auto again = withdraw(Reason::withdrawn_by_person, 0, owner);
    EXPECT_EQ(why(again), Refused::state_forbids);
    EXPECT_EQ(again.error().referral_status, ReferralStatus::revoked);
}

TEST(Disclose, OnlyThePracticeAndTheHubThatTookThePersonOn) {
    World world;
    world.hub("near").in_place("town");
    world.hub("other");
    Person person = world.refer().send();
    const auto read_by = [&](const Actor& who) {
        return world.send(DiscloseDetails{person.id()}, who).has_value();
    };
    const std::string hub = person.hub();
    EXPECT_TRUE(read_by(as_practice("A81001")));
    EXPECT_FALSE(read_by(as_practice("B82002")));
    EXPECT_FALSE(read_by(as_hub(hub)));  // asked, but has not accepted
    person.accepted();
    EXPECT_TRUE(read_by(as_hub(hub)));
    EXPECT_EQ(world.told(), "DetailsDisclosed");
    EXPECT_FALSE(read_by(as_hub(hub == "near" ? "other" : "near")));
    EXPECT_FALSE(read_by({Role::ops, HubSlug("ops")}));
    EXPECT_FALSE(read_by({Role::place, HubSlug("town")}));
    person.outcome(Outcome::need_met);
    EXPECT_FALSE(read_by(as_hub(hub)));  // the work is done
}

TEST(Disclose, WhatWasSaidAtTheEndIsForTheHubThatHadThePerson) {
    World world;
    world.hub("near");
    world.hub("other");
    const auto said_to = [&](Person& person, const std::string& hub) {
        return world.send(DiscloseDetails{person.id(), true}, as_hub(hub)).has_value();
    };
    Person person = world.refer().send();
    const std::string hub = person.hub();
    person.accepted();
    EXPECT_FALSE(said_to(person, hub)) << "nothing was withdrawn";
    world.must(WithdrawReferral{person.id(), Reason::recalled_by_referrer, 0, 7}, as_practice("A81001"));
    EXPECT_EQ(std::get<Withdrawn>(world.batch.events.front()).note_slot, 7U);
    EXPECT_TRUE(said_to(person, hub));
    EXPECT_EQ(world.told(), "DetailsDisclosed");
    EXPECT_TRUE(world.send(DiscloseDetails{person.id(), true}, as_practice("A81001")));
    EXPECT_FALSE(said_to(person, hub == "near" ? "other" : "near"));
    EXPECT_FALSE(world.send(DiscloseDetails{person.id()}, as_hub(hub))) << "the details are closed to it";

    Person asked = world.refer().send();
    world.must(WithdrawReferral{asked.id(), Reason::withdrawn_by_person, 0, 8}, as_practice("A81001"));
    EXPECT_FALSE(said_to(asked, asked.hub())) << "it was asked, and never had the person";

    Person silent = world.refer().send();
    silent.accepted();
    const std::string its_hub = silent.hub();
    world.must(WithdrawConsent{silent.id(), {0xff}}, as_practice("A81001"));
    EXPECT_FALSE(said_to(silent, its_hub)) << "consent ended it";
}

TEST(Policy, ANewOneMustRiseAndStayInItsRanges) {
    World world;
    Policy policy;
    EXPECT_EQ(why(world.send(AdoptPolicy{policy})), Refused::policy_invalid);
    policy.version = 2;
    policy.trust = 10'001;
    EXPECT_EQ(why(world.send(AdoptPolicy{policy})), Refused::policy_invalid);
    policy.trust = -1;
    EXPECT_EQ(why(world.send(AdoptPolicy{policy})), Refused::policy_invalid);
    policy.trust = 0;
    policy.gap_review_after_ms = 0;
    EXPECT_EQ(why(world.send(AdoptPolicy{policy})), Refused::policy_invalid);
    policy.gap_review_after_ms = 1;
    EXPECT_EQ(why(world.send(AdoptPolicy{policy}, as_hub("near"))), Refused::not_found);
    EXPECT_TRUE(world.send(AdoptPolicy{policy}));
    EXPECT_EQ(world.state().policy, policy);
}

TEST(Policy, ItsWeightsDecide) {
    World world;
    world.hub("near").at(0);
    world.hub("friend").at(5'000).speaks("ur");
    EXPECT_EQ(world.refer().speaks("ur").send().hub(), "friend");
    world.hub("friend").at(5'000).speaks("ur").places(5);
    Policy policy;
    policy.version = 2;
    policy.language = 0;
    policy.spare = 0;
    world.adopt(policy);
    EXPECT_EQ(world.refer().speaks("ur").send().hub(), "near");
}

TEST(Rank, PutsThoseWhoPassFirstAndTheBestOfThemFirst) {
    World world;
    world.hub("full").at(0).places(0);
    world.hub("far").at(900);
    world.hub("near").at(10);
    const Ask ask = world.refer().command().ask;
    const auto ranked = rank(world.state(), question(ask, world.state().policy));
    ASSERT_EQ(ranked.size(), 3U);
    EXPECT_EQ(world.state().at(ranked[0].hub).profile.slug.view(), "near");
    EXPECT_EQ(world.state().at(ranked[1].hub).profile.slug.view(), "far");
    EXPECT_EQ(ranked[2].verdict.filter, Filter::no_free_unit);
}

// decide changes nothing: it may be asked what would happen.
TEST(Decide, LeavesTheStateAsItWas) {
    World world;
    world.hub("near");
    Person person = world.refer().send();
    const std::uint64_t before = world.state().state_hash();
    std::vector<Event> events;
    ASSERT_TRUE(decide(world.state(), DeclineOffer{person.offer(), Reason::no_capacity},
                       as_hub("near"), world.clock.now(), events));
    EXPECT_EQ(events.size(), 3U);
    EXPECT_EQ(world.state().state_hash(), before);
}

}  // namespace
}  // namespace hubward::test
