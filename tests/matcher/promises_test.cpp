// SPDX-License-Identifier: Apache-2.0
//
// The queue of a search gives back what was put in, no promise much later than it should come.
#include "matcher/promises.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "matcher/terms.hpp"
#include "tests/support/generator.hpp"

namespace hubward::test {
namespace {

using namespace matcher;

TEST(Promises, GivesTheMostPromisingFirstWhenPointsAreFew) {
    Promises queue(-200, 200);
    for (const Points points : {17, -200, 200, 0, 5}) {
        queue.push({points, -points, static_cast<std::uint32_t>(points + 200),
                    static_cast<std::uint8_t>(points > 0 ? 1 : 0)});
    }
    for (const Points points : {200, 17, 5, 0, -200}) {
        ASSERT_FALSE(queue.empty());
        EXPECT_EQ(queue.front().points, points);
        EXPECT_EQ(queue.front().number, static_cast<std::uint32_t>(points + 200));
        EXPECT_EQ(queue.front().rest, -points);
        EXPECT_EQ(queue.front().level, points > 0 ? 1 : 0);
        EXPECT_GE(queue.most_left(), points);
        queue.pop();
    }
    EXPECT_TRUE(queue.empty());
}

// What a search relies on: nothing that is left exceeds most_left(), and nothing is lost.
TEST(Promises, LosesNothingAndNeverSaysTooLittleWhateverTheRange) {
    Random random(3);
    for (const Points highest : {1, 511, 512, 1'150, 110'000}) {
        const Points lowest = highest == 1 ? 0 : -10'000;
        Promises queue(lowest, highest);
        std::multimap<Points, std::uint32_t> left;
        for (std::uint32_t i = 0; i < 4'000; ++i) {
            if (!left.empty() && random.chance(45)) {
                const Promise next = queue.front();
                ASSERT_GE(queue.most_left(), left.rbegin()->first);
                const auto [from, to] = left.equal_range(next.points);
                const auto it = std::find_if(from, to, [&](auto& p) { return p.second == next.number; });
                ASSERT_NE(it, to);
                left.erase(it);
                queue.pop();
                continue;
            }
            const auto range = static_cast<std::uint64_t>(highest - lowest) + 1;
            const Points points = lowest + static_cast<Points>(random.below(range));
            queue.push({points, 0, i, 0});
            left.emplace(points, i);
        }
        ASSERT_EQ(queue.empty(), left.empty());
    }
}

TEST(Promises, NoScoreIsAboveTheMostPointsOfItsRules) {
    Policy rules;
    rules.wait = 80;
    rules.times = 60;
    rules.groups = 40;
    Ask ask;
    ask.need_count = 1;
    ask.available.bits = 1;
    ask.access_preferred.bits = 5;
    const Question q = question(ask, rules);
    Merits best;
    best.needs = 1;
    best.speaks = best.shares_community = best.shares_group = true;
    best.trust_percent = 100;
    best.free = best.total = 3;
    best.wait_days = 0;
    best.confidence = full_confidence;
    best.open.bits = 1;
    best.wishes_met = 2;
    EXPECT_EQ(points(q, best), most_points(rules));
}

}  // namespace
}  // namespace hubward::test
