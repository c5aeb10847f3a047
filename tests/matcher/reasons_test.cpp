// SPDX-License-Identifier: Apache-2.0
//
// What follows from each reason: one story a row of the table.
#include <gtest/gtest.h>

#include <algorithm>

#include "matcher/reasons.hpp"
#include "tests/support/summary.hpp"
#include "tests/support/world.hpp"

namespace hubward::test {
namespace {

using namespace matcher;
using namespace std::chrono_literals;

struct Reasons : testing::Test {
    Reasons() {
        world.hub("near").at(0).places(3);
        world.hub("far").at(900).places(3);
    }
    ~Reasons() override { EXPECT_EQ(broken_rule(world.state()), ""); }
    ReviewCount review(std::string_view hub, Review what) const {
        return world.hub_state(hub).reviews[static_cast<std::size_t>(what)];
    }
    World world;
};

TEST_F(Reasons, EveryReasonOfAHubHasARow) {
    for (std::size_t i = 1; i < names<Reason>().size(); ++i) {
        const auto reason = static_cast<Reason>(i);
        const bool has = std::ranges::any_of(
            reason_rows(), [&](const ReasonRow& row) { return row.reason == reason; });
        EXPECT_TRUE(has || !hub_may_decline_with(reason)) << name(reason);
    }
}

TEST_F(Reasons, ThoseThatOnlyAskTheNextHub) {
    for (const Reason reason : {Reason::no_slot, Reason::slot_unsuitable}) {
        Person person = world.refer().send();
        person.declined(reason);
        EXPECT_EQ(world.told(), "Declined Offered") << name(reason);
        EXPECT_EQ(person.hub(), "far");
        person.withdrawn();
    }
}

TEST_F(Reasons, NoCapacityIsFullUntilConfirmed) {
    Person person = world.refer().send();
    person.declined(Reason::no_capacity);
    EXPECT_EQ(world.places("near").free(), 0);
    EXPECT_EQ(person.hub(), "far");
    EXPECT_EQ(world.refer().send().hub(), "far");
    world.capacity("near", UnitKind::place, 3);
    EXPECT_EQ(world.refer().send().hub(), "near");
}

TEST_F(Reasons, ThoseThatContradictTheHubsStatementAreForSomebodyToCheck) {
    const std::pair<Reason, Review> rows[] = {{Reason::not_eligible, Review::rule},
                                              {Reason::need_not_offered, Review::profile},
                                              {Reason::resource_missing, Review::stock},
                                              {Reason::language_missing, Review::language},
                                              {Reason::other, Review::other}};
    for (const auto& [reason, what] : rows) {
        Person person = world.refer().send();
        person.declined(reason);
        EXPECT_EQ(world.told(), "Declined ReviewOpened Offered") << name(reason);
        EXPECT_EQ(review("near", what).open, 1);
        EXPECT_EQ(review("near", what).since, world.clock.now());
        const CloseReview close{hub_id_of("near"), what};
        EXPECT_EQ(world.send(close, as_hub("near")).error().why, Refused::not_found);
        world.must(close, {Role::place, HubSlug("town")});
        EXPECT_EQ(review("near", what), ReviewCount{});
        person.withdrawn();
    }
}

TEST_F(Reasons, AHubThatCannotBeReachedIsForItsPlaceToCheck) {
    const Actor town{Role::place, HubSlug("town")};
    Person person = world.refer().send();
    const DeclineOffer silent{person.offer(), Reason::could_not_contact_hub, 0, {}};
    EXPECT_EQ(world.send(silent, as_hub("near")).error().why, Refused::reason_invalid);
    world.must(silent, town);
    EXPECT_EQ(world.told(), "Declined ReviewOpened Offered");
    EXPECT_EQ(review("near", Review::contact).open, 1);
    EXPECT_EQ(person.hub(), "far");
    // … also after it had said yes.
    person.accepted();
    world.must(ReturnOffer{person.offer(), Reason::could_not_contact_hub, 0}, town);
    EXPECT_EQ(world.told(), "HubWithdrew ReviewOpened GapRecorded");
    EXPECT_EQ(review("far", Review::contact).open, 1);
    EXPECT_TRUE(person.referral().raised);
}

TEST_F(Reasons, NotSuitableTwiceGoesBackToThePractice) {
    world.hub("third").at(1'200);
    Person person = world.refer().send();
    person.declined(Reason::not_suitable);
    EXPECT_EQ(person.hub(), "far");
    person.declined(Reason::not_suitable);
    EXPECT_EQ(world.told(), "Declined ReturnedToReferrer");
    EXPECT_EQ(person.need(), NeedStatus::with_referrer);
}

TEST_F(Reasons, TooFarMeansNearerFromNowOn) {
    for (const Reason reason : {Reason::too_far, Reason::transport}) {
        world.hub("trusted").at(5'000);
        ReferralStory story = world.refer();
        story.command().ask.trusted_hub = hub_id_of("trusted");
        story.command().ask.refused_hubs[0] = hub_id_of("near");
        Policy policy = world.state().policy;
        ++policy.version;
        policy.trust = 10'000;
        world.adopt(policy);
        Person person = story.send();
        ASSERT_EQ(person.hub(), "trusted");
        const Metres distance = person.offer_state().distance;
        person.declined(reason);
        EXPECT_EQ(world.told(), "Declined AskNarrowed Offered") << name(reason);
        EXPECT_EQ(person.referral().ask.travel_max, distance - 1);
        EXPECT_EQ(person.hub(), "far");
        person.withdrawn();
    }
}

TEST_F(Reasons, HomeVisitWantedIsAConditionFromNowOn) {
    world.hub("visits").at(5'000).with(Access::home_visit);
    Person person = world.refer().send();
    person.declined(Reason::home_visit_wanted);
    EXPECT_EQ(world.told(), "Declined AskNarrowed Offered");
    EXPECT_TRUE(person.referral().ask.access.has(Access::home_visit));
    EXPECT_EQ(person.hub(), "visits");
}

TEST_F(Reasons, ThePersonsOtherChoiceIsMadeByThePractice) {
    Person person = world.refer().send();
    person.declined(Reason::person_chose_other);
    EXPECT_EQ(world.told(), "Declined ReturnedToReferrer");
    world.must(ChooseHub{person.id(), hub_id_of("far")}, as_practice("A81001"));
    EXPECT_EQ(person.hub(), "far");
    EXPECT_EQ(person.need(), NeedStatus::offered);
}

TEST_F(Reasons, ThosePeopleGiveEndTheNeeds) {
    const std::pair<Reason, Outcome> rows[] = {
        {Reason::person_declined, Outcome::person_declined},
        {Reason::already_supported, Outcome::already_enrolled},
        {Reason::duplicate, Outcome::already_enrolled}};
    for (const auto& [reason, outcome] : rows) {
        Person person = world.refer().send();
        person.declined(reason);
        EXPECT_EQ(person.status(), ReferralStatus::completed) << name(reason);
        EXPECT_EQ(person.referral().needs[0].outcome, outcome);
    }
}

TEST_F(Reasons, MissingFactsStopTheClockTwiceAndThenAPersonLooks) {
    for (int i = 3; i < 6; ++i) {
        world.hub("hub" + std::to_string(i)).at(1'000 * i);
    }
    Person person = world.refer().send();
    for (int round = 0; round < 2; ++round) {
        person.declined(Reason::missing_information);
        EXPECT_EQ(person.need(), NeedStatus::with_referrer);
        world.pass(100h);  // no hub is asked meanwhile
        world.tick();
        EXPECT_EQ(world.told(), "");
        world.must(ReleaseNeeds{person.id()}, as_practice("A81001"));
        EXPECT_EQ(person.need(), NeedStatus::offered);
    }
    person.declined(Reason::missing_information);
    EXPECT_EQ(person.need(), NeedStatus::with_owner);
    EXPECT_EQ(person.referral().owner.view(), "duty-desk");
}

TEST_F(Reasons, NoConsentEndsAll) {
    Person person = world.refer().send();
    person.declined(Reason::no_consent);
    EXPECT_EQ(person.status(), ReferralStatus::revoked);
}

// However much time goes by, and whatever capacity comes free, only a person of the place moves it.
TEST_F(Reasons, ASafetyConcernIsMovedByANamedPersonOnly) {
    Person person = world.refer().send();
    person.declined(Reason::safety_concern);
    EXPECT_EQ(world.told(), "Declined HandedToOwner");
    EXPECT_EQ(world.send(ReleaseNeeds{person.id()}, as_practice("A81001")).error().why,
              Refused::state_forbids);
    EXPECT_EQ(world.send(ChooseHub{person.id(), hub_id_of("far")}, as_practice("A81001")).error().why,
              Refused::state_forbids);
    for (int day = 0; day < 60; ++day) {
        world.pass(24h);
        world.tick();
        EXPECT_EQ(world.told(), "ReferralEscalated");
        world.capacity("far", UnitKind::place, static_cast<std::uint16_t>(4 + day));
        EXPECT_EQ(person.need(), NeedStatus::with_owner);
    }
    world.must(ReleaseNeeds{person.id()}, {Role::place, HubSlug("town")});
    EXPECT_EQ(person.hub(), "far");
}

TEST_F(Reasons, SomebodyWhoCannotBeReachedIsLookedForByAPerson) {
    Person person = world.refer().send();
    person.accepted();
    for (int tries = 1; tries < 3; ++tries) {
        world.must(RecordContact{person.offer(), Contact::no_contact}, as_hub("near"));
        EXPECT_EQ(person.offer_state().tries, tries);
    }
    world.must(RecordContact{person.offer(), Contact::no_contact}, as_hub("near"));
    EXPECT_EQ(world.told(), "NoContact HubWithdrew HandedToOwner");
    EXPECT_EQ(person.need(), NeedStatus::with_owner);
    EXPECT_EQ(world.places("near").used, 0);
}

TEST_F(Reasons, SilenceAsksTheNextHubAfterAReminder) {
    Person person = world.refer().send();
    world.pass(36h);
    world.tick();
    EXPECT_EQ(world.told(), "OfferReminded");
    world.pass(36h);
    world.tick();
    EXPECT_EQ(world.told(), "OfferExpired Offered");
    EXPECT_EQ(person.hub(), "far");
}

// Those whom a hub let down come before others of their urgency.
TEST_F(Reasons, AHubThatClosesIsLeftByEverybodyAtOnce) {
    world.hub("far").at(900).places(0);
    Person helped = world.refer().send();
    helped.accepted();
    Person asked = world.refer().send();
    world.must(CloseHub{hub_id_of("near")}, {Role::place, HubSlug("town")});
    EXPECT_EQ(world.told(), "HubClosed HubWithdrew GapRecorded OfferCancelled GapRecorded");
    world.capacity("far", UnitKind::place, 1);
    EXPECT_EQ(helped.hub(), "far");
    EXPECT_EQ(asked.need(), NeedStatus::gap);
}

}  // namespace
}  // namespace hubward::test
