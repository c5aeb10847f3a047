// SPDX-License-Identifier: Apache-2.0
#include "server/http/out_queue.hpp"

#include <gtest/gtest.h>

#include <sys/uio.h>

#include <array>
#include <memory>
#include <string>

namespace hubward::server::http {
namespace {

Frame frame(std::string bytes) { return std::make_shared<const std::string>(std::move(bytes)); }

// What the next `count` parts hold.
std::string next(const OutQueue& queue, std::size_t count = 64) {
    std::array<iovec, 64> parts{};
    const std::size_t got = queue.parts(std::span(parts).first(count));
    std::string all;
    for (const iovec& part : std::span(parts).first(got)) {
        all.append(static_cast<const char*>(part.iov_base), part.iov_len);
    }
    return all;
}

TEST(OutQueue, GivesTheRestOfAFrameThatIsHalfSent) {
    OutQueue queue;
    queue.push(frame("abc"));
    queue.push(frame("de"));
    queue.take(2);
    EXPECT_TRUE(queue.within_a_frame());
    EXPECT_EQ(next(queue), "cde");
    EXPECT_EQ(next(queue, 1), "c");
    EXPECT_EQ(queue.bytes(), 3U);
    queue.take(2);
    EXPECT_EQ(next(queue), "e");
    EXPECT_EQ(queue.frames(), 1U);
    queue.take(1);
    EXPECT_TRUE(queue.empty());
}

TEST(OutQueue, LetsOneGoFirstBetweenTwoFrames) {
    OutQueue queue;
    queue.push(frame("ab"));
    queue.push(frame("c"));
    queue.take(2);
    ASSERT_FALSE(queue.within_a_frame());
    queue.push_first(frame("!"));
    EXPECT_EQ(next(queue), "!c");
}

// A reader who is always a frame or two behind, for as long as the connection lasts.
TEST(OutQueue, StaysSmallForAPeerWhoIsNeverQuiteUpToDate) {
    constexpr int frames = 100'000;
    constexpr std::size_t small = 512;
    OutQueue queue;
    const Frame one = frame("12345");
    queue.push(one);
    for (int i = 0; i < frames; ++i) {
        queue.push(one);
        queue.take(5);
        ASSERT_EQ(queue.frames(), 1U);
        ASSERT_LE(queue.capacity(), small) << "after " << i;
    }
    EXPECT_EQ(one.use_count(), 2) << "what is sent is let go";
    EXPECT_EQ(next(queue), "12345");
}

TEST(OutQueue, KeepsOrderWhenManyWaitAndSomeGo) {
    OutQueue queue;
    std::string expected;
    for (int i = 0; i < 1'000; ++i) {
        const std::string text = std::to_string(i) + ",";
        queue.push(frame(text));
        expected += text;
        const std::size_t sent = i % 3 == 0 ? 5 : 1;
        if (expected.size() > sent) {
            const std::string ahead = next(queue, 8);
            ASSERT_EQ(ahead, expected.substr(0, ahead.size()));
            queue.take(sent);
            expected.erase(0, sent);
        }
    }
    EXPECT_EQ(queue.bytes(), expected.size());
}

TEST(OutQueue, ABurstLeavesNothingBehind) {
    OutQueue queue;
    for (int i = 0; i < 1'000; ++i) {
        queue.push(frame("x"));
    }
    queue.take(queue.bytes());
    EXPECT_LE(queue.capacity(), 16U);
}

}  // namespace
}  // namespace hubward::server::http
