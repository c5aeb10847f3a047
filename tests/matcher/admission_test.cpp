// SPDX-License-Identifier: Apache-2.0
//
// Who is let into the corridor when more comes than can be decided.
#include "matcher/admission.hpp"

#include <gtest/gtest.h>

#include "matcher/limits.hpp"
#include "tests/matcher/corridor.hpp"

namespace hubward::test {
namespace {

using namespace matcher;
using namespace std::chrono_literals;

TEST(Admission, ShedsWhatGrewTooOldInTheRing) {
    Corridor c;
    Envelope old = c.referral();
    old.queued_ns = c.clock.steady_ns();
    const std::uint64_t shed = c.submit(std::move(old));
    c.clock.advance(limits::ring_age_max + 1ms);
    Envelope fresh = c.referral();
    fresh.queued_ns = c.clock.steady_ns();
    const std::uint64_t kept = c.submit(std::move(fresh));
    while (c.pipeline.turn()) {
    }
    EXPECT_EQ(c.refusal(shed), Refused::busy);
    EXPECT_TRUE(c.outlet.answer(kept)->result);
    EXPECT_EQ(c.pipeline.stats().shed_old, 1U);
}

TEST(Admission, OnlyNewReferralsGrowTooOld) {
    Corridor c;
    Envelope old = c.hub_answer();
    old.queued_ns = c.clock.steady_ns();
    const std::uint64_t answered = c.submit(std::move(old));
    c.clock.advance(limits::ring_age_max * 2);
    while (c.pipeline.turn()) {
    }
    EXPECT_EQ(c.refusal(answered), Refused::not_found);  // decided, that is
    EXPECT_EQ(c.pipeline.stats().shed_old, 0U);
}

TEST(Admission, NewReferralsLeaveRoomForHubsAnswers) {
    Corridor c;
    for (std::size_t i = 0; i < new_referrals_waiting_max; ++i) {
        c.submit(c.referral());
    }
    Envelope one_more = c.referral();
    EXPECT_FALSE(c.pipeline.try_submit(std::move(one_more)));
    EXPECT_EQ(one_more.payload, "sealed");
    EXPECT_EQ(c.pipeline.stats().shed_old, 1U);
    // Whoever asks first, before a key is taken, hears the same.
    EXPECT_TRUE(c.pipeline.turns_away(c.referral().command));
    EXPECT_FALSE(c.pipeline.turns_away(c.hub_answer().command));
    EXPECT_EQ(c.pipeline.stats().shed_old, 2U);
    // An answer is never turned away before a new referral.
    for (std::size_t i = new_referrals_waiting_max; i < limits::ring_cells; ++i) {
        c.submit(c.hub_answer());
    }
    EXPECT_FALSE(c.pipeline.try_submit(c.hub_answer()));
    while (c.pipeline.turn()) {
    }
    EXPECT_TRUE(c.pipeline.try_submit(c.referral()));
}

TEST(Admission, AQueueThatStandsIsCutToWhatFillsABatch) {
    Corridor c(FakeJournal::Answers::by_hand);
    const auto offer = [&](std::size_t referrals) {
        std::size_t taken = 0;
        for (std::size_t i = 0; i < referrals; ++i) {
            taken += c.pipeline.try_submit(c.referral()) ? 1U : 0U;
        }
        return taken;
    };
    const auto round = [&](std::chrono::milliseconds takes) {
        c.pipeline.turn();
        c.clock.advance(takes);
        c.journal.complete();
    };
    // A burst is taken, and worked off.
    EXPECT_EQ(offer(600), 600U);
    round(50ms);
    EXPECT_EQ(offer(200), 200U);
    // It does not end: each round leaves some behind, and has for too long.
    round(60ms);
    round(1ms);
    EXPECT_GT(offer(600), 300U);
    EXPECT_EQ(offer(600), 0U);
    round(1ms);
    // One batch has gone, so a batch may come.
    EXPECT_EQ(offer(600), limits::batch_commands_max);
    // It is over: the next burst is taken whole again.
    round(1ms);
    round(1ms);
    round(1ms);
    EXPECT_EQ(offer(600), 600U);
    while (c.pipeline.turn() || c.journal.complete()) {
    }
}

TEST(Admission, AFullRingSaysSoAtOnce) {
    Corridor c;
    for (std::size_t i = 0; i < limits::ring_cells; ++i) {
        c.submit(c.hub_answer());
    }
    Envelope one_more = c.hub_answer();
    one_more.payload = "sealed";
    EXPECT_FALSE(c.pipeline.try_submit(std::move(one_more)));
    EXPECT_EQ(one_more.payload, "sealed");
    while (c.pipeline.turn()) {
    }
    EXPECT_EQ(c.outlet.answers(), limits::ring_cells);
}

}  // namespace
}  // namespace hubward::test
