// SPDX-License-Identifier: Apache-2.0
#include "server/feed/cursor.hpp"

#include <gtest/gtest.h>

namespace hubward::tests {
namespace {

using namespace server::feed;

storage::StreamBounds bounds(std::uint64_t floor, std::uint64_t head) {
    storage::StreamBounds b;
    b.epoch = "now";
    b.floor = floor;
    b.head = head;
    return b;
}
After at(std::string epoch, std::uint64_t seq) { return At{std::move(epoch), seq}; }

TEST(Start, ResumesExactlyBehindWhatTheClientHas) {
    for (const std::uint64_t seq : {0U, 1U, 9U, 10U}) {
        const Start start = start_of(at("now", seq), bounds(1, 10));
        EXPECT_TRUE(start.recovered) << seq;
        EXPECT_EQ(start.after, seq);
    }
}

// R3: with nothing in between there is nothing that could be lost.
TEST(Start, ResumesAtZeroEvents) {
    const Start start = start_of(at("now", 0), bounds(0, 0));
    EXPECT_TRUE(start.recovered);
    EXPECT_EQ(start.after, 0u);
}

// R2: each way to have lost something is named, and nothing is replayed in part.
TEST(Start, NamesEveryLoss) {
    const auto reason = [](const After& wanted, const storage::StreamBounds& b) {
        const Start start = start_of(wanted, b);
        EXPECT_FALSE(start.recovered);
        EXPECT_EQ(start.after, b.head);
        return std::string(start.reason);
    };
    EXPECT_EQ(reason(Latest{}, bounds(1, 10)), "fresh");
    EXPECT_EQ(reason(at("before", 5), bounds(1, 10)), "epoch_changed");
    EXPECT_EQ(reason(at("now", 11), bounds(1, 10)), "ahead");
    EXPECT_EQ(reason(at("now", 3), bounds(5, 10)), "truncated");
    EXPECT_TRUE(start_of(at("now", 4), bounds(5, 10)).recovered);  // 5 is the next, and it is kept
}

TEST(Start, EarliestIsTheFloor) {
    EXPECT_EQ(start_of(Earliest{}, bounds(1, 10)).after, 0u);
    EXPECT_EQ(start_of(Earliest{}, bounds(5, 10)).after, 4u);
    EXPECT_TRUE(start_of(Earliest{}, bounds(0, 0)).recovered);
}

TEST(Cursor, SpendsCreditAndEarnsItBack) {
    Cursor cursor(10, 2);
    cursor.advance(0);
    cursor.advance(0);
    EXPECT_EQ(cursor.credit(), 0u);
    EXPECT_FALSE(cursor.ack(13, 1)) << "13 was never sent";
    EXPECT_TRUE(cursor.ack(11, 1));
    EXPECT_EQ(cursor.credit(), 1u);
    EXPECT_TRUE(cursor.ack(10, 2)) << "an old number is no mistake";
    EXPECT_EQ(cursor.credit(), 1u);
    EXPECT_TRUE(cursor.ack(12, 3));
    EXPECT_EQ(cursor.credit(), 2u);
}

TEST(Cursor, CountsTheWaitFromTheLastProgress) {
    Cursor cursor(0, 64);
    EXPECT_EQ(cursor.waiting_ms(1'000), 0);
    cursor.advance(1'000);
    cursor.advance(5'000);
    EXPECT_EQ(cursor.waiting_ms(6'000), 5'000);
    cursor.ack(1, 6'000);
    EXPECT_EQ(cursor.waiting_ms(7'000), 1'000);
    cursor.ack(2, 7'000);
    EXPECT_EQ(cursor.waiting_ms(99'000), 0);
}

TEST(Cursor, CallsLaggingOnceAMinuteAtMost) {
    Cursor cursor(0, 64);
    cursor.advance(0);
    EXPECT_FALSE(cursor.lagging_due(119'999, 120'000, 60'000));
    EXPECT_TRUE(cursor.lagging_due(120'000, 120'000, 60'000));
    EXPECT_FALSE(cursor.lagging_due(179'999, 120'000, 60'000));
    EXPECT_TRUE(cursor.lagging_due(180'000, 120'000, 60'000));
}

}  // namespace
}  // namespace hubward::tests
