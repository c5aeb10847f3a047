// SPDX-License-Identifier: Apache-2.0
//
// A hub with ten thousand open offers goes away: everybody is kept from the first moment on, and the
// others are asked in handfuls, so that nobody else waits behind one long command.
#include <gtest/gtest.h>

#include "matcher/audit.hpp"
#include "matcher/batch_limits.hpp"
#include "matcher/limits.hpp"
#include "tests/support/summary.hpp"
#include "tests/support/world.hpp"

namespace hubward::test {
namespace {

using namespace matcher;
using namespace std::chrono_literals;

constexpr std::size_t people = 10'000;

class MassRematch : public testing::Test {
  protected:
    MassRematch() {
        world.hub("large").at(0).places(10'000);
        for (std::size_t i = 0; i < people; ++i) {
            everybody.push_back(world.refer().send());
        }
        EXPECT_EQ(world.hub_state("large").open_offers, people);
    }
    ~MassRematch() override { EXPECT_EQ(broken_rule(world.state()), ""); }

    std::size_t asked_again() const {
        std::size_t n = 0;
        for (const Person& person : everybody) {
            n += person.referral().offer_count > 1 ? 1U : 0U;
        }
        return n;
    }
    std::size_t orphans() const {
        std::size_t n = 0;
        for (const Referral& referral : world.state().referrals) {
            n += keeping_of(world.state(), referral).orphans != 0 ? 1U : 0U;
        }
        return n;
    }
    // Ticks until nobody waits for a first try elsewhere; the most that one tick asked.
    std::size_t tick_until_all_are_asked() {
        std::size_t most = 0;
        std::size_t before = asked_again();
        for (std::size_t tick = 0; tick < 2 * people / limits::expiries_per_tick_max; ++tick) {
            world.tick();
            EXPECT_EQ(orphans(), 0U);
            const std::size_t now = asked_again();
            most = std::max(most, now - before);
            before = now;
            if (now == people) {
                break;
            }
        }
        EXPECT_EQ(before, people);
        return most;
    }

    World world;
    std::vector<Person> everybody;
};

TEST_F(MassRematch, AHubThatClosesLosesNobody) {
    world.hub("other").at(900).places(10'000);
    world.must(CloseHub{hub_id_of("large")});
    EXPECT_EQ(world.hub_state("large").open_offers, 0U);
    EXPECT_EQ(orphans(), 0U);
    EXPECT_LE(asked_again(), limits::reroutes_per_command_max + limits::gaps_filled_per_command_max);
    const std::size_t most = tick_until_all_are_asked();
    EXPECT_LE(most, limits::expiries_per_tick_max + limits::gaps_filled_per_command_max);
    for (const Person& person : everybody) {
        EXPECT_EQ(person.hub(), "other");
    }
}

TEST_F(MassRematch, AHubThatWithdrawsFromAllItHasLosesNobody) {
    world.hub("other").at(900).places(10'000);
    for (Person& person : everybody) {
        person.accepted();
    }
    world.must(CloseHub{hub_id_of("large")});
    EXPECT_EQ(world.hub_state("large").with_person, 0U);
    EXPECT_EQ(world.places("large").used, 0);
    EXPECT_EQ(orphans(), 0U);
    tick_until_all_are_asked();
}

TEST_F(MassRematch, WithNowhereToGoEverybodyWaitsInTheQueue) {
    world.must(CloseHub{hub_id_of("large")});
    EXPECT_EQ(orphans(), 0U);
    EXPECT_EQ(world.state().waiting.size(), people);
}

// Who is asked in a broadcast takes no place, so any number may wait at one hub. A single batch of all of them
// would be more than a journal takes.
TEST(Broadcast, AHubThatClosesLetsGoOfAsManyAsOneBatchHolds) {
    World world;
    world.hub("asked").at(0).places(1);
    Care care = world.state().care;
    ++care.version;
    care.mode_routine = OfferMode::broadcast;
    world.must(AdoptCare{care});
    constexpr std::uint32_t waiting = 40'000;
    for (std::uint32_t i = 0; i < waiting; ++i) {
        (void)world.refer().send();
    }
    ASSERT_EQ(world.hub_state("asked").open_offers, waiting);
    world.must(CloseHub{hub_id_of("asked")});
    EXPECT_LE(world.batch.events.size(), limits::events_before_letting_go_ends + limits::events_to_end_with);
    const std::uint32_t left = world.hub_state("asked").open_offers;
    EXPECT_GT(left, 0U);
    EXPECT_LT(left, waiting / 2);
    world.must(CloseHub{hub_id_of("asked")});
    EXPECT_EQ(world.hub_state("asked").open_offers, 0U);
    EXPECT_EQ(world.state().waiting.size(), waiting);
    EXPECT_EQ(broken_rule(world.state()), "");
}

}  // namespace
}  // namespace hubward::test
