// SPDX-License-Identifier: Apache-2.0
//
// Event streams and requests that wait, over real sockets: the same numbers as the WebSocket.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <fmt/format.h>

#include "server/feed/long_poll.hpp"
#include "server/feed/shared.hpp"
#include "tests/feed/served_feed.hpp"
#include "tests/http/raw_client.hpp"

namespace hubward::tests {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

constexpr auto library = "/v1/streams/hub/library/events";

std::string get(const ServedFeed& served, std::string_view target, std::string_view headers) {
    return fmt::format("GET {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n{}\r\n", target,
                       served.server->port(), headers);
}

std::string ask(ServedFeed& served, std::string_view target, std::string more = "") {
    RawClient client(served.server->port());
    client.send(get(served, target, served.library() + more));
    return client.read_answer();
}

// Reads on until the text is there, for 100 s at most.
std::string read_until(RawClient& client, std::string_view wanted) {
    std::string all;
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(100);
    for (std::size_t from = 0; all.find(wanted, from) == std::string::npos;) {
        if (std::chrono::steady_clock::now() > end) {
            break;
        }
        from = all.size() > wanted.size() ? all.size() - wanted.size() : 0;
        all += client.read_some(4096, milliseconds(25));
    }
    return all;
}

TEST(Poll, AnswersWithWhatIsThereAtOnce) {
    ServedFeed served;
    served.publish(3);
    const std::string answer = ask(served, std::string(library) + "?after=earliest");
    EXPECT_EQ(status_of(answer), 200u);
    EXPECT_THAT(header_of(answer, "link"),
                HasSubstr("</v1/streams/hub/library/events?after=e1:3>; rel=\"next\""));
    EXPECT_THAT(body_of(answer), HasSubstr(R"({"subscribed":{"t":"subscribed","stream":"hub/library")"));
    EXPECT_THAT(body_of(answer), HasSubstr(R"("events":[{"t":"event",)"));
    EXPECT_THAT(body_of(answer), HasSubstr(R"("seq":3,)"));
    EXPECT_THAT(body_of(answer), HasSubstr(R"("next":"e1:3")"));
}

TEST(Poll, TakesNoMoreThanItsLimitAndGoesOnFromThere) {
    ServedFeed served;
    served.publish(700);
    std::string next = "earliest";
    std::vector<std::string> seen;
    for (int turn = 0; turn < 3; ++turn) {
        const std::string body =
            body_of(ask(served, fmt::format("{}?after={}&limit=300", library, next)));
        next = body.substr(body.rfind("\"next\":\"") + 8);
        next = next.substr(0, next.find('"'));
        seen.push_back(next);
    }
    EXPECT_THAT(seen, testing::ElementsAre("e1:300", "e1:600", "e1:700"));
}

std::string next_of(const std::string& answer) {
    const std::string body = body_of(answer);
    const std::string next = body.substr(body.rfind("\"next\":\"") + 8);
    return next.substr(0, next.find('"'));
}

constexpr auto expired_only = "types=org.hubward.offer.expired.v1&limit=1&wait=0";

// However rare a type is, one request looks at so many events; whoever asks on finds it all the same.
TEST(Poll, LooksAtABoundedPartOfTheStreamAndSaysHowFarItCame) {
    ServedFeed served;
    served.publish(2 * 2'048);
    served.rig.log.append_expiry("hub/library", matcher::HubIndex{0});
    const std::size_t before = served.rig.log.reads;
    std::string next = "earliest";
    std::vector<std::string> seen;
    std::string answer;
    for (int turn = 0; turn < 3; ++turn) {
        answer = ask(served, fmt::format("{}?after={}&{}", library, next, expired_only));
        next = next_of(answer);
        seen.push_back(next);
    }
    EXPECT_THAT(seen, testing::ElementsAre("e1:2048", "e1:4096", "e1:4097"));
    EXPECT_THAT(body_of(answer), HasSubstr(R"("seq":4097,)"));
    EXPECT_LE(served.rig.log.reads - before, 2 * 2'048 / 64 + 3) << "pages, and not one event each";
}

TEST(Poll, LetsTheOthersInBetweenTwoPages) {
    Rig rig;
    rig.happen(300);
    server::feed::Identity identity;
    identity.token = rig.token(matcher::Role::hub, "library");
    identity.principal = *rig.tokens->check(identity.token, rig.clock.now());
    server::feed::StreamRequest wanted;
    wanted.stream = "hub/library";
    wanted.after = server::feed::Earliest{};
    wanted.wait = std::chrono::seconds(0);
    ASSERT_TRUE(server::feed::add_type(wanted.types, "org.hubward.offer.expired.v1"));
    const std::size_t before = rig.log.reads;
    std::string next;
    boost::asio::co_spawn(rig.loop.get_executor(),
                          server::feed::long_poll(rig.feed.shared_thread(0), identity, wanted, "/path"),
                          [&next](const std::exception_ptr&, const server::http::Response& answer) {
                              next = answer.body.substr(answer.body.rfind(':') - 2);
                          });
    std::size_t read_by_then = 0;
    boost::asio::post(rig.loop, [&] { read_by_then = rig.log.reads - before; });  // somebody else's request
    rig.run();
    EXPECT_EQ(read_by_then, 1U);
    EXPECT_EQ(rig.log.reads - before, 5U);
    EXPECT_EQ(next, "e1:300\"}");
}

// A poll that has looked as far as it may has something to say, so it does not wait.
TEST(Poll, DoesNotWaitBeforeItHasSeenAll) {
    ServedFeed served;
    served.publish(2'100);
    const auto begin = std::chrono::steady_clock::now();
    const std::string answer =
        ask(served, fmt::format("{}?after=earliest&types=org.hubward.offer.expired.v1&wait=60", library));
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(30));
    EXPECT_THAT(body_of(answer), HasSubstr(R"("events":[],"next":"e1:2048")"));
}

TEST(Poll, WaitsForTheNextEvent) {
    ServedFeed served;
    served.publish(1);
    RawClient client(served.server->port());
    client.send(get(served, std::string(library) + "?after=e1:1&wait=20", served.library()));
    served.wait_for_clients(1);
    served.publish(1);
    const std::string answer = client.read_answer();
    EXPECT_THAT(body_of(answer), HasSubstr(R"("seq":2,)"));
    EXPECT_THAT(body_of(answer), HasSubstr(R"("recovered":true)"));
}

TEST(Poll, ComesBackEmptyWhenNothingHappens) {
    ServedFeed served;
    const std::string answer = ask(served, std::string(library) + "?after=e1:0&wait=0");
    EXPECT_EQ(status_of(answer), 200u);
    EXPECT_THAT(body_of(answer), HasSubstr(R"("events":[],"next":"e1:0")"));
}

TEST(Poll, TellsALossAtOnce) {
    ServedFeed served;
    served.publish(5);
    EXPECT_THAT(ask(served, std::string(library) + "?after=old:3"), HasSubstr("epoch_changed"));
    EXPECT_THAT(ask(served, std::string(library) + "?after=e1:9"), HasSubstr("\"ahead\""));
}

TEST(Poll, SpeaksNdjson) {
    ServedFeed served;
    served.publish(2);
    const std::string answer = ask(served, std::string(library) + "?after=earliest",
                                   "Accept: application/x-ndjson\r\n");
    EXPECT_THAT(header_of(answer, "content-type"), "application/x-ndjson");
    const std::string body = body_of(answer);
    EXPECT_EQ(std::count(body.begin(), body.end(), '\n'), 3);
    EXPECT_TRUE(body.starts_with(R"({"t":"subscribed",)"));
    EXPECT_THAT(body, HasSubstr("\n{\"t\":\"event\","));
}

TEST(Poll, RemembersWhereANamedReaderWas) {
    ServedFeed served;
    served.publish(4);
    ask(served, std::string(library) + "?after=e1:3&client_id=till&wait=0");
    EXPECT_THAT(ask(served, std::string(library) + "?after=cursor&client_id=till&wait=0"),
                HasSubstr(R"("after":3,)"));
}

TEST(Poll, RefusesWhatCannotBeMeant) {
    ServedFeed served;
    for (const char* query : {"after=3", "after=e1:x", "limit=0", "limit=501", "wait=61", "types=x",
                              "payload=all", "client_id=a%20b", "after=cursor", "token=x"}) {
        const std::string answer = ask(served, fmt::format("{}?{}", library, query));
        EXPECT_EQ(status_of(answer), 400u) << query;
        EXPECT_THAT(header_of(answer, "content-type"), "application/problem+json") << query;
    }
    EXPECT_EQ(status_of(ask(served, "/v1/streams/hub/church-hall/events")), 404u);
    EXPECT_EQ(status_of(ask(served, "/v1/streams/ops/events")), 404u);
    EXPECT_EQ(status_of(ask(served, library, "Origin: https://elsewhere.example\r\n")), 403u);
    RawClient nobody(served.server->port());
    nobody.send(get(served, library, ""));
    EXPECT_EQ(status_of(nobody.read_answer()), 401u);
}

TEST(EventStream, CarriesReplayAndLiveWithItsPlaceAsId) {
    ServedFeed served;
    served.publish(2);
    RawClient client(served.server->port());
    client.send(get(served, std::string(library) + "?after=earliest",
                    served.library() + "Accept: text/event-stream\r\n"));
    std::string head = read_until(client, "\"seq\":2,");
    EXPECT_EQ(status_of(head), 200u);
    EXPECT_THAT(header_of(head, "content-type"), "text/event-stream");
    EXPECT_THAT(head, Not(HasSubstr("Content-Length")));
    EXPECT_THAT(head, HasSubstr("retry: 1000\nevent: subscribed\nid: e1:0\ndata: {\"t\":\"subscribed\""));
    EXPECT_THAT(head, HasSubstr("\n\nid: e1:2\ndata: {\"t\":\"event\""));
    served.publish(1);
    EXPECT_THAT(read_until(client, "\"seq\":3,"), HasSubstr("id: e1:3\n"));
}

TEST(EventStream, GoesOnFromTheLastEventIdAndNotFromTheUrl) {
    ServedFeed served;
    served.publish(5);
    RawClient client(served.server->port());
    client.send(get(served, std::string(library) + "?after=e1:1",
                    served.library() + "Accept: text/event-stream\r\nLast-Event-ID: e1:4\r\n"));
    const std::string got = read_until(client, "\"seq\":5,");
    EXPECT_THAT(got, HasSubstr("\"recovered\":true"));
    EXPECT_THAT(got, Not(HasSubstr("\"seq\":2,")));
}

// Many times what any buffer holds: the rest waits in the log.
TEST(EventStream, CatchesUpASlowReaderWithoutLoss) {
    ServedFeed served;
    RawClient client(served.server->port(), 4096);
    client.send(get(served, std::string(library) + "?after=earliest&payload=full",
                    served.library() + "Accept: text/event-stream\r\n"));
    served.wait_for_clients(1);
    served.publish(20'000);
    const std::string got = read_until(client, "id: e1:20000\n");
    std::size_t at = 0;
    for (int seq = 1; seq <= 20'000; ++seq) {
        at = got.find(fmt::format("\nid: e1:{}\n", seq), at);
        ASSERT_NE(at, std::string::npos) << seq;
    }
}

TEST(EventStream, SaysGoodbyeAndWhenToComeBack) {
    ServedFeed served;
    RawClient client(served.server->port());
    client.send(get(served, library, served.library() + "Accept: text/event-stream\r\n"));
    read_until(client, "subscribed");
    served.rig.feed.drain(milliseconds(100));
    const std::string rest = client.read_to_end();
    EXPECT_FALSE(client.timed_out);
    EXPECT_THAT(rest, HasSubstr("retry: 0\nevent: bye\ndata: {\"t\":\"bye\",\"code\":1012"));
}

TEST(FeedTickets, AreGivenToWhoHasATokenAndOpenTheFeed) {
    ServedFeed served;
    RawClient nobody(served.server->port());
    nobody.send(fmt::format("POST /v1/feed-tickets HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"));
    EXPECT_EQ(status_of(nobody.read_answer()), 401u);
    RawClient staff(served.server->port());
    staff.send(fmt::format("POST /v1/feed-tickets HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n{}\r\n",
                           served.library()));
    const std::string answer = staff.read_answer();
    EXPECT_EQ(status_of(answer), 201u);
    const std::string body = body_of(answer);
    EXPECT_THAT(body, HasSubstr(R"("expires_in":30)"));
    const std::string ticket = body.substr(11, body.find('"', 11) - 11);
    WebSocketClient client(served.server->port(), "/v1/feed", "");
    ASSERT_TRUE(client.open());
    client.receive();  // hello
    client.send({.payload = fmt::format(R"({{"t":"auth","ticket":"{}"}})", ticket)});
    EXPECT_THAT(client.receive().payload, HasSubstr("auth_ok"));
}

}  // namespace
}  // namespace hubward::tests
