// SPDX-License-Identifier: Apache-2.0
//
// The socket of FHIR Subscriptions: how long it may stand for nobody, and whose right it ends with.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "server/api/subscription_socket.hpp"
#include "server/auth/sessions.hpp"
#include "tests/api/rig.hpp"
#include "tests/http/ws_client.hpp"

namespace hubward::tests {
namespace {

using namespace hubward::server;
using std::chrono::milliseconds;

constexpr std::uint16_t policy_violation = 1008;
const std::string socket_path{api::bars::socket_path};

constexpr std::string_view by_websocket =
    R"({"resourceType":"Subscription","status":"requested","reason":"Follow our referrals",)"
    R"("criteria":"http://hl7.org/fhir/us/sdoh-clinicalcare/SubscriptionTopic/Task",)"
    R"("channel":{"type":"websocket","payload":"application/fhir+json"}})";

// Only the socket, with waits that a test can sit out.
std::unique_ptr<http::Server> impatient(Rig& rig) {
    http::Server::Options options;
    options.port = 0;
    api::bars::SocketTimes times;
    times.bind_within = milliseconds(300);
    auto listening = http::Server::listen(
        options, api::bars::subscription_socket_routes(*rig.services, times), api::refusals());
    (*listening)->start();
    return *std::move(listening);
}

TEST(SubscriptionSocket, ThatNamesNothingIsSentAway) {
    Rig rig;
    const auto server = impatient(rig);
    {
        WebSocketClient silent(server->port(), socket_path);
        ASSERT_TRUE(silent.open());
        EXPECT_EQ(silent.receive_close().code(), policy_violation);
        silent.send({.opcode = 8, .payload = close_payload(policy_violation)});
        EXPECT_TRUE(silent.raw.closed_within(milliseconds(5'000)));
    }
    server->drain(milliseconds(200));
}

// A ping is an answer to nothing: it shows a peer, and no right to stay.
TEST(SubscriptionSocket, ThatOnlyPingsIsSentAwayToo) {
    Rig rig;
    const auto server = impatient(rig);
    {
        WebSocketClient pings(server->port(), socket_path);
        ASSERT_TRUE(pings.open());
        ReceivedFrame received;
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (received.opcode != 8 && std::chrono::steady_clock::now() < until) {
            pings.send({.opcode = 9, .payload = "here"});
            received = pings.receive();
            ASSERT_TRUE(received.there);
        }
        EXPECT_EQ(received.code(), policy_violation);
    }
    server->drain(milliseconds(200));
}

// A practice whose browser is logged in by cookie, and its socket.
struct Bound {
    explicit Bound(Rig& rig) {
        const Caller given = rig.practice();
        session = auth::sessions(*rig.tokens).begin(*rig.tokens->check(given.token(), rig.clock.now()), rig.clock.now());
    }
    Headers cookie() const { return {{"Cookie", "hubward_session=" + session}, {"Content-Type", "application/fhir+json"}}; }
    std::string bind_token(Rig& rig, Headers headers) {
        Caller caller = rig.nobody();
        const Answer made = caller.send("POST", "/FHIR/R4/Subscription", headers, by_websocket);
        EXPECT_EQ(made.status, 201) << made.body;
        const Answer answer = caller.send(
            "GET", fmt::format("/FHIR/R4/Subscription/{}/$get-ws-binding-token", text_at(parsed(made), "/id")), headers);
        EXPECT_EQ(answer.status, 200) << answer.body;
        return text_at(parsed(answer), "/parameter/0/valueString");
    }
    void log_out(Rig& rig) const {
        const auto who = rig.tokens->check(session, rig.clock.now());
        ASSERT_TRUE(who);
        const auto ending = auth::sessions(*rig.tokens).end(*who, rig.clock.now());
        ending->wait(auth::Ended::not_yet);
        ASSERT_EQ(*ending, auth::Ended::yes);
    }
    std::string session;
};

std::string bind_text(const std::string& token) { return "bind-with-token: " + token; }

TEST(SubscriptionSocket, ThatWasBoundByACookieEndsWithTheSession) {
    Rig rig;
    Bound browser(rig);
    WebSocketClient client(rig.port(), socket_path);
    ASSERT_TRUE(client.open());
    client.send({.payload = bind_text(browser.bind_token(rig, browser.cookie()))});
    EXPECT_NE(client.receive().payload.find("handshake"), std::string::npos);
    browser.log_out(rig);
    EXPECT_EQ(client.receive_close().code(), policy_violation);
}

// A token to bind with lives for a minute, and longer than a session that ends within it.
TEST(SubscriptionSocket, IsNotBoundForWhoHasLoggedOutMeanwhile) {
    Rig rig;
    Bound browser(rig);
    const std::string token = browser.bind_token(rig, browser.cookie());
    browser.log_out(rig);
    WebSocketClient client(rig.port(), socket_path);
    client.send({.payload = bind_text(token)});
    const ReceivedFrame first = client.receive();
    EXPECT_EQ(first.opcode, 8U) << first.payload;
    EXPECT_EQ(first.code(), policy_violation);
}

// The browser that looks at the demo may hold the cookie of a session long over.
TEST(SubscriptionSocket, OfTheDemoNeedsNoTokenAndNoCookie) {
    Rig rig;
    rig.services->demo = true;
    Bound browser(rig);
    const Headers stale = {{"Cookie", "hubward_session=of-last-week"}, {"Content-Type", "application/fhir+json"}};
    WebSocketClient client(rig.port(), socket_path);
    client.send({.payload = bind_text(browser.bind_token(rig, stale))});
    const ReceivedFrame first = client.receive();
    EXPECT_EQ(first.opcode, 1U);
    EXPECT_NE(first.payload.find("handshake"), std::string::npos) << first.payload;
}

}  // namespace
}  // namespace hubward::tests
