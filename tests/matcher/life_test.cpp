// SPDX-License-Identifier: Apache-2.0
//
// A referral over time: dates, rests, the ladder, new episodes, and who keeps each need.
#include <gtest/gtest.h>

#include "matcher/audit.hpp"
#include "tests/support/summary.hpp"
#include "tests/support/world.hpp"

namespace hubward::test {
namespace {

using namespace matcher;
using namespace std::chrono_literals;

struct Life : testing::Test {
    Life() {
        world.hub("near").at(0).places(3);
        world.hub("far").at(900).places(3);
    }
    ~Life() override { EXPECT_EQ(broken_rule(world.state()), ""); }
    // How the one need of this person is kept.
    std::string kept(const Person& person) const {
        const Keeping keeping = keeping_of(world.state(), person.referral());
        std::string text = keeping.orphans != 0 ? "ORPHAN" : "";
        constexpr const char* ways[] = {"offer", "appointment", "person", "queue"};
        for (std::size_t i = 0; i < ways_to_keep; ++i) {
            text += keeping.needs[i] != 0 ? ways[i] : "";
        }
        return text;
    }
    World world;
};

TEST_F(Life, EachStepIsKeptByExactlyOneThing) {
    Person person = world.refer().send();
    EXPECT_EQ(kept(person), "offer");
    person.accepted();
    EXPECT_EQ(kept(person), "offer");
    world.must(BookAppointment{person.offer(), world.clock.now() + 50h}, as_hub("near"));
    EXPECT_EQ(kept(person), "appointment");
    world.pass(51h);
    world.must(RecordContact{person.offer(), Contact::attended}, as_hub("near"));
    EXPECT_EQ(kept(person), "offer");
    person.returned(Reason::safety_concern);
    EXPECT_EQ(kept(person), "person");
    world.must(ReleaseNeeds{person.id()}, {Role::place, HubSlug("town")});
    EXPECT_EQ(kept(person), "offer");
    person.declined(Reason::no_slot);
    EXPECT_EQ(kept(person), "queue");
    person.withdrawn();
    EXPECT_EQ(kept(person), "");
}

TEST_F(Life, ADateMustLieAheadWithinAYear) {
    Person person = world.refer().send();
    person.accepted();
    const Timestamp now = world.clock.now();
    for (const Timestamp bad : {now, now + -1h, now + 24h * 367, never}) {
        EXPECT_EQ(world.send(BookAppointment{person.offer(), bad}, as_hub("near")).error().why,
                  Refused::date_invalid);
        EXPECT_EQ(world.send(PauseReferral{person.id(), Reason::other, bad}).error().why,
                  Refused::date_invalid);
    }
}

TEST_F(Life, AnAppointmentWithoutAResultIsAskedAfter) {
    Person person = world.refer().send();
    person.accepted();
    world.must(BookAppointment{person.offer(), world.clock.now() + 50h}, as_hub("near"));
    world.pass(50h + 24h - 1ms);
    world.tick();
    EXPECT_EQ(world.told(), "");
    world.pass(1ms);
    world.tick();
    EXPECT_EQ(world.told(), "Escalated");
    EXPECT_EQ(person.offer_state().level, 1);
    world.pass(24h);
    world.tick();
    EXPECT_EQ(person.offer_state().level, 2);
    person.started();
    EXPECT_EQ(person.offer_state().level, 0);
}

TEST_F(Life, ThreeMissedAppointmentsAreForAPersonToLookAt) {
    Person person = world.refer().send();
    person.accepted();
    for (int i = 1; i <= 3; ++i) {
        world.must(BookAppointment{person.offer(), world.clock.now() + 1h}, as_hub("near"));
        world.must(RecordContact{person.offer(), Contact::did_not_attend}, as_hub("near"));
    }
    EXPECT_EQ(world.told(), "DidNotAttend HubWithdrew HandedToOwner");
    EXPECT_EQ(person.need(), NeedStatus::with_owner);
}

TEST_F(Life, ARestCallsOffWhoWasAskedAndKeepsWhoHelps) {
    world.hub("sims").at(100).offers({Need::data_sim}).sims(1);
    Person person = world.refer().needs({Need::nhs_app, Need::data_sim}).send();
    person.accepted(0);
    world.hub("near").at(0).offers({Need::nhs_app}).places(3);
    const Timestamp back = world.clock.now() + 240h;
    world.must(PauseReferral{person.id(), Reason::person_unavailable, back},
               as_practice("A81001"));
    EXPECT_EQ(person.status(), ReferralStatus::on_hold);
    EXPECT_EQ(person.need(0), NeedStatus::accepted);
    EXPECT_EQ(person.referral().review_at, back);
    world.pass(239h);
    world.tick();
    EXPECT_EQ(person.status(), ReferralStatus::on_hold);
    world.pass(1h);
    world.tick();
    EXPECT_EQ(person.referral().level, 1);  // somebody is told; the machine wakes nobody
    world.must(ResumeReferral{person.id()}, as_practice("A81001"));
    EXPECT_EQ(person.status(), ReferralStatus::active);
}

// A danger that an owner looks at does not rest with the referral.
TEST_F(Life, ARestPutsNoOwnersLookOff) {
    Person person = world.refer().send();
    person.declined(Reason::safety_concern);
    ASSERT_EQ(person.need(), NeedStatus::with_owner);
    const Timestamp look = person.referral().review_at;
    ASSERT_LE(look, world.clock.now() + 24h);
    world.must(PauseReferral{person.id(), Reason::other, world.clock.now() + 8760h}, as_practice("A81001"));
    EXPECT_EQ(person.referral().review_at, look);
    world.must(ResumeReferral{person.id()}, as_practice("A81001"));
    EXPECT_EQ(person.referral().review_at, look);
    world.pass(24h);
    world.tick();
    EXPECT_EQ(person.referral().level, 1);
}

// Nor does the queue in which another need of theirs stands.
TEST_F(Life, AReviewOfTheQueuePutsNoOwnersLookOff) {
    world.hub("near").at(0).offers({Need::nhs_app}).places(3);
    world.hub("far").closed();
    Person person = world.refer().needs({Need::nhs_app, Need::data_sim}).send();
    person.declined(Reason::could_not_contact_person);
    ASSERT_EQ(person.need(0), NeedStatus::with_owner);
    ASSERT_EQ(person.need(1), NeedStatus::gap);
    const Timestamp look = person.referral().review_at;
    ASSERT_LE(look, world.clock.now() + 24h);
    world.must(PauseReferral{person.id(), Reason::other, world.clock.now() + 240h}, as_practice("A81001"));
    world.must(ResumeReferral{person.id()}, as_practice("A81001"));
    EXPECT_EQ(world.told(), "Resumed GapRecorded");
    EXPECT_EQ(person.referral().review_at, look);
    world.pass(24h);
    world.tick();
    EXPECT_EQ(world.told(), "GapRecorded ReferralEscalated");
}

TEST_F(Life, WhatThePracticeIsAskedIsDueAgainAfterARest) {
    Person person = world.refer().send();
    person.declined(Reason::missing_information);
    ASSERT_EQ(person.need(), NeedStatus::with_referrer);
    world.must(PauseReferral{person.id(), Reason::other, world.clock.now() + 8760h}, as_practice("A81001"));
    EXPECT_EQ(person.referral().review_at, world.clock.now() + 8760h);
    world.must(ResumeReferral{person.id()}, as_practice("A81001"));
    EXPECT_EQ(world.told(), "Resumed ReturnedToReferrer");
    EXPECT_LE(person.referral().review_at,
              world.clock.now() + std::chrono::milliseconds(world.state().care.referrer_review_ms));
    EXPECT_EQ(person.referral().information_rounds, 1);
}

TEST_F(Life, AReopenedReferralAsksHubsThatOnceSaidNo) {
    Person person = world.refer().send();
    person.declined(Reason::no_slot);
    person.declined(Reason::person_declined);
    EXPECT_EQ(person.status(), ReferralStatus::completed);
    EXPECT_EQ(world.send(ReopenReferral{person.id()}, as_practice("A81001")).error().why,
              Refused::note_missing);
    world.must(ReopenReferral{person.id(), 0, 77}, as_practice("A81001"));
    EXPECT_EQ(world.told(), "Reopened Offered");
    EXPECT_EQ(person.referral().episode, 2);
    EXPECT_EQ(person.hub(), "near");
    EXPECT_EQ(person.offer().ordinal, 3);
}

TEST_F(Life, AReferralIsNotReopenedBesideItsSuccessor) {
    ReferralStory first = world.refer();
    first.command().practice_ref = {4, 2};
    Person person = first.send();
    person.withdrawn();
    ReferralStory second = world.refer();
    second.command().practice_ref = {4, 2};
    second.send();
    EXPECT_EQ(world.send(ReopenReferral{person.id(), 0, 77}, as_practice("A81001")).error().why,
              Refused::live_duplicate);
}

TEST_F(Life, OnlyThePlaceMarksAnErrorAndNamesAnOwner) {
    Person person = world.refer().send();
    EXPECT_EQ(world.send(MarkError{person.id()}, as_practice("A81001")).error().why,
              Refused::not_found);
    EXPECT_EQ(world.send(AssignOwner{person.id(), OwnerName("x")}, as_practice("A81001")).error().why,
              Refused::not_found);
    EXPECT_EQ(world.send(PauseReferral{person.id(), Reason::other, world.clock.now() + 1h},
                         as_practice("B99999"))
                  .error()
                  .why,
              Refused::not_found);
}

TEST_F(Life, CareOutsideItsRangeIsRefused) {
    const auto refused = [&](auto change) {
        Care care = world.state().care;
        ++care.version;
        change(care);
        const auto done = world.send(AdoptCare{care});
        return !done && done.error().why == Refused::care_invalid;
    };
    EXPECT_TRUE(refused([](Care& c) { c.version = 1; }));
    EXPECT_TRUE(refused([](Care& c) { c.owner = OwnerName(""); }));
    EXPECT_TRUE(refused([](Care& c) { c.parallel = 0; }));
    EXPECT_TRUE(refused([](Care& c) { c.broadcast = 65; }));
    EXPECT_TRUE(refused([](Care& c) { c.contact_tries_max = 0; }));
    EXPECT_TRUE(refused([](Care& c) { c.check_in_ms = 0; }));
    EXPECT_FALSE(refused([](Care&) {}));
}

}  // namespace
}  // namespace hubward::test
