// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "tests/http/raw_client.hpp"
#include "tests/http/served.hpp"

namespace hubward::tests {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

TEST(Drain, AnswersWhatIsUnderWayAndClosesWhatIsIdle) {
    Served served({}, 2);
    RawClient idle(served.port());
    idle.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    idle.read_answer();
    RawClient busy(served.port());
    busy.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
    while (served.server->stats().requests.load() != 2) {
        std::this_thread::yield();
    }
    const auto begin = steady_clock::now();
    served.server->drain(std::chrono::seconds(5));
    EXPECT_LT(steady_clock::now() - begin, std::chrono::seconds(4));
    const std::string answer = busy.read_to_end();
    EXPECT_EQ(body_of(answer), "slow");
    EXPECT_EQ(header_of(answer, "Connection"), "close");
    EXPECT_TRUE(idle.closed_within(milliseconds(1'000)));
    EXPECT_EQ(served.server->stats().connections.load(), 0U);
    RawClient late(served.port());
    EXPECT_FALSE(late.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n") && !late.read_to_end().empty());
}

TEST(Drain, EndsWithTheGraceWhateverIsLeft) {
    Served served;
    RawClient stuck(served.port());
    stuck.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
    while (served.server->stats().requests.load() != 1) {
        std::this_thread::yield();
    }
    const auto begin = steady_clock::now();
    served.server->drain(milliseconds(200));
    EXPECT_LT(steady_clock::now() - begin, std::chrono::seconds(3));
    EXPECT_EQ(stuck.read_to_end(), "");
    EXPECT_EQ(served.server->stats().connections.load(), 0U);
}

TEST(Drain, BeforeStartThereIsNothingToDo) {
    server::http::Server::Options options;
    options.port = 0;
    auto server = server::http::Server::listen(options, {}, {});
    ASSERT_TRUE(server);
    EXPECT_NE((*server)->port(), 0);
    (*server)->drain(std::chrono::seconds(5));
}

}  // namespace
}  // namespace hubward::tests
