// SPDX-License-Identifier: Apache-2.0
//
// The checker itself: histories that are known to be right or wrong, by hand and by the dozen.
#include "tests/race/slot_history.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace hubward::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using Changes = std::vector<SlotChange>;

SlotChange got(PersonNumber who) { return {who, true}; }
SlotChange lost(PersonNumber who) { return {who, false}; }
SlotStep arrives(std::uint64_t from, std::uint64_t to, PersonNumber who, Changes changes = {}) {
    return {from, to, who, nobody, std::move(changes)};
}
SlotStep leaves(std::uint64_t from, std::uint64_t to, PersonNumber who, Changes changes = {}) {
    return {from, to, nobody, who, std::move(changes)};
}
SlotStep other(std::uint64_t from, std::uint64_t to, Changes changes) {
    return {from, to, nobody, nobody, std::move(changes)};
}

TEST(SlotHistory, OneAfterTheOther) {
    EXPECT_THAT(not_linearizable({arrives(1, 2, 0, {got(0)}), arrives(3, 4, 1), leaves(5, 6, 0, {lost(0), got(1)}),
                                  leaves(7, 8, 1, {lost(1)}), arrives(9, 10, 2, {got(2)})}, 1), IsEmpty());
}
TEST(SlotHistory, TheOrderOfAnswersNeedNotBeTheOrderOfSteps) {
    // 1 was refused and answered before 0, who has the slot, was: they overlap.
    EXPECT_THAT(not_linearizable({arrives(1, 6, 0, {got(0)}), arrives(2, 3, 1)}, 1), IsEmpty());
    // 1 got the slot that 0 still held when 1 asked.
    EXPECT_THAT(not_linearizable({arrives(1, 2, 0, {got(0)}), leaves(3, 8, 0, {lost(0)}),
                                  arrives(4, 5, 1, {got(1)})}, 1), IsEmpty());
}
TEST(SlotHistory, WhomTheHubTurnedDownNeedNotBeAskedAgain) {
    EXPECT_THAT(not_linearizable({arrives(1, 2, 0, {got(0)}), other(3, 4, {lost(0)}), arrives(5, 6, 1, {got(1)}),
                                  leaves(7, 8, 0)}, 1), IsEmpty());
}

TEST(SlotHistory, TwoOnOneSlot) {
    EXPECT_THAT(not_linearizable({arrives(1, 4, 0, {got(0)}), arrives(2, 3, 1, {got(1)})}, 1),
                HasSubstr("no order"));
}
TEST(SlotHistory, RefusedBesideAFreeSlot) {
    EXPECT_THAT(not_linearizable({arrives(1, 2, 0), arrives(3, 4, 1, {got(1)})}, 1), HasSubstr("no order"));
}
TEST(SlotHistory, RefusedAfterTheSlotWasGivenBack) {
    // 0 was done before 1 asked, so no order helps.
    EXPECT_THAT(not_linearizable({arrives(1, 2, 0, {got(0)}), leaves(3, 4, 0, {lost(0)}), arrives(5, 6, 1)}, 1),
                HasSubstr("arrives 1"));
    // … and had they overlapped, it would have been right.
    EXPECT_THAT(not_linearizable({arrives(1, 2, 0, {got(0)}), leaves(3, 6, 0, {lost(0)}), arrives(4, 5, 1),
                                  leaves(7, 8, 1)}, 1), HasSubstr("no order"));  // the slot lay idle for 1
    EXPECT_THAT(not_linearizable({arrives(1, 2, 0, {got(0)}), leaves(3, 6, 0, {lost(0), got(1)}), arrives(4, 5, 1),
                                  leaves(7, 8, 1, {lost(1)})}, 1), IsEmpty());
}
TEST(SlotHistory, GivenBackTwice) {
    EXPECT_THAT(not_linearizable({arrives(1, 2, 0, {got(0)}), other(3, 4, {lost(0)}), leaves(5, 6, 0, {lost(0)})}, 2),
                HasSubstr("lost 0"));
}
TEST(SlotHistory, GivenBackByWhoeverNeverHadIt) {
    EXPECT_THAT(not_linearizable({arrives(1, 2, 0, {got(0)}), arrives(3, 4, 1), other(5, 6, {lost(1)})}, 1),
                HasSubstr("lost 1"));
}
TEST(SlotHistory, GivenToAStranger) {
    EXPECT_THAT(not_linearizable({other(1, 2, {got(3)})}, 1), HasSubstr("got 3"));
}
TEST(SlotHistory, ASlotThatNobodyGaveBack) {
    EXPECT_THAT(not_linearizable({arrives(1, 2, 0, {got(0)}), leaves(3, 4, 0)}, 1), HasSubstr("leaves 0"));
}

// A hub as it should be, with steps that take time: their order is hidden somewhere in each interval.
std::vector<SlotStep> lived(std::uint64_t seed, unsigned slots, std::size_t steps) {
    std::mt19937_64 chance(seed);
    std::vector<SlotStep> history;
    std::vector<PersonNumber> holding;
    std::vector<PersonNumber> waiting;
    PersonNumber next = 0;
    constexpr std::uint64_t apart = 100;  // between two true moments
    for (std::size_t i = 0; i < steps; ++i) {
        SlotStep step;
        const std::uint64_t moment = (i + 20) * apart;
        step.asked = moment - 1 - chance() % (8 * apart);
        step.answered = moment + 1 + chance() % (8 * apart);
        if (holding.empty() || chance() % 2 == 0) {
            step.arrives = next++;
            if (holding.size() < slots) {
                step.changes.push_back(got(step.arrives));
                holding.push_back(step.arrives);
            } else {
                waiting.push_back(step.arrives);
            }
        } else {
            const std::size_t who = chance() % holding.size();
            step.leaves = holding[who];
            step.changes.push_back(lost(holding[who]));
            holding.erase(holding.begin() + static_cast<std::ptrdiff_t>(who));
            if (!waiting.empty()) {
                step.changes.push_back(got(waiting.front()));
                holding.push_back(waiting.front());
                waiting.erase(waiting.begin());
            }
        }
        history.push_back(step);
    }
    std::ranges::shuffle(history, chance);
    return history;
}

TEST(SlotHistory, ManyLivesThatAreRight) {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        const auto slots = static_cast<unsigned>(1 + seed % 5);
        ASSERT_THAT(not_linearizable(lived(seed, slots, 200), slots), IsEmpty()) << seed;
    }
}
TEST(SlotHistory, OneStolenSlotInEachIsFound) {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        const auto slots = static_cast<unsigned>(1 + seed % 5);
        auto history = lived(seed, slots, 200);
        // Somebody who was told to wait is told instead that they have a slot.
        const auto refused = std::ranges::find_if(
            history, [](const SlotStep& s) { return s.arrives != nobody && s.changes.empty(); });
        if (refused == history.end()) {
            continue;
        }
        refused->changes.push_back(got(refused->arrives));
        ASSERT_THAT(not_linearizable(history, slots), HasSubstr("no order")) << seed;
    }
}
TEST(SlotHistory, OneSlotThatIsNeverGivenBackIsFound) {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        const auto slots = static_cast<unsigned>(1 + seed % 5);
        auto history = lived(seed, slots, 200);
        const auto left = std::ranges::find_if(history, [](const SlotStep& s) { return s.leaves != nobody; });
        left->changes.erase(left->changes.begin());
        ASSERT_THAT(not_linearizable(history, slots), HasSubstr("no order")) << seed;
    }
}

}  // namespace
}  // namespace hubward::test
