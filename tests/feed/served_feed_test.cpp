// SPDX-License-Identifier: Apache-2.0
//
// The feed behind a real server: the door, and frames over real sockets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "tests/feed/served_feed.hpp"

namespace hubward::tests {
namespace {

using testing::HasSubstr;

std::string text(WebSocketClient& client) { return client.receive().payload; }

TEST(ServedFeed, CarriesEventsOverARealSocket) {
    ServedFeed served;
    WebSocketClient client(served.server->port(), "/v1/feed",
                           served.bearer(served.rig.token(matcher::Role::hub, "library")) +
                               "Sec-WebSocket-Protocol: hubward.feed.v1\r\n");
    ASSERT_TRUE(client.open()) << client.answer();
    EXPECT_THAT(client.answer(), HasSubstr("hubward.feed.v1"));
    EXPECT_THAT(text(client), HasSubstr("\"hello\""));
    client.send({.payload = R"({"t":"subscribe","stream":"hub/library","after":"earliest"})"});
    EXPECT_THAT(text(client), HasSubstr("\"subscribed\""));
    served.publish(50);
    for (int seq = 1; seq <= 50; ++seq) {
        ASSERT_THAT(text(client), HasSubstr(fmt::format("\"seq\":{},", seq)));
    }
}

TEST(ServedFeed, RefusesAtTheDoor) {
    ServedFeed served;
    const std::string good = served.bearer(served.rig.token(matcher::Role::hub, "library"));
    const auto status = [&](const std::string& target, const std::string& headers) {
        WebSocketClient client(served.server->port(), target, headers);
        return status_of(client.answer());
    };
    const std::string host = fmt::format("127.0.0.1:{}", served.server->port());
    EXPECT_EQ(status("/v1/feed", good), 101u);
    EXPECT_EQ(status("/v1/feed", ""), 101u) << "the token may come in the first frame";
    EXPECT_EQ(status("/v1/feed", "Authorization: Bearer nonsense\r\n"), 401u);
    EXPECT_EQ(status("/v1/feed?token=x", good), 400u);
    EXPECT_EQ(status("/v1/feed", good + "Origin: https://elsewhere.example\r\n"), 403u);
    EXPECT_EQ(status("/v1/feed", good + "Origin: null\r\n"), 403u);
    const std::string cookie =
        fmt::format("Cookie: hubward_session={}\r\n", served.rig.token(matcher::Role::hub, "library"));
    EXPECT_EQ(status("/v1/feed", cookie + "Origin: https://elsewhere.example\r\n"), 403u);
}

TEST(ServedFeed, SaysGoodbyeOnDrain) {
    ServedFeed served;
    WebSocketClient client(served.server->port(), "/v1/feed",
                           served.bearer(served.rig.token(matcher::Role::hub, "library")));
    ASSERT_TRUE(client.open());
    EXPECT_THAT(text(client), HasSubstr("\"hello\""));
    served.rig.feed.drain(std::chrono::milliseconds(100));
    EXPECT_THAT(text(client), HasSubstr(R"("t":"bye","code":1012)"));
    EXPECT_EQ(client.receive_close().code(), 1012);
}

// A hub's staff over a socket that takes little, with the largest window.
class SlowReader : public WebSocketClient {
  public:
    explicit SlowReader(ServedFeed& served)
        : WebSocketClient(served.server->port(), "/v1/feed",
                          served.bearer(served.rig.token(matcher::Role::hub, "library")), 4096) {
        EXPECT_TRUE(open());
        EXPECT_THAT(text(*this), HasSubstr("\"hello\""));
        send({.payload = R"({"t":"subscribe","stream":"hub/library","after":"earliest","window":1024})"});
        EXPECT_THAT(text(*this), HasSubstr("\"subscribed\""));
    }
};

// A real socket whose peer does not read: the server's queue stays small, and in the end all is there.
TEST(ServedFeed, CatchesUpASlowReaderWithoutLoss) {
    ServedFeed served;
    SlowReader client(served);
    served.publish(3000);
    for (int seq = 1; seq <= 3000; ++seq) {
        ASSERT_THAT(text(client), HasSubstr(fmt::format("\"seq\":{},", seq)));
        if (seq % 500 == 0) {
            client.send({.payload = fmt::format(
                             R"({{"t":"ack","stream":"hub/library","seq":{}}})", seq)});
        }
    }
}

// The kernel would take all of it, and the memory for it, before anybody noticed that the reader has stopped.
TEST(ServedFeed, NoticesAStalledReaderBeforeTheKernelHasTakenItsWholeWindow) {
    ServedFeed served;
    const SlowReader client(served);
    served.publish(1024);
    for (int turn = 0; turn < 12'000 && served.rig.feed.stats().frames_waiting == 0; ++turn) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    EXPECT_GT(served.rig.feed.stats().frames_waiting, 0U);
    EXPECT_LE(served.rig.feed.stats().frames_waiting, server::feed::FeedSession::queue_frames_max);
}

}  // namespace
}  // namespace hubward::tests
