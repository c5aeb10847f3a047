// SPDX-License-Identifier: Apache-2.0
//
// RFC 6455 by section over a real connection.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "tests/http/served.hpp"
#include "tests/http/ws_cases.hpp"

namespace hubward::tests {
namespace {

using std::chrono::milliseconds;

const std::string euro = "\xe2\x82\xac";

TEST(WebSocket, Section52Framing) {
    run({
        {"empty text", text(""), {""}, -1},
        {"short text", text("hello"), {"hello"}, -1},
        {"125 bytes", text(std::string(125, 'x')), {std::string(125, 'x')}, -1},
        {"126 bytes", text(std::string(126, 'x')), {std::string(126, 'x')}, -1},
        {"127 bytes", text(std::string(127, 'x')), {std::string(127, 'x')}, -1},
        {"16 KB", text(std::string(16'384, 'x')), {std::string(16'384, 'x')}, -1},
        {"16 KB and one", text(std::string(16'385, 'x')), {}, 1009},
        {"70 KB", text(std::string(70'000, 'x')), {}, 1009},
        {"RSV1", reserved(4), {}, 1002},
        {"RSV2", reserved(2), {}, 1002},
        {"RSV3", reserved(1), {}, 1002},
        {"all reserved bits", reserved(7), {}, 1002},
        {"RSV1 on a ping", reserved(4, 9), {}, 1002},
        {"RSV2 on a close", reserved(2, 8), {}, 1002},
        {"RSV1 behind a good message", text("a") + reserved(4), {"a"}, 1002},
        {"opcode 3", of(3, "x"), {}, 1002},
        {"opcode 4", of(4, ""), {}, 1002},
        {"opcode 5", of(5, "x"), {}, 1002},
        {"opcode 6", of(6, "x"), {}, 1002},
        {"opcode 7", of(7, "x"), {}, 1002},
        {"opcode 11", of(11, "x"), {}, 1002},
        {"opcode 12", of(12, ""), {}, 1002},
        {"opcode 13", of(13, "x"), {}, 1002},
        {"opcode 14", of(14, "x"), {}, 1002},
        {"opcode 15", of(15, "x"), {}, 1002},
        {"16-bit length for 5 bytes", form(16, "hello"), {}, 1002},
        {"64-bit length for 5 bytes", form(64, "hello"), {}, 1002},
        {"64-bit length for 300 bytes", form(64, std::string(300, 'x')), {}, 1002},
        {"length with the top bit", std::string("\x81\xff\x80\0\0\0\0\0\0\1", 10), {}, 1002},
        {"length of 2^62", std::string("\x81\xff\x40\0\0\0\0\0\0\0", 10), {}, 1009},
        {"two messages at once", text("a") + text("b"), {"a", "b"}, -1},
        {"binary", of(2, "x"), {}, 1003},
        {"empty binary", of(2, ""), {}, 1003},
        {"the first part of a binary", of(2, "x", false), {}, 1003},
    });
}

TEST(WebSocket, Section53Masking) {
    run({
        {"unmasked text", unmasked(1), {}, 1002},
        {"unmasked ping", unmasked(9), {}, 1002},
        {"unmasked close", unmasked(8), {}, 1002},
        {"unmasked behind a masked one", text("a") + unmasked(1), {"a"}, 1002},
    });
}

TEST(WebSocket, Section54Fragmentation) {
    run({
        {"two parts", text("he", false) + of(0, "llo"), {"hello"}, -1},
        {"empty parts", text("", false) + of(0, "", false) + of(0, ""), {""}, -1},
        {"many parts", [] {
             std::string bytes = text("0", false);
             for (int i = 1; i < 200; ++i) {
                 bytes += of(0, std::to_string(i % 10), i == 199);
             }
             return bytes;
         }(), {[] {
             std::string all;
             for (int i = 0; i < 200; ++i) {
                 all += std::to_string(i % 10);
             }
             return all;
         }()}, -1},
        {"a ping between parts", text("a", false) + of(9, "p") + of(0, "b"), {"pong:p", "ab"}, -1},
        {"a pong between parts", text("a", false) + of(10, "p") + of(0, "b"), {"ab"}, -1},
        {"a close between parts", text("a", false) + of(8, close_payload(1000)), {}, 1000},
        {"continuation of nothing", of(0, "x"), {}, 1002},
        {"first part that continues nothing", of(0, "x", false), {}, 1002},
        {"continuation behind a whole message", text("a") + of(0, "x"), {"a"}, 1002},
        {"a new text within a message", text("a", false) + text("b"), {}, 1002},
        {"a binary within a message", text("a", false) + of(2, "b"), {}, 1002},
        {"parts that add up past the limit",
         text(std::string(10'000, 'x'), false) + of(0, std::string(6'385, 'x')), {}, 1009},
        {"parts that add up to the limit",
         text(std::string(10'000, 'x'), false) + of(0, std::string(6'384, 'x')),
         {std::string(16'384, 'x')}, -1},
    });
}

TEST(WebSocket, Section55ControlFrames) {
    run({
        {"ping", of(9, ""), {"pong:"}, -1},
        {"ping of 125 bytes", of(9, std::string(125, '\xfe')), {"pong:" + std::string(125, '\xfe')}, -1},
        {"ping of 126 bytes", of(9, std::string(126, 'x')), {}, 1002},
        {"fragmented ping", of(9, "x", false), {}, 1002},
        {"fragmented close", of(8, close_payload(1000), false), {}, 1002},
        {"pong out of the blue", of(10, "x"), {}, -1},
        {"long pong", of(10, std::string(126, 'x')), {}, 1002},
        {"ping then text", of(9, "p") + text("t"), {"pong:p", "t"}, -1},
        {"64-bit length on a ping", form(64, "p", 9), {}, 1002},
        {"close without a code", of(8, ""), {}, 0},
        {"close with half a code", of(8, "\x03"), {}, 1002},
        {"close with a reason", of(8, close_payload(1000, "bye")), {}, 1000},
        {"close with the longest reason", of(8, close_payload(1000, std::string(123, 'r'))), {}, 1000},
        {"close that is too long", of(8, close_payload(1000, std::string(124, 'r'))), {}, 1002},
        {"close with a broken reason", of(8, close_payload(1000, "\xff")), {}, 1007},
        {"messages behind a close", of(8, close_payload(1000)) + text("late"), {}, 1000},
        {"two closes", of(8, close_payload(1001)) + of(8, close_payload(1002)), {}, 1001},
    });
}

TEST(WebSocket, Section74CloseCodes) {
    std::vector<WsCase> cases;
    const std::vector<std::uint16_t> good = {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010,
                                             1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999};
    const std::vector<std::uint16_t> bad = {0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000,
                                            2999, 5000, 65535};
    cases.reserve(good.size() + bad.size());
    for (const std::uint16_t code : good) {
        cases.push_back({"good " + std::to_string(code), of(8, close_payload(code)), {}, code});
    }
    for (const std::uint16_t code : bad) {
        cases.push_back({"bad " + std::to_string(code), of(8, close_payload(code)), {}, 1002});
    }
    run(cases);
}

TEST(WebSocket, Section81Utf8) {
    run({
        {"letters of two to four bytes", text("\xc3\xa9" + euro + "\xf0\x9f\x98\x80"),
         {"\xc3\xa9" + euro + "\xf0\x9f\x98\x80"}, -1},
        {"a letter split over parts", text(euro.substr(0, 1), false) + of(0, euro.substr(1)), {euro}, -1},
        {"an overlong slash", text("\xc0\xaf"), {}, 1007},
        {"a surrogate", text("\xed\xa0\x80"), {}, 1007},
        {"beyond Unicode", text("\xf4\x90\x80\x80"), {}, 1007},
        {"a lone continuation byte", text("a\x80"), {}, 1007},
        {"a letter cut short", text("a\xe2\x82"), {}, 1007},
        {"a letter cut short by the last part", text("a", false) + of(0, "\xe2\x82"), {}, 1007},
        {"0xFF", text("\xff"), {}, 1007},
        {"bad after good", text("good") + text("\xfe"), {"good"}, 1007},
    });
}

TEST(WebSocket, TheHandshakeIsAnsweredAndTheSubprotocolNamed) {
    Served served;
    WebSocketClient client(served.port(), "/ws", "Sec-WebSocket-Protocol: hubward.v1\r\n");
    ASSERT_TRUE(client.open());
    EXPECT_EQ(header_of(client.answer(), "Sec-WebSocket-Accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    EXPECT_EQ(header_of(client.answer(), "Sec-WebSocket-Protocol"), "hubward.v1");
    EXPECT_EQ(header_of(client.answer(), "Upgrade"), "websocket");
}

TEST(WebSocket, APlainRequestIsToldToUpgrade) {
    Served served;
    RawClient client(served.port());
    client.send("GET /ws HTTP/1.1\r\nHost: a\r\n\r\n");
    const std::string answer = client.read_answer();
    EXPECT_EQ(status_of(answer), 426U);
    EXPECT_EQ(header_of(answer, "Upgrade"), "websocket");
    EXPECT_EQ(header_of(answer, "Sec-WebSocket-Version"), "13");
}

TEST(WebSocket, AdmitSeesTheOriginBeforeTheHandshake) {
    Served served;
    WebSocketClient elsewhere(served.port(), "/ws/guarded", "Origin: http://evil.example\r\n");
    EXPECT_EQ(status_of(elsewhere.answer()), 403U);
    WebSocketClient here(served.port(), "/ws/guarded", "Origin: http://here.example\r\n");
    EXPECT_TRUE(here.open());
}

TEST(WebSocket, FramesSentWithTheHandshakeAreRead) {
    Served served;
    RawClient client(served.port());
    client.send(
        "GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" +
        text("early"));
    client.read_answer();
    EXPECT_EQ(client.read_some(7), "\x81\x05" "early");
}

TEST(WebSocket, FramesOfOneTurnArriveInOrder) {
    Served served;
    WebSocketClient client(served.port());
    client.raw.send(text("three") + text("three"));
    for (const char* expected : {"one", "two", "three", "one", "two", "three"}) {
        EXPECT_EQ(client.receive().payload, expected);
    }
}

TEST(WebSocket, BytesThatDripAreTheSameBytes) {
    Served served;
    WebSocketClient client(served.port());
    for (const char byte : text("sl", false) + of(9, "p") + of(0, "ow")) {
        client.raw.send(std::string_view(&byte, 1));
    }
    EXPECT_EQ(client.receive().payload, "p");
    EXPECT_EQ(client.receive().payload, "slow");
}

TEST(WebSocket, TheServerClosesWithItsCodeAndWaitsForTheAnswer) {
    Served served;
    WebSocketClient client(served.port());
    client.raw.send(text("close me"));
    const ReceivedFrame closed = client.receive_close();
    EXPECT_EQ(closed.code(), 4001);
    EXPECT_EQ(closed.payload.substr(2), "as you wish");
    client.raw.send(text("ignored") + of(8, close_payload(4001)));
    EXPECT_TRUE(client.raw.closed_within(milliseconds(3'000)));
}

TEST(WebSocket, AHandlerThatReturnsLeavesPolitely) {
    Served served;
    WebSocketClient client(served.port());
    client.raw.send(text("leave"));
    EXPECT_EQ(client.receive_close().code(), 1000);
    client.raw.send(of(8, close_payload(1000)));
    EXPECT_TRUE(client.raw.closed_within(milliseconds(3'000)));
}

TEST(WebSocket, APeerThatVanishesIsForgotten) {
    Served served;
    {
        WebSocketClient client(served.port());
        ASSERT_TRUE(client.open());
        EXPECT_EQ(served.server->stats().connections.load(), 1U);
    }
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (served.server->stats().connections.load() != 0 &&
           std::chrono::steady_clock::now() < until) {
        std::this_thread::yield();
    }
    EXPECT_EQ(served.server->stats().connections.load(), 0U);
}

TEST(WebSocket, TheQueueIsBoundedByFrames) {
    server::http::Limits limits;
    limits.websocket_queue_frames_max = 10;
    Served served(limits);
    WebSocketClient client(served.port(), "/ws/flood");
    ASSERT_TRUE(client.open());
    EXPECT_EQ(served.flooded().first, 10U);
    for (int i = 0; i < 10; ++i) {
        EXPECT_EQ(client.receive().payload.size(), 1000U);
    }
    client.raw.send(text("still here"));
    EXPECT_EQ(client.receive().payload, "still here");
}

TEST(WebSocket, TheQueueIsBoundedByBytes) {
    server::http::Limits limits;
    limits.websocket_queue_bytes_max = 5 * 1004;  // a frame of 1000 bytes has a head of 4
    Served served(limits);
    WebSocketClient client(served.port(), "/ws/flood");
    ASSERT_TRUE(client.open());
    EXPECT_EQ(served.flooded(), std::make_pair(std::size_t{5}, std::size_t{5 * 1004}));
}

// More than one system call's worth of frames, and more than the kernel takes at once.
TEST(WebSocket, AFullKernelBufferOnlyDelays) {
    server::http::Limits limits;
    limits.websocket_queue_frames_max = 20'000;
    limits.websocket_queue_bytes_max = 32 * 1024 * 1024;
    Served served(limits);
    WebSocketClient client(served.port(), "/ws/flood", "", 4096);
    ASSERT_TRUE(client.open());
    const std::size_t frames = served.flooded().first;
    EXPECT_EQ(frames, 20'000U);
    client.raw.send(of(9, "between") + text("last"));
    std::size_t flood = 0;
    bool pong = false;
    while (true) {
        const ReceivedFrame received = client.receive();
        ASSERT_TRUE(received.there) << "after " << flood;
        if (received.opcode == 10) {
            EXPECT_EQ(received.payload, "between");
            pong = true;
        } else if (received.payload == "last") {
            break;
        } else {
            ASSERT_EQ(received.payload, std::string(1000, 'f'));
            ++flood;
        }
    }
    EXPECT_TRUE(pong);
    EXPECT_EQ(flood, frames);
}

TEST(WebSocket, AReaderThatStallsLosesItsConnection) {
    server::http::Limits limits;
    limits.websocket_queue_frames_max = 20'000;
    limits.websocket_queue_bytes_max = 32 * 1024 * 1024;
    limits.write_deadline = std::chrono::seconds(1);
    Served served(limits);
    WebSocketClient client(served.port(), "/ws/flood", "", 4096);
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(8);
    while (served.server->stats().connections.load() != 0 &&
           std::chrono::steady_clock::now() < until) {
        std::this_thread::sleep_for(milliseconds(10));
    }
    EXPECT_EQ(served.server->stats().connections.load(), 0U);
    EXPECT_GE(served.server->stats().deadline_closes.load(), 1U);
}

// Waits that a test can sit out.
server::http::Limits impatient() {
    server::http::Limits limits;
    limits.websocket_quiet = std::chrono::seconds(1);
    limits.websocket_pong = std::chrono::seconds(1);
    return limits;
}

// A machine that lost its power, or a line that was cut: no end of file ever comes.
TEST(WebSocket, APeerThatAnswersNoPingIsCut) {
    Served served(impatient());
    WebSocketClient client(served.port());
    ASSERT_TRUE(client.open());
    EXPECT_EQ(client.receive().opcode, 9U) << "it is asked first";
    EXPECT_TRUE(client.raw.closed_within(milliseconds(8'000)));
    EXPECT_EQ(served.server->stats().deadline_closes.load(), 1U);
}

TEST(WebSocket, APeerThatAnswersPingsMayBeQuiet) {
    server::http::Limits limits = impatient();
    limits.websocket_pong = std::chrono::seconds(20);
    Served served(limits);
    WebSocketClient client(served.port());
    for (int round = 0; round < 3; ++round) {
        const ReceivedFrame asked = client.receive();
        ASSERT_EQ(asked.opcode, 9U) << "round " << round;
        client.raw.send(of(10, asked.payload));
    }
    client.raw.send(text("still here"));
    EXPECT_EQ(client.receive().payload, "still here");
    EXPECT_EQ(served.server->stats().deadline_closes.load(), 0U);
}

// A write that waited has had the deadline for itself; afterwards silence counts again.
TEST(WebSocket, APeerThatVanishesBehindASlowWriteIsCutToo) {
    server::http::Limits limits = impatient();
    limits.websocket_queue_frames_max = 20'000;
    limits.websocket_queue_bytes_max = 32 * 1024 * 1024;
    Served served(limits);
    WebSocketClient client(served.port(), "/ws/flood", "", 4096);
    ASSERT_TRUE(client.open());
    const std::size_t frames = served.flooded().first;
    for (std::size_t flood = 0; flood < frames; ++flood) {
        ASSERT_EQ(client.receive().payload.size(), 1000U) << "after " << flood;
    }
    EXPECT_EQ(client.receive().opcode, 9U);
    EXPECT_TRUE(client.raw.closed_within(milliseconds(8'000)));
}

TEST(WebSocket, ADrainTellsEveryoneToGoAway) {
    Served served({}, 2);
    WebSocketClient one(served.port());
    WebSocketClient two(served.port());
    std::thread drain([&] { served.server->drain(std::chrono::seconds(5)); });
    for (WebSocketClient* client : {&one, &two}) {
        EXPECT_EQ(client->receive_close().code(), 1001);
        client->raw.send(of(8, close_payload(1001)));
        EXPECT_TRUE(client->raw.closed_within(milliseconds(3'000)));
    }
    drain.join();
    EXPECT_EQ(served.server->stats().connections.load(), 0U);
}

}  // namespace
}  // namespace hubward::tests
