// SPDX-License-Identifier: Apache-2.0
//
// RFC 6455 §4: the opening handshake.
#include "server/http/ws_handshake.hpp"

#include <gtest/gtest.h>

namespace hubward::server::http {
namespace {

Request request() {
    Request made;
    made.headers = {{"Host", "a"},
                    {"Upgrade", "websocket"},
                    {"Connection", "Upgrade"},
                    {"Sec-WebSocket-Version", "13"},
                    {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}};
    return made;
}

Request with(std::string_view name, std::string value) {
    Request made = request();
    for (Header& header : made.headers) {
        if (header.name == name) {
            header.value = std::move(value);
        }
    }
    return made;
}

unsigned status(const Request& made) {
    const auto accepted = accept_handshake(made, "");
    return accepted ? 101 : accepted.error().status;
}

TEST(WebSocketHandshake, AnswersTheKeyOfTheRfc) {
    EXPECT_EQ(accept_key("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(WebSocketHandshake, TakesWhatBrowsersSend) {
    EXPECT_EQ(status(request()), 101U);
    EXPECT_EQ(status(with("Connection", "keep-alive, Upgrade")), 101U);
    EXPECT_EQ(status(with("Upgrade", "WebSocket")), 101U);
}

TEST(WebSocketHandshake, RefusesWhatIsNone) {
    EXPECT_EQ(status(with("Upgrade", "h2c")), 426U);
    EXPECT_EQ(status(with("Connection", "close")), 426U);
    EXPECT_EQ(status(with("Sec-WebSocket-Version", "8")), 426U);
    EXPECT_EQ(status(with("Sec-WebSocket-Version", "13, 8")), 426U);
    EXPECT_EQ(status(with("Sec-WebSocket-Key", "")), 400U);
    EXPECT_EQ(status(with("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ")), 400U);
    EXPECT_EQ(status(with("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZ!==")), 400U);
    EXPECT_EQ(status(with("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==AA==")), 400U);
    Request post = request();
    post.verb = Verb::post;
    EXPECT_EQ(status(post), 400U);
    Request twice = request();
    twice.headers.push_back({"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="});
    EXPECT_EQ(status(twice), 400U);
    Request two_versions = request();
    two_versions.headers.push_back({"sec-websocket-version", "13"});
    EXPECT_EQ(status(two_versions), 426U);
}

TEST(WebSocketHandshake, NamesTheSubprotocolOnlyWhenItWasOffered) {
    const auto answered = [](const Request& made) {
        const auto accepted = accept_handshake(made, "hubward.v1");
        return accepted && accepted->find("Sec-WebSocket-Protocol: hubward.v1\r\n") != std::string::npos;
    };
    EXPECT_FALSE(answered(request()));
    Request offering = request();
    offering.headers.push_back({"Sec-WebSocket-Protocol", "other, hubward.v1"});
    EXPECT_TRUE(answered(offering));
    offering.headers.back().value = "HUBWARD.V1";
    EXPECT_FALSE(answered(offering)) << "case counts";
    offering.headers.push_back({"sec-websocket-protocol", "hubward.v1"});
    EXPECT_TRUE(answered(offering)) << "offers may stand in several headers";
}

}  // namespace
}  // namespace hubward::server::http
