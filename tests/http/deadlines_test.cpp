// SPDX-License-Identifier: Apache-2.0
//
// Slow on purpose. Deadlines here are one second, the shortest the limits can say, and a tick of the
// wheel is a tenth of it; upper bounds are wide because the machine may be busy.
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include "tests/http/raw_client.hpp"
#include "tests/http/served.hpp"

namespace hubward::tests {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

server::http::Limits short_limits() {
    server::http::Limits limits;
    limits.header_deadline = std::chrono::seconds(1);
    limits.body_deadline = std::chrono::seconds(1);
    limits.idle_deadline = std::chrono::seconds(1);
    limits.write_deadline = std::chrono::seconds(1);
    return limits;
}

milliseconds since(steady_clock::time_point begin) {
    return std::chrono::duration_cast<milliseconds>(steady_clock::now() - begin);
}

// However steadily the bytes drip, the header as a whole has its deadline.
TEST(Deadlines, ADrippedHeaderIsCut) {
    Served served(short_limits());
    RawClient client(served.port());
    const auto begin = steady_clock::now();
    client.send("GET / HTTP/1.1\r\nHost: a\r\n");
    while (since(begin) < milliseconds(500)) {  // and not near the end: a late line would meet a closed door
        client.send("X: y\r\n");
        std::this_thread::sleep_for(milliseconds(50));
    }
    const std::string answer = client.read_to_end(milliseconds(4'000));
    EXPECT_EQ(status_of(answer), 408U);
    EXPECT_EQ(header_of(answer, "Connection"), "close");
    EXPECT_GE(since(begin), milliseconds(1'000));
    EXPECT_GE(served.server->stats().deadline_closes.load(), 1U);
}

TEST(Deadlines, ASlowBodyIsCut) {
    Served served(short_limits());
    for (const char* framing : {"Content-Length: 50", "Transfer-Encoding: chunked"}) {
        RawClient client(served.port());
        client.send("POST /echo HTTP/1.1\r\nHost: a\r\n" + std::string(framing) + "\r\n\r\n1");
        const std::string answer = client.read_to_end(milliseconds(4'000));
        EXPECT_EQ(status_of(answer), 408U) << framing;
        EXPECT_FALSE(client.timed_out) << framing;
    }
    EXPECT_EQ(served.handled(), 0U);
}

TEST(Deadlines, AConnectionThatNeverSpeaksIsClosedWithoutAWord) {
    Served served(short_limits());
    RawClient client(served.port());
    EXPECT_EQ(client.read_to_end(milliseconds(4'000)), "");
    EXPECT_FALSE(client.timed_out);
}

// Longer than the moment after which an idle connection gives its buffer back, so that path is taken.
TEST(Deadlines, AnIdleConnectionIsServedAfterAPauseAndClosedAfterTheDeadline) {
    server::http::Limits limits = short_limits();
    limits.idle_deadline = std::chrono::seconds(4);
    Served served(limits);
    RawClient client(served.port());
    const std::string get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    client.send(get);
    EXPECT_EQ(body_of(client.read_answer()), "hello");
    std::this_thread::sleep_for(milliseconds(2'500));
    const auto begin = steady_clock::now();
    client.send(get);
    EXPECT_EQ(body_of(client.read_answer()), "hello");
    EXPECT_TRUE(client.closed_within(milliseconds(8'000)));
    EXPECT_GE(since(begin), milliseconds(3'900));
}

TEST(Deadlines, AReaderThatStallsLosesItsConnection) {
    Served served(short_limits());
    RawClient client(served.port(), 4096);
    client.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto until = steady_clock::now() + milliseconds(5'000);
    while (served.server->stats().connections.load() != 0 && steady_clock::now() < until) {
        std::this_thread::sleep_for(milliseconds(10));
    }
    EXPECT_EQ(served.server->stats().connections.load(), 0U);
}

TEST(Deadlines, AttackersDoNotSlowAnHonestClient) {
    Served served(short_limits());
    std::vector<std::unique_ptr<RawClient>> attackers;
    for (int i = 0; i < 200; ++i) {
        attackers.push_back(std::make_unique<RawClient>(served.port()));
        attackers.back()->send("POST /echo HTTP/1.1\r\nHost: a\r\nX-Slow: ");
    }
    RawClient client(served.port());
    for (int i = 0; i < 20; ++i) {
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        ASSERT_EQ(body_of(client.read_answer()), "hello");
    }
    for (const auto& attacker : attackers) {
        attacker->read_to_end(milliseconds(4'000));
        EXPECT_FALSE(attacker->timed_out);
    }
}

}  // namespace
}  // namespace hubward::tests
