// SPDX-License-Identifier: Apache-2.0
//
// The numbers of the network: each counts what its sentence says.
#include "matcher/network.hpp"

#include <gtest/gtest.h>

#include <set>

#include "tests/support/world.hpp"

namespace hubward::test {
namespace {

using namespace matcher;
using namespace std::chrono_literals;

TEST(WaitCells, EndWithinAnEighthOfWhatTheyHold) {
    for (std::int64_t s = 0; s < 40'000'000; s += 1 + s / 50) {
        const std::int64_t end = wait_cell_end_s(wait_cell(std::chrono::seconds(s)));
        EXPECT_GT(end, s);
        EXPECT_LE(end, s + s / 8 + 1) << s;
    }
    EXPECT_EQ(wait_cell(-5s), 0);
    EXPECT_EQ(wait_cell(std::chrono::hours(24 * 365 * 50)), wait_cells - 1);
}

class Network : public testing::Test {
  protected:
    Share share(const Person& person) const { return share_of(world.state(), person.referral()); }
    NetworkCounts all() const {
        NetworkCounts counts;
        for (const Referral& referral : world.state().referrals) {
            counts.add(share_of(world.state(), referral));
        }
        for (const Hub& hub : world.state().hubs) {
            counts.add(hub, world.state().policy, world.state().last_time);
        }
        return counts;
    }
    std::optional<double> value(std::string_view key) const {
        for (const NetworkNumber& number : network_numbers()) {
            if (number.key == key) {
                const auto it = number.of(all());
                return it ? std::optional(static_cast<double>(it->part) /
                                          static_cast<double>(it->whole))
                          : std::nullopt;
            }
        }
        ADD_FAILURE() << "no number " << key;
        return {};
    }
    World world;
};

TEST_F(Network, NothingToMeasureIsNotZero) {
    EXPECT_EQ(value("outcome_ratio"), std::nullopt);
    EXPECT_EQ(value("accept_p50_seconds"), std::nullopt);
    EXPECT_EQ(value("capacity_fresh_ratio"), std::nullopt);
    EXPECT_EQ(value("orphans"), 0.0);
}

TEST_F(Network, ASignpostIsNoClosedLoop) {
    world.hub("near").places(9);
    Person person = world.refer().send();
    person.accepted();
    person.outcome(Outcome::signposted);
    EXPECT_FALSE(share(person).closed);
    EXPECT_TRUE(share(person).signposted);
    Person helped = world.refer().send();
    helped.accepted();
    helped.outcome(Outcome::need_met);
    EXPECT_TRUE(share(helped).closed);
    EXPECT_EQ(value("loop_closed_ratio"), 0.5);
    EXPECT_EQ(value("signposted_ratio"), 0.5);
}

TEST_F(Network, OnlyThePersonsOwnWordConfirms) {
    world.hub("near").places(9);
    Person person = world.refer().send();
    person.accepted();
    person.outcome(Outcome::need_met);
    EXPECT_EQ(value("person_confirmed_ratio"), 0.0);
    world.must(RecordPersonWord{person.id(), 0, Outcome::need_partly_met});
    EXPECT_TRUE(share(person).person_said);
    EXPECT_EQ(value("person_confirmed_ratio"), 1.0);
}

TEST_F(Network, NobodyWhoCameIsNeitherHelpedNorSignposted) {
    world.hub("near").places(9);
    Person person = world.refer().send();
    person.accepted();
    person.outcome(Outcome::did_not_attend);
    EXPECT_FALSE(share(person).closed);
    EXPECT_FALSE(share(person).signposted);
}

TEST_F(Network, WhoLeftWithoutAnOutcomeCountsAgainstTheOutcomes) {
    world.hub("near").places(9);
    Person left = world.refer().send();
    left.withdrawn();
    EXPECT_EQ(value("outcome_ratio"), 0.0);
    Person wrong = world.refer().send();
    wrong.withdrawn(Reason::sent_in_error);  // was never one
    EXPECT_FALSE(share(wrong).counts);
    EXPECT_EQ(all().referrals, 1U);
}

TEST_F(Network, TimeToAcceptIsThatOfTheFirstYes) {
    world.hub("near").at(0).places(9);
    world.hub("far").at(900).places(9);
    Person person = world.refer().send();
    world.pass(1h);
    person.declined(Reason::no_slot);
    world.pass(1h);
    person.accepted();
    const std::int64_t first = *all().wait_s(50);
    EXPECT_GE(first, 7200);
    EXPECT_LE(first, 8101);
    world.pass(50h);
    person.returned(Reason::hub_withdrew);  // a later hub changes nothing
    EXPECT_EQ(*all().wait_s(50), first);
    EXPECT_TRUE(share(person).accepted);
}

TEST_F(Network, AHubIsFreshForOneHalfLife) {
    world.hub("near").places(3);
    world.hub("shut").closed();
    EXPECT_EQ(value("capacity_fresh_ratio"), 1.0);
    world.pass(15 * 24h);
    world.refer().send();
    EXPECT_EQ(value("capacity_fresh_ratio"), 0.0);
}

TEST_F(Network, EveryReferralCountsForOnePlace) {
    world.hub("near").at(0).places(1).in_place("east");
    world.hub("far").at(900).places(1).in_place("west");
    Person first = world.refer().send();
    EXPECT_EQ(place_of(world.state(), first.referral()).view(), "east");
    first.declined(Reason::no_slot);
    EXPECT_EQ(place_of(world.state(), first.referral()).view(), "west");
    first.accepted();
    Person second = world.refer().send();
    EXPECT_EQ(place_of(world.state(), second.referral()).view(), "east");
}

TEST(NetworkNumbers, AreEachDefinedOnce) {
    std::set<std::string_view> keys;
    for (const NetworkNumber& number : network_numbers()) {
        EXPECT_TRUE(keys.insert(number.key).second) << number.key;
        EXPECT_TRUE(number.definition.ends_with('.')) << number.key;
    }
}

}  // namespace
}  // namespace hubward::test
