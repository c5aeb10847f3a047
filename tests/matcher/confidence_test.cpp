// SPDX-License-Identifier: Apache-2.0
//
// How far a hub's numbers are relied on: they age, they are learnt from, and three refusals in a row
// end it until somebody confirms.
#include "matcher/confidence.hpp"

#include <gtest/gtest.h>

#include "matcher/score.hpp"
#include "tests/support/summary.hpp"
#include "tests/support/world.hpp"

namespace hubward::test {
namespace {

using namespace matcher;
using namespace std::chrono_literals;

constexpr Timestamp said{1'772'443'800'000};

Capacity units(std::uint8_t kept = 0, std::uint8_t broken = 0) {
    Capacity capacity{.total = 5, .updated = said};
    capacity.kept = kept;
    capacity.broken = broken;
    return capacity;
}

Timestamp after(std::chrono::hours time) {
    return said + std::chrono::milliseconds(time);
}

TEST(Confidence, HalvesWithEveryHalfLife) {
    const Policy rules;
    const std::chrono::hours half{rules.half_life_hours};
    EXPECT_EQ(confidence(units(), rules, said), 1000);
    EXPECT_EQ(confidence(units(), rules, after(half / 2)), 750);
    EXPECT_EQ(confidence(units(), rules, after(half)), 500);
    EXPECT_EQ(confidence(units(), rules, after(2 * half)), 250);
    EXPECT_EQ(confidence(units(), rules, after(10 * half)), 0);
    EXPECT_EQ(confidence(units(), rules, Timestamp{0}), 1000);  // a clock that is behind
}

TEST(Confidence, IsLostSoonerByAHubWhoseWordOftenFailed) {
    const Policy rules;
    EXPECT_EQ(half_life_ms(units(0, 0), rules), half_life_ms(units(40, 0), rules));
    EXPECT_EQ(half_life_ms(units(0, 4), rules) * 2, half_life_ms(units(0, 0), rules));
    EXPECT_LT(confidence(units(4, 8), rules, after(48h)), confidence(units(8, 4), rules, after(48h)));
}

// What the search relies on to leave out whole blocks.
TEST(Confidence, NeverExceedsTheBoundOfItsBlock) {
    Random random(20'260'301);
    for (int i = 0; i < 20'000; ++i) {
        Policy rules;
        rules.half_life_hours = static_cast<std::uint16_t>(1 + random.below(500));
        const auto kept = static_cast<std::uint8_t>(random.below(60));
        const auto broken = static_cast<std::uint8_t>(random.below(60));
        const Timestamp now = said + std::chrono::milliseconds(random.below(5'000'000'000));
        const Timestamp later = said + std::chrono::milliseconds(random.below(5'000'000'000));
        const Permille mine = confidence(units(kept, broken), rules, now);
        EXPECT_LE(mine, confidence_at_most(said, rules, now));
        EXPECT_LE(mine, confidence_at_most(std::max(said, later), rules, now));
        if (later > now) {
            EXPECT_LE(confidence(units(kept, broken), rules, later), mine);
        }
    }
}

class CapacityTruth : public testing::Test {
  protected:
    ~CapacityTruth() override { EXPECT_EQ(broken_rule(world.state()), ""); }
    World world;
};

// capabilities C6: who said 5 a month ago comes after who says 2 today.
TEST_F(CapacityTruth, FreshNewsGoBeforeOldNumbers) {
    world.hub("a-month-ago").at(0).places(5);
    world.hub("today").at(0).places(2);
    world.pass(30 * 24h);
    world.capacity("today", UnitKind::place, 2);
    EXPECT_EQ(world.refer().at(0).send().hub(), "today");
    world.must(ConfirmCapacity{hub_id_of("a-month-ago")});
    world.capacity("today", UnitKind::place, 0);
    EXPECT_EQ(world.refer().at(0).send().hub(), "a-month-ago");
}

TEST_F(CapacityTruth, WithoutAWeightAgeChangesNoDecision) {
    Policy rules = world.state().policy;
    ++rules.version;
    rules.confidence = 0;
    world.adopt(rules);
    world.hub("old").at(0).places(5);
    world.pass(60 * 24h);
    world.hub("new").at(100).places(5);
    EXPECT_EQ(world.refer().at(0).send().hub(), "old");
}

TEST_F(CapacityTruth, ThreeDeclinesInARowCountAsNoneUntilConfirmed) {
    world.hub("near").at(0).places(6);
    std::vector<Person> held;
    for (int i = 0; i < 5; ++i) {
        held.push_back(world.refer().send());
    }
    for (std::size_t i = 0; i < 3; ++i) {
        held[i].declined(Reason::no_capacity);
        EXPECT_EQ(world.places("near").declines, i + 1);
    }
    EXPECT_EQ(world.places("near").total, 2);    // what it has promised
    EXPECT_EQ(world.places("near").maximum, 6);  // what it said
    held[3].accepted();
    held[3].outcome(Outcome::need_met);          // a unit comes free …
    EXPECT_EQ(world.places("near").room(), 1);
    EXPECT_EQ(world.places("near").free(), 0);   // … and is not counted on
    EXPECT_EQ(held[0].need(), NeedStatus::gap);
    Person later = world.refer().send();
    EXPECT_EQ(later.need(), NeedStatus::gap);

    world.must(ConfirmCapacity{hub_id_of("near")}, as_hub("near"));
    EXPECT_EQ(world.told(), "CapacityReported CapacityReported CapacityReported Offered Offered Offered Offered");
    EXPECT_EQ(world.places("near").total, 6);
    EXPECT_EQ(world.places("near").source, Role::hub);
    EXPECT_EQ(later.hub(), "near");
    EXPECT_EQ(held[0].need(), NeedStatus::offered);  // so do the three whom it had no room for
}

TEST_F(CapacityTruth, AnAcceptanceBreaksTheRow) {
    world.hub("near").at(0).places(6);
    std::vector<Person> held;
    for (int i = 0; i < 6; ++i) {
        held.push_back(world.refer().send());
    }
    held[0].declined(Reason::no_capacity);
    held[1].declined(Reason::no_capacity);
    held[2].accepted();
    held[3].declined(Reason::no_capacity);
    EXPECT_EQ(world.places("near").declines, 1);
    EXPECT_EQ(world.places("near").kept, 1);
    EXPECT_EQ(world.places("near").broken, 3);
    EXPECT_FALSE(world.places("near").doubted());
}

TEST_F(CapacityTruth, AnOfferThatNobodyAnsweredCountsAgainstTheHub) {
    world.hub("near").at(0).places(1);
    world.refer().send();
    world.pass(4 * 24h);
    world.tick();
    world.tick();
    EXPECT_EQ(world.places("near").broken, 1);
    EXPECT_EQ(world.places("near").declines, 0);
}

TEST_F(CapacityTruth, OldAnswersAreForgotten) {
    world.hub("near").at(0).places(1);
    for (int i = 0; i < 200; ++i) {
        Person person = world.refer().send();
        person.accepted();
        person.outcome(Outcome::need_met);
    }
    EXPECT_GE(world.places("near").kept, 32);
    EXPECT_LT(world.places("near").kept, 64);
}

TEST_F(CapacityTruth, ADirectoryThatRepeatsItselfConfirmsNothing) {
    world.hub("near").at(0).places(3);
    world.refer().send().declined(Reason::no_capacity);
    world.pass(1h);
    world.hub("near").at(0).places(3);
    EXPECT_EQ(world.told(), "HubUpserted");
    EXPECT_EQ(world.places("near").free(), 0);
    EXPECT_LT(world.places("near").updated, world.clock.now());
}

TEST_F(CapacityTruth, OnlyWhoSpeaksForTheHubConfirms) {
    world.hub("near").places(1);
    const ConfirmCapacity command{hub_id_of("near"), 0};
    EXPECT_EQ(world.send(command, as_hub("far")).error().why, Refused::not_found);
    EXPECT_EQ(world.send(ConfirmCapacity{hub_id_of("nowhere")}).error().why, Refused::not_found);
    EXPECT_EQ(world.send(ConfirmCapacity{hub_id_of("near"), 1}).error().why,
              Refused::version_changed);
    EXPECT_TRUE(world.send(command, as_hub("near")));
}

// A claim is the hub's own word that there is a unit: doubt stops the asking, not the hub.
TEST_F(CapacityTruth, ADoubtedHubMayStillTakeWhoItWasAskedFor) {
    Care care = world.state().care;
    ++care.version;
    care.mode_routine = OfferMode::broadcast;
    world.must(AdoptCare{care});
    world.hub("near").at(0).places(5);
    std::vector<Person> asked;
    for (int i = 0; i < 4; ++i) {
        asked.push_back(world.refer().send());
    }
    for (std::size_t i = 0; i < 3; ++i) {
        asked[i].declined(Reason::no_capacity);
    }
    ASSERT_TRUE(world.places("near").doubted());
    EXPECT_EQ(world.send(AcceptOffer{asked[3].offer()}, as_hub("near")).error().why,
              Refused::no_unit_left);  // its total is what it promised: nothing
    world.must(ConfirmCapacity{hub_id_of("near")});
    asked[3].accepted();
    EXPECT_EQ(world.places("near").used, 1);
}

TEST(Merits, ConfidenceIsThatOfTheLeastSurePart) {
    World world;
    world.hub("near").at(0).places(2).devices(2);
    world.pass(14 * 24h);
    world.capacity("near", UnitKind::place, 2);
    const auto points = [&](std::initializer_list<Need> needs) {
        Ask ask;
        for (const Need need : needs) {
            ask.needs[ask.need_count++] = need;
        }
        const Question q = question(ask, world.state().policy, world.clock.now());
        return judge(q, world.hub_state("near")).score.confidence;
    };
    EXPECT_EQ(points({Need::nhs_app}), 50);
    EXPECT_EQ(points({Need::dev_loan}), 25);
    EXPECT_EQ(points({Need::nhs_app, Need::dev_loan}), 25);
}

}  // namespace
}  // namespace hubward::test
