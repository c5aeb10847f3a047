// SPDX-License-Identifier: Apache-2.0
//
// The same commands lead to the same state on every machine, compiler and release. When a rule is
// changed on purpose, the numbers below change with it, and the commit says why.
#include <gtest/gtest.h>

#include "tests/support/naive_matcher.hpp"
#include "tests/support/world.hpp"

namespace hubward::test {
namespace {

using namespace matcher;

std::uint64_t hash_after(std::uint64_t seed, int commands) {
    Engine engine;
    Generator generator(seed);
    ManualClock clock;
    for (int i = 0; i < commands; ++i) {
        clock.advance(generator.pause());
        Envelope envelope = generator.next(engine.state());
        Batch batch;
        batch.first = engine.state().last + 1;
        (void)engine.step(envelope, clock.now(), batch);
    }
    return engine.state().state_hash();
}

TEST(Golden, FixedSeedsLeadToFixedStates) {
    EXPECT_EQ(State().state_hash(), 0xc33d'2e6d'e20f'b7b2ULL);
    EXPECT_EQ(hash_after(1, 1000), 0x33a0'912b'7205'6384ULL);
    EXPECT_EQ(hash_after(2, 1000), 0x5238'7cdc'ea34'5798ULL);
    EXPECT_EQ(hash_after(20'260'105, 3000), 0x8c9b'15ba'8948'd2b7ULL);
}

// Without faults and in order; tests/sim adds those.
TEST(Golden, FastAndNaiveTellTheSameStory) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        Engine engine;
        NaiveMatcher naive;
        Generator generator(seed, {.with_keys = false});
        ManualClock clock;
        for (int i = 0; i < 200; ++i) {
            clock.advance(generator.pause());
            Envelope envelope = generator.next(engine.state());
            Batch batch;
            batch.first = engine.state().last + 1;
            const auto fast = engine.step(envelope, clock.now(), batch);
            const auto slow = naive.run(envelope.command, envelope.actor, clock.now());
            ASSERT_EQ(fast.has_value(), slow.accepted) << "seed " << seed << " command " << i;
            if (!fast) {
                ASSERT_EQ(fast.error().why, slow.why) << "seed " << seed << " command " << i;
            }
            ASSERT_EQ(first_difference(summarise(engine.state()), naive.summary()), "")
                << "seed " << seed << " command " << i;
        }
    }
}

}  // namespace
}  // namespace hubward::test
