// SPDX-License-Identifier: Apache-2.0
#include "matcher/engine.hpp"

#include <gtest/gtest.h>

#include "tests/support/world.hpp"

namespace hubward::test {
namespace {

using namespace matcher;
using namespace std::chrono_literals;

struct Steps : testing::Test {
    std::expected<Receipt, Rejection> step(Envelope envelope) {
        batch = {};
        batch.first = world.engine.state().last + 1;
        return world.engine.step(envelope, world.clock.now(), batch);
    }
    Envelope referral(RequestKey key, std::uint64_t fingerprint) {
        Envelope envelope;
        envelope.command = world.refer().command();
        envelope.actor = as_practice("A81001");
        envelope.key = key;
        envelope.fingerprint = fingerprint;
        envelope.trace = {8, 8};
        envelope.payload = "sealed";
        return envelope;
    }
    World world;
    Batch batch;
};

TEST_F(Steps, AnEntryCarriesTheWholeRequest) {
    const Envelope sent = referral({1, 2}, 33);
    const auto receipt = step(sent);
    ASSERT_TRUE(receipt);
    ASSERT_EQ(batch.entries.size(), 1U);
    const Entry& entry = batch.entries[receipt->entry];
    EXPECT_EQ(entry.number, 1U);
    EXPECT_EQ(entry.command, sent.command);
    EXPECT_EQ(entry.actor, sent.actor);
    EXPECT_EQ(entry.key, sent.key);
    EXPECT_EQ(entry.fingerprint, 33U);
    EXPECT_EQ(entry.trace, sent.trace);
    EXPECT_EQ(entry.payload, "sealed");
    EXPECT_EQ(batch.events_of(entry).size(), 2U);
    EXPECT_EQ(batch.last(), 2U);
}

TEST_F(Steps, SeveralEntriesShareABatchWithoutHoles) {
    batch.first = 1;
    for (std::uint64_t i = 1; i <= 3; ++i) {
        Envelope envelope = referral({1, i}, i);
        const auto receipt = world.engine.step(envelope, world.clock.now(), batch);
        ASSERT_TRUE(receipt);
        EXPECT_EQ(receipt->number, 2 * i - 1);
        EXPECT_EQ(receipt->entry, i - 1);
    }
    EXPECT_EQ(batch.count, 6U);
    EXPECT_EQ(world.engine.state().last, 6U);
}

TEST_F(Steps, AResendGetsTheFirstNumberAndChangesNothing) {
    const Envelope sent = referral({1, 2}, 33);
    ASSERT_TRUE(step(sent));
    const std::uint64_t before = world.state().state_hash();
    const auto again = step(sent);
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->resend);
    EXPECT_EQ(again->number, 1U);
    EXPECT_TRUE(batch.entries.empty());
    EXPECT_EQ(world.state().state_hash(), before);
}

TEST_F(Steps, AKeyWithAnotherBodyIsRefused) {
    ASSERT_TRUE(step(referral({1, 2}, 33)));
    const auto other = step(referral({1, 2}, 34));
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().why, Refused::key_reused);
}

// A refusal is not remembered: the caller may mend the request and send it under the same key.
TEST_F(Steps, ARefusalDoesNotUseUpTheKey) {
    Envelope bad = referral({1, 2}, 33);
    std::get<SubmitReferral>(bad.command).share_with_hub = false;
    ASSERT_FALSE(step(bad));
    const auto mended = step(referral({1, 2}, 34));
    ASSERT_TRUE(mended);
    EXPECT_FALSE(mended->resend);
}

TEST_F(Steps, ARefusalKeepsThePayloadForTheCaller) {
    Envelope bad = referral({}, 0);
    std::get<SubmitReferral>(bad.command).share_with_hub = false;
    batch = {};
    batch.first = 1;
    ASSERT_FALSE(world.engine.step(bad, world.clock.now(), batch));
    EXPECT_EQ(bad.payload, "sealed");
    EXPECT_TRUE(batch.events.empty());
}

TEST_F(Steps, KeysAreForgottenAfterTheirTime) {
    ASSERT_TRUE(step(referral({1, 2}, 33)));
    world.pass(limits::request_key_age_max);
    ASSERT_TRUE(step(referral({1, 3}, 1)));
    EXPECT_TRUE(world.state().remembered_for({1, 2}));
    world.pass(1ms);
    ASSERT_TRUE(step(referral({1, 4}, 1)));
    EXPECT_FALSE(world.state().remembered_for({1, 2}));
    EXPECT_TRUE(world.state().remembered_for({1, 3}));
    EXPECT_EQ(world.state().keys_forgotten, 1U);
    EXPECT_EQ(world.state().remembered_for({1, 4})->number, world.state().last - 1);
}

TEST_F(Steps, ATickWithNothingDueWritesNothing) {
    Envelope tick;
    tick.command = Tick{};
    const auto receipt = step(tick);
    ASSERT_TRUE(receipt);
    EXPECT_EQ(receipt->entry, no_entry);
    EXPECT_TRUE(batch.entries.empty());
    EXPECT_EQ(batch.count, 0U);
}

TEST_F(Steps, OnlyTheHouseMayTick) {
    Envelope tick;
    tick.command = Tick{};
    tick.actor = as_hub("near");
    ASSERT_FALSE(step(tick));
}

TEST_F(Steps, ABatchThatIsNotTheNextOneAborts) {
    Envelope envelope = referral({}, 0);
    Batch wrong;
    wrong.first = 5;
    EXPECT_DEATH((void)world.engine.step(envelope, world.clock.now(), wrong), "not the next one");
}

}  // namespace
}  // namespace hubward::test
