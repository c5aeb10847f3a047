// SPDX-License-Identifier: Apache-2.0
#include "matcher/id_index.hpp"

#include <gtest/gtest.h>

#include <map>

#include "matcher/types.hpp"
#include "tests/support/generator.hpp"

namespace hubward::matcher {
namespace {

// Few distinct ids, so that runs grow, are torn by erasures and wrap round the end.
TEST(IdIndex, AgreesWithAMapThroughManyErasures) {
    IdIndex<RequestKey> index;
    std::map<RequestKey, std::uint32_t> truth;
    test::Random random(11);
    for (int i = 0; i < 200'000; ++i) {
        const RequestKey key{random.below(4), random.below(64)};
        if (random.chance(45)) {
            index.erase(key);
            truth.erase(key);
        } else {
            const auto value = static_cast<std::uint32_t>(random.below(1000));
            index.set(key, value);
            truth[key] = value;
        }
        const RequestKey asked{random.below(4), random.below(64)};
        const auto found = index.find(asked);
        const auto known = truth.find(asked);
        ASSERT_EQ(found.has_value(), known != truth.end());
        ASSERT_TRUE(!found || *found == known->second);
    }
    EXPECT_EQ(index.size(), truth.size());
}

TEST(IdIndex, FillsTheRoomThatWasAskedForWithoutTakingMore) {
    IdIndex<RequestKey> index;
    index.set({1, 1}, 11);
    constexpr std::uint32_t many = 10'000;
    index.reserve(many);
    const std::size_t before = index.memory_bytes();
    for (std::uint32_t i = 2; i <= many; ++i) {
        index.set({i, 1}, i);
    }
    EXPECT_EQ(index.memory_bytes(), before);
    EXPECT_EQ(index.find({1, 1}), 11U) << "what was there before";
    EXPECT_EQ(index.find({many, 1}), many);
    index.reserve(1);
    EXPECT_EQ(index.memory_bytes(), before) << "never takes room away";
    EXPECT_EQ(index.size(), many);
}

TEST(IdIndex, AnEmptyOneKnowsNothing) {
    IdIndex<RequestKey> index;
    EXPECT_EQ(index.find({1, 2}), std::nullopt);
    index.erase({1, 2});
    EXPECT_EQ(index.size(), 0U);
}

}  // namespace
}  // namespace hubward::matcher
