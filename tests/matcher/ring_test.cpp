// SPDX-License-Identifier: Apache-2.0
#include "matcher/ring.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <thread>

namespace hubward::matcher {
namespace {

TEST(Ring, GivesBackInOrder) {
    Ring<int> ring(4);
    for (int lap = 0; lap < 10; ++lap) {
        EXPECT_TRUE(ring.try_push(lap * 2));
        EXPECT_TRUE(ring.try_push(lap * 2 + 1));
        int got = 0;
        EXPECT_TRUE(ring.try_pop(got));
        EXPECT_EQ(got, lap * 2);
        EXPECT_TRUE(ring.try_pop(got));
        EXPECT_EQ(got, lap * 2 + 1);
        EXPECT_FALSE(ring.try_pop(got));
    }
}

TEST(Ring, AFullOneLeavesTheItemWithItsOwner) {
    Ring<std::unique_ptr<int>> ring(2);
    EXPECT_TRUE(ring.try_push(std::make_unique<int>(1)));
    EXPECT_TRUE(ring.try_push(std::make_unique<int>(2)));
    auto third = std::make_unique<int>(3);
    EXPECT_FALSE(ring.try_push(std::move(third)));
    ASSERT_TRUE(third);
    EXPECT_EQ(*third, 3);
    EXPECT_EQ(ring.depth(), 2U);
}

TEST(Ring, AClosedOneTakesNothingAndGivesTheRest) {
    Ring<int> ring(4);
    EXPECT_TRUE(ring.try_push(1));
    ring.close();
    EXPECT_FALSE(ring.try_push(2));
    EXPECT_TRUE(ring.closed());
    EXPECT_FALSE(ring.drained());
    int got = 0;
    EXPECT_TRUE(ring.try_pop(got));
    EXPECT_TRUE(ring.drained());
}

TEST(Ring, AWakeBeforeTheSleepIsNotLost) {
    Ring<int> ring(2);
    ring.wake();
    ring.wait();  // returns
    ring.wake();
    ring.wait_for_wake();
    EXPECT_TRUE(ring.try_push(1));
    ring.wait();  // returns: something is ready
}

// Every item of every producer arrives once and in its producer's order, although the ring is tiny
// and the consumer falls asleep again and again.
TEST(Ring, ManyProducersLoseAndDoubleNothing) {
    constexpr std::uint64_t producers = 4;
    constexpr std::uint64_t each = 20'000;
    Ring<std::uint64_t> ring(8);
    std::vector<std::thread> threads;
    for (std::uint64_t p = 0; p < producers; ++p) {
        threads.emplace_back([&ring, p] {
            for (std::uint64_t i = 0; i < each; ++i) {
                while (!ring.try_push(p << 32 | i)) {
                    std::this_thread::yield();
                }
            }
        });
    }
    std::vector<std::uint64_t> next(producers, 0);
    for (std::uint64_t got = 0; got < producers * each;) {
        std::uint64_t item = 0;
        if (!ring.try_pop(item)) {
            ring.wait();
            continue;
        }
        ++got;
        ASSERT_EQ(item & 0xffff'ffff, next[item >> 32]++);
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_TRUE(ring.drained());
}

// A push that succeeded before close() is never lost, whoever was faster.
TEST(Ring, NoItemSlipsInBehindTheClosing) {
    for (int round = 0; round < 300; ++round) {
        Ring<int> ring(1024);
        std::atomic<int> pushed{0};
        std::vector<std::thread> threads;
        for (int p = 0; p < 2; ++p) {
            threads.emplace_back([&] {
                while (ring.try_push(1)) {
                    pushed.fetch_add(1);
                    if (pushed.load() > 500) {
                        break;
                    }
                }
            });
        }
        std::this_thread::yield();
        ring.close();
        int popped = 0;
        int item = 0;
        while (!ring.drained()) {
            popped += ring.try_pop(item) ? 1 : 0;
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
        ASSERT_EQ(popped, pushed.load());
    }
}

}  // namespace
}  // namespace hubward::matcher
