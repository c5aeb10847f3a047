// SPDX-License-Identifier: Apache-2.0
//
// Several hubs asked at once: one wins, the others are told, and no unit is lost or sold twice.
#include <gtest/gtest.h>

#include "tests/support/summary.hpp"
#include "tests/support/world.hpp"

namespace hubward::test {
namespace {

using namespace matcher;
using namespace std::chrono_literals;

struct Modes : testing::Test {
    ~Modes() override { EXPECT_EQ(broken_rule(world.state()), ""); }
    void mode(OfferMode how, std::uint8_t hubs) {
        Care care = world.state().care;
        ++care.version;
        care.mode_routine = how;
        care.parallel = hubs;
        care.broadcast = hubs;
        world.must(AdoptCare{care});
    }
    void town(int hubs, std::uint16_t places = 1) {
        for (int i = 0; i < hubs; ++i) {
            world.hub("hub" + std::to_string(i)).at(100 * i).places(places);
        }
    }
    OfferStatus status(const Person& p, std::uint8_t ordinal) {
        return world.state().at(*world.state().offer(p.referral(), ordinal)).status;
    }
    World world;
};

TEST_F(Modes, ParallelHoldsAUnitAtEachAndTheFirstYesFreesTheOthers) {
    town(5);
    mode(OfferMode::parallel, 3);
    const Person person = world.refer().send();
    EXPECT_EQ(world.told(), "ReferralSubmitted Offered Offered Offered");
    EXPECT_EQ(world.places("hub2").held, 1);
    EXPECT_EQ(world.places("hub3").held, 0);
    world.must(AcceptOffer{{person.id(), 2}}, as_hub("hub1"));
    EXPECT_EQ(world.told(), "Accepted OfferCancelled OfferCancelled");
    EXPECT_EQ(world.places("hub0").held, 0);
    EXPECT_EQ(world.places("hub1").used, 1);
    const auto late = world.send(AcceptOffer{{person.id(), 1}}, as_hub("hub0"));
    EXPECT_EQ(late.error().why, Refused::state_forbids);
    EXPECT_EQ(late.error().ended_with, Reason::need_resolved_elsewhere);
}

TEST_F(Modes, TheFirstThatFindsThemUnsuitableCallsNobodyOff) {
    town(4);
    mode(OfferMode::parallel, 3);
    const Person person = world.refer().send();
    world.must(DeclineOffer{{person.id(), 1}, Reason::not_suitable, 0, {}}, as_hub("hub0"));
    EXPECT_EQ(world.told(), "Declined") << "the others are asked already";
    world.must(DeclineOffer{{person.id(), 2}, Reason::not_suitable, 0, {}}, as_hub("hub1"));
    EXPECT_EQ(world.told(), "Declined OfferCancelled ReturnedToReferrer");
}

// What the person has just said they need, no hub that lacks it may still say yes to.
TEST_F(Modes, AConditionReachesTheHubsThatWereAskedBeside) {
    town(2);
    world.hub("visits").at(5'000).places(1).with(Access::home_visit);
    mode(OfferMode::parallel, 3);
    const Person person = world.refer().send();
    world.must(DeclineOffer{{person.id(), 1}, Reason::home_visit_wanted, 0, {}}, as_hub("hub0"));
    EXPECT_EQ(world.told(), "Declined AskNarrowed OfferCancelled");
    EXPECT_EQ(status(person, 2), OfferStatus::cancelled);
    EXPECT_EQ(status(person, 3), OfferStatus::requested) << "that one visits";
    const auto late = world.send(AcceptOffer{{person.id(), 2}}, as_hub("hub1"));
    EXPECT_EQ(late.error().ended_with, Reason::home_visit_wanted);
    EXPECT_EQ(world.places("hub1").held, 0);
}

TEST_F(Modes, AWayThatIsTooFarReachesThemToo) {
    town(3);
    mode(OfferMode::parallel, 2);
    const Person person = world.refer().at(-1'000).send();
    world.must(DeclineOffer{{person.id(), 1}, Reason::too_far, 0, {}}, as_hub("hub0"));
    EXPECT_EQ(world.told(), "Declined AskNarrowed OfferCancelled GapRecorded") << "hub1 and hub2 are farther still";
    EXPECT_EQ(person.need(), NeedStatus::gap);
}

TEST_F(Modes, OnlyWhenAllHaveSaidNoIsTheNextRoundAsked) {
    town(4);
    mode(OfferMode::parallel, 2);
    const Person person = world.refer().send();
    world.must(DeclineOffer{{person.id(), 1}, Reason::no_slot}, as_hub("hub0"));
    EXPECT_EQ(world.told(), "Declined");
    EXPECT_EQ(person.need(), NeedStatus::offered);
    world.must(DeclineOffer{{person.id(), 2}, Reason::no_slot}, as_hub("hub1"));
    EXPECT_EQ(world.told(), "Declined Offered Offered");
}

TEST_F(Modes, BroadcastHoldsNothingAndTheFirstValidClaimWins) {
    town(3);
    mode(OfferMode::broadcast, 3);
    const Person first = world.refer().send();
    const Person second = world.refer().send();
    EXPECT_EQ(world.places("hub0").held, 0);
    EXPECT_EQ(world.hub_state("hub0").open_offers, 2U);
    world.must(AcceptOffer{{first.id(), 1}}, as_hub("hub0"));
    EXPECT_EQ(world.places("hub0").used, 1);
    // The hub has no second place: its claim is not valid, and the person stays open to the others.
    EXPECT_EQ(world.send(AcceptOffer{{second.id(), 1}}, as_hub("hub0")).error().why,
              Refused::no_unit_left);
    world.must(AcceptOffer{{second.id(), 2}}, as_hub("hub1"));
    EXPECT_EQ(status(second, 1), OfferStatus::cancelled);
}

// The tablet and the place are one offer: a claim takes both or neither.
TEST_F(Modes, APackageIsClaimedWholeOrNotAtAll) {
    world.hub("hub0").places(2).devices(1);
    mode(OfferMode::broadcast, 2);
    const Person first = world.refer().needs({Need::dev_loan, Need::nhs_app}).send();
    const Person second = world.refer().needs({Need::dev_loan, Need::nhs_app}).send();
    world.must(AcceptOffer{{first.id(), 1}}, as_hub("hub0"));
    EXPECT_EQ(world.send(AcceptOffer{{second.id(), 1}}, as_hub("hub0")).error().why,
              Refused::no_unit_left);
    EXPECT_EQ(world.places("hub0").used, 1);  // the second place was not taken with no tablet to go
    EXPECT_EQ(world.hub_state("hub0").capacity[1].used, 1);
}

TEST_F(Modes, ADangerNamedByOneHubCallsTheOthersOff) {
    town(3);
    mode(OfferMode::parallel, 3);
    const Person person = world.refer().send();
    world.must(DeclineOffer{{person.id(), 2}, Reason::safety_concern}, as_hub("hub1"));
    EXPECT_EQ(world.told(), "Declined OfferCancelled OfferCancelled HandedToOwner");
    EXPECT_EQ(person.need(), NeedStatus::with_owner);
}

// 64 hubs claim at the same moment, ten thousand times: in the core that is one after another.
TEST(Claims, SixtyFourHaveOneWinnerEachTime) {
    Random random(64);
    for (int town = 0; town < 20; ++town) {
        World world;
        for (int i = 0; i < 64; ++i) {
            world.hub("hub" + std::to_string(i)).at(100 * i);
        }
        Care care;
        care.version = 2;
        care.mode_routine = OfferMode::broadcast;
        care.broadcast = 64;
        world.must(AdoptCare{care});
        const State& state = world.state();
        for (int round = 0; round < 500; ++round) {
            const Person person = world.refer().send();
            ASSERT_EQ(person.referral().offer_count, 64);
            const std::size_t first = random.below(64);
            int winners = 0;
            RecordOutcome done;
            Actor winner;
            for (std::size_t i = 0; i < 64; ++i) {
                const auto ordinal = static_cast<std::uint8_t>(1 + (first + i) % 64);
                const auto index = *state.offer(person.referral(), ordinal);
                const Actor hub{Role::hub, state.at(state.at(index).hub).profile.slug};
                if (world.send(AcceptOffer{{person.id(), ordinal}}, hub)) {
                    ++winners;
                    done = {{person.id(), ordinal}, 0, Outcome::need_met};
                    winner = hub;
                }
            }
            ASSERT_EQ(winners, 1) << "town " << town << " round " << round;
            world.must(done, winner);
        }
        ASSERT_EQ(broken_rule(state), "");
    }
}

TEST_F(Modes, ATransferKeepsThePersonUntilTheOtherHubAccepts) {
    town(3);
    Person person = world.refer().send();
    person.accepted();
    person.started();
    world.must(TransferOffer{person.offer(), hub_id_of("hub2")}, as_hub("hub0"));
    EXPECT_EQ(world.told(), "TransferRequested Offered");
    EXPECT_EQ(person.need(), NeedStatus::accepted);
    EXPECT_EQ(world.places("hub0").used, 1);
    world.must(AcceptOffer{{person.id(), 2}}, as_hub("hub2"));
    EXPECT_EQ(world.told(), "Accepted OfferCancelled");
    EXPECT_EQ(status(person, 1), OfferStatus::cancelled);
    EXPECT_EQ(world.places("hub0").used, 0);
    EXPECT_EQ(person.hub(), "hub2");
}

TEST_F(Modes, ATransferThatNobodyTakesGoesBack) {
    town(2);
    Person person = world.refer().send();
    person.accepted();
    person.started();
    world.must(TransferOffer{person.offer(), {}}, as_hub("hub0"));
    world.must(DeclineOffer{{person.id(), 2}, Reason::no_slot}, as_hub("hub1"));
    EXPECT_EQ(world.told(), "Declined TransferEnded");
    EXPECT_EQ(status(person, 1), OfferStatus::in_progress);
    EXPECT_EQ(world.send(TransferOffer{person.offer(), {}}, as_hub("hub0")).error().why,
              Refused::no_hub_can);
}

}  // namespace
}  // namespace hubward::test
