// SPDX-License-Identifier: Apache-2.0
//
// RFC 6455 §5 to §8 without a socket. websocket_test.cpp runs the same rules over TCP.
#include "server/http/ws_parser.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "tests/http/ws_client.hpp"

namespace hubward::server::http {
namespace {

using tests::close_payload;
using tests::frame;
using tests::FrameSpec;
using Kind = WebSocketParser::Event::Kind;

struct Seen {
    std::string text;         // one letter per event, then what it carried
    std::uint16_t code = 0;   // of the failure or close that ended it
};

// Everything the parser says about these bytes, given in pieces of `step` bytes.
Seen parse(const std::string& bytes, std::size_t step = 1'000'000, std::size_t max = 16 * 1024) {
    WebSocketParser parser(max);
    Seen seen;
    for (std::size_t at = 0; at < bytes.size(); at += step) {
        parser.feed(std::string_view(bytes).substr(at, step));
        while (true) {
            const auto event = parser.next();
            if (event.kind == Kind::need_more) {
                break;
            }
            seen.code = event.code;
            switch (event.kind) {
                case Kind::text:
                    seen.text += "t(" + event.payload + ")";
                    break;
                case Kind::ping:
                    seen.text += "p(" + event.payload + ")";
                    break;
                case Kind::pong:
                    seen.text += "o(" + event.payload + ")";
                    break;
                case Kind::close:
                    seen.text += "c(" + event.payload + ")";
                    return seen;
                case Kind::failed:
                    seen.text += "!";
                    return seen;
                case Kind::fragment:
                case Kind::need_more:
                    ADD_FAILURE();
                    return seen;
            }
        }
    }
    return seen;
}

std::string text(std::string payload, bool fin = true) {
    FrameSpec spec;
    spec.payload = std::move(payload);
    spec.fin = fin;
    return frame(spec);
}

std::string more(std::string payload, bool fin) {
    FrameSpec spec;
    spec.opcode = 0;
    spec.payload = std::move(payload);
    spec.fin = fin;
    return frame(spec);
}

std::string control(unsigned opcode, std::string payload) {
    FrameSpec spec;
    spec.opcode = opcode;
    spec.payload = std::move(payload);
    return frame(spec);
}

TEST(WebSocketParser, ReadsTheMaskedHelloOfTheRfc) {
    const std::string hello("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", 11);
    EXPECT_EQ(parse(hello).text, "t(Hello)");
}

TEST(WebSocketParser, DoesNotCareHowTcpCutTheStream) {
    const std::string bytes = text("one") + text("tw", false) + control(9, "ping") + more("o", true) +
                              text(std::string(300, 'x')) + control(10, "") +
                              control(8, close_payload(1000, "bye"));
    const std::string expected =
        "t(one)p(ping)t(two)t(" + std::string(300, 'x') + ")o()c(bye)";
    for (const std::size_t step : {1U, 2U, 3U, 7U, 64U, 1'000U}) {
        const Seen seen = parse(bytes, step);
        EXPECT_EQ(seen.text, expected) << step;
        EXPECT_EQ(seen.code, 1000);
    }
}

TEST(WebSocketParser, RefusesALongFrameByItsHead) {
    const std::string head = text(std::string(20'000, 'x')).substr(0, 8);
    const Seen seen = parse(head, 1);
    EXPECT_EQ(seen.text, "!");
    EXPECT_EQ(seen.code, 1009);
}

TEST(WebSocketParser, LimitsTheWholeMessage) {
    EXPECT_EQ(parse(text(std::string(100, 'x')), 50, 100).code, 0);
    EXPECT_EQ(parse(text(std::string(101, 'x')), 50, 100).code, 1009);
    const std::string half(50, 'x');
    EXPECT_EQ(parse(text(half, false) + more(half, true), 50, 100).code, 0);
    EXPECT_EQ(parse(text(half, false) + more(half + "x", true), 50, 100).code, 1009);
    EXPECT_EQ(parse(control(9, std::string(125, 'p')), 50, 100).text.size(), 128U)
        << "control frames are not messages";
}

TEST(WebSocketParser, ForgetsAMessageOnceItIsRead) {
    const std::string bytes = text(std::string(90, 'x')) + text(std::string(90, 'x'));
    EXPECT_EQ(parse(bytes, 50, 100).text.size(), 2 * 93U);
}

// Bytes at random and good frames with one byte changed: never a crash, and what is good in front of
// the damage is still read.
TEST(WebSocketParser, SurvivesDamage) {
    const unsigned seed = std::random_device()();
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    for (int round = 0; round < 20'000; ++round) {
        std::string bytes = text("first") + text("second", false) + control(9, "p") + more("x", true);
        const std::size_t at = random() % bytes.size();
        bytes[at] = static_cast<char>(random());
        const Seen seen = parse(bytes, 1 + random() % 20);
        if (at >= text("first").size()) {
            EXPECT_TRUE(seen.text.starts_with("t(first)")) << seen.text;
        }
    }
    for (int round = 0; round < 20'000; ++round) {
        std::string bytes(random() % 200, '\0');
        for (char& byte : bytes) {
            byte = static_cast<char>(random());
        }
        parse(bytes, 1 + random() % 20);
    }
}

}  // namespace
}  // namespace hubward::server::http
