// SPDX-License-Identifier: Apache-2.0
//
// The check before sending: asked of a copy of the durable state, as server/api/preview.cpp does, it
// says what the router then does, and leaves nothing behind.
#include <gtest/gtest.h>

#include "matcher/apply.hpp"
#include "matcher/decide.hpp"
#include "tests/support/world.hpp"

namespace hubward::test {
namespace {

using namespace matcher;

TEST(Preflight, SaysWhatTheRouterThenDoesInTenThousandCases) {
    int cases = 0;
    int offered = 0;
    int gaps = 0;
    int refused = 0;
    for (std::uint64_t seed = 1; cases < 10'000; ++seed) {
        Generator generator(seed, {.hubs = 30});
        World world;
        State view;  // folded from what became durable
        for (int i = 0; i < 200; ++i) {
            world.pass(generator.pause());
            const Envelope envelope = generator.next(world.state());
            const auto* sent = std::get_if<SubmitReferral>(&envelope.command);
            std::vector<Event> foretold;
            std::expected<void, Rejection> verdict;
            if (sent != nullptr) {
                const std::uint64_t before = cases % 100 == 0 ? view.state_hash() : 0;
                verdict = decide(view, *sent, envelope.actor, world.clock.now(), foretold);
                ASSERT_EQ(cases % 100 == 0 ? view.state_hash() : 0, before);
                ++cases;
            }
            const auto done = world.send(envelope.command, envelope.actor);
            if (sent != nullptr) {
                ASSERT_EQ(done.has_value(), verdict.has_value()) << "seed " << seed;
                if (done) {
                    ASSERT_EQ(world.batch.events, foretold) << "seed " << seed;
                    (std::holds_alternative<Offered>(foretold.back()) ? offered : gaps) += 1;
                } else {
                    ASSERT_EQ(done.error(), verdict.error()) << "seed " << seed;
                    ++refused;
                }
            }
            if (done) {
                for (const Entry& entry : world.batch.entries) {
                    apply(view, world.batch, entry);
                }
            }
        }
    }
    EXPECT_GT(offered, 1'000);
    EXPECT_GT(gaps, 1'000);
    EXPECT_GT(refused, 100);
}

}  // namespace
}  // namespace hubward::test
