// SPDX-License-Identifier: Apache-2.0
//
// What a reader may wish for: some types only, more or less of each event, a place that is
// remembered, to know who else is there; and how it gets in without a token in a page.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "server/feed/shared.hpp"
#include "tests/feed/rig.hpp"

namespace hubward::tests {
namespace {

using matcher::Role;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string subscribe(std::string_view more) {
    return fmt::format(R"({{"t":"subscribe","stream":"hub/library",{}}})", more);
}
constexpr auto expiries = R"("types":["org.hubward.offer.expired.v1"])";

void ack(const Rig::Client& client, std::uint64_t seq) {
    client.say(fmt::format(R"({{"t":"ack","stream":"hub/library","seq":{}}})", seq));
}

TEST(Reader, GetsTheTypesItWantsAndKeepsTheNumbers) {
    Rig rig;
    auto client = rig.library();
    client.say(subscribe(fmt::format(R"("after":"latest",{})", expiries)));
    rig.happen(3);
    rig.expire();
    rig.happen(2);
    rig.expire();
    EXPECT_THAT(client.socket->seqs(), ElementsAre(4, 7));
    rig.pass(seconds(20));
    EXPECT_THAT(client.socket->last(), HasSubstr(R"("sent":{"hub/library":7})"));
}

// Passed-over events must cost no credit, or a reader of rare events would starve.
TEST(Reader, IsNotHeldUpByEventsItDoesNotWant) {
    Rig rig;
    auto client = rig.library();
    client.say(subscribe(fmt::format(R"("after":"latest","window":2,{})", expiries)));
    rig.expire();      // 1: sent, unacked
    rig.happen(2000);  // passed over
    rig.expire();      // 2002
    rig.happen(10);
    rig.expire();  // 2013: no credit left
    EXPECT_THAT(client.socket->seqs(), ElementsAre(1, 2002));
    ack(client, 1);
    EXPECT_THAT(client.socket->seqs(), ElementsAre(1, 2002, 2013));
    ack(client, 2013);
    rig.expire();
    EXPECT_EQ(client.socket->seqs().back(), 2014u);
}

TEST(Reader, ChoosesHowMuchOfEachEvent) {
    Rig rig;
    auto brief = rig.library();
    auto usual = rig.library();
    auto whole = rig.library();
    brief.say(subscribe(R"("after":"latest","payload":"id")"));
    usual.say(subscribe(R"("after":"latest")"));
    whole.say(subscribe(R"("after":"latest","payload":"full")"));
    rig.happen();
    EXPECT_THAT(brief.socket->last(), Not(HasSubstr("\"total\"")));
    EXPECT_THAT(usual.socket->last(), HasSubstr("\"story\""));
    EXPECT_THAT(usual.socket->last(), Not(HasSubstr("\"links\"")));
    EXPECT_THAT(whole.socket->last(), HasSubstr(R"("by":"system","links":{"hub":"/v1/hubs/library"})"));
    EXPECT_EQ(rig.encoded, 3u) << "each form is made once";
}

TEST(Reader, IsToldWhatIsWrongWithAWish) {
    Rig rig;
    auto client = rig.library();
    for (const auto& [wish, told] : std::vector<std::pair<const char*, const char*>>{
             {R"("after":"latest","types":["nonsense"])", "types"},
             {R"("after":"latest","types":[])", "types"},
             {R"("after":"latest","types":"org.hubward.offer.expired.v1")", "types"},
             {R"("after":"latest","payload":"everything")", "payload"},
             {R"("after":"latest","client_id":"")", "client_id"},
             {R"("after":"latest","client_id":"a b")", "client_id"},
             {R"("after":"cursor")", "client_id"},
             {R"("after":"yesterday")", "after"},
             {R"("after":"latest","presence":1)", "presence"}}) {
        client.say(subscribe(wish));
        EXPECT_THAT(client.socket->last(), HasSubstr("\"error\"")) << wish;
        EXPECT_THAT(client.socket->last(), HasSubstr(told)) << wish;
    }
    EXPECT_EQ(client.socket->closed, 0);
}

TEST(Reader, ComesBackToTheLastAckOfItsName) {
    Rig rig;
    {
        auto client = rig.library();
        client.say(subscribe(R"("after":"latest","client_id":"till-1")"));
        rig.happen(5);
        ack(client, 3);
    }
    auto again = rig.library();
    again.say(subscribe(R"("after":"cursor","client_id":"till-1")"));
    EXPECT_THAT(again.socket->with("\"subscribed\"").at(0), HasSubstr(R"("after":3,)"));
    EXPECT_THAT(again.socket->with("\"subscribed\"").at(0), HasSubstr(R"("recovered":true)"));
    EXPECT_THAT(again.socket->seqs(), ElementsAre(4, 5));
    auto other = rig.library();
    other.say(subscribe(R"("after":"cursor","client_id":"till-2")"));
    EXPECT_THAT(other.socket->last(), HasSubstr(R"("reason":"fresh")"));
    auto ops = rig.client(rig.token(Role::ops, "root"));
    ops.say(subscribe(R"("after":"cursor","client_id":"till-1")"));
    EXPECT_THAT(ops.socket->last(), HasSubstr(R"("reason":"fresh")"))
        << "another organisation's name is another name";
}

TEST(Reader, ANewerConnectionOfTheSameNameWins) {
    Rig rig;
    auto older = rig.library();
    older.say(subscribe(R"("after":"latest","client_id":"till-1")"));
    auto elsewhere = rig.library();
    elsewhere.say(subscribe(R"("after":"latest","client_id":"till-2")"));
    auto newer = rig.library();
    newer.say(subscribe(R"("after":"latest","client_id":"till-1")"));
    rig.run();
    EXPECT_EQ(older.socket->closed, 4409);
    EXPECT_EQ(elsewhere.socket->closed, 0);
    EXPECT_EQ(newer.socket->closed, 0);
    newer.say(subscribe(R"("after":"latest","client_id":"till-1")"));
    rig.run();
    EXPECT_EQ(newer.socket->closed, 0) << "a second subscribe of its own replaces nobody";
}

TEST(Reader, SeesWhoIsThereWhenItAsks) {
    Rig rig;
    auto client = rig.library();
    client.say(subscribe(R"("after":"latest","presence":true)"));
    EXPECT_THAT(client.socket->last(), HasSubstr(R"("t":"presence","stream":"hub/library","online":1)"));
    auto onlooker = rig.client(rig.token(Role::ops, "root"));
    onlooker.say(subscribe(R"("after":"latest")"));
    rig.pass(seconds(1));
    EXPECT_EQ(client.socket->with("presence").size(), 1u) << "an onlooker is not staff";
    {
        auto colleague = rig.library();
        colleague.say(subscribe(R"("after":"latest")"));
        rig.pass(seconds(1));
        EXPECT_THAT(client.socket->last(), HasSubstr(R"("online":2)"));
        EXPECT_TRUE(colleague.socket->with("presence").empty()) << "who does not ask is not told";
    }
    rig.pass(seconds(1));
    EXPECT_THAT(client.socket->last(), HasSubstr(R"("online":1)"));
}

server::auth::Principal of(std::string hub) {
    server::auth::Principal who;
    who.role = Role::hub;
    who.subject = std::move(hub);
    return who;
}

TEST(Reader, ATicketOpensOnceAndForHalfAMinute) {
    Rig rig;
    server::feed::Tickets& tickets = rig.feed.shared().tickets;
    const auto now = [&] { return rig.clock.steady_ns() / 1'000'000; };
    const auto auth = [&](const std::string& ticket) {
        auto client = rig.client("");
        client.say(fmt::format(R"({{"t":"auth","ticket":"{}"}})", ticket));
        return client.socket->closed == 0 ? client.socket->last() : std::string("closed");
    };
    const auto ticket = tickets.issue(of("library"), rig.token(Role::hub, "library"), now());
    ASSERT_TRUE(ticket);
    EXPECT_THAT(auth(*ticket), HasSubstr("auth_ok"));
    EXPECT_EQ(auth(*ticket), "closed");
    const auto late = tickets.issue(of("library"), rig.token(Role::hub, "library"), now());
    rig.clock.advance(seconds(30));
    EXPECT_EQ(auth(*late), "closed");
    EXPECT_EQ(auth("made-up"), "closed");
}

TEST(Reader, TicketsThatWaitAreBounded) {
    server::feed::Tickets tickets;
    for (std::size_t i = 0; i < server::feed::Tickets::waiting_max; ++i) {
        ASSERT_TRUE(tickets.issue(of(fmt::format("hub-{}", i)), "t", 0));
    }
    EXPECT_FALSE(tickets.issue(of("library"), "t", 1)) << "the newcomer gets none";
    EXPECT_TRUE(tickets.issue(of("library"), "t", 30'000)) << "until the old ones have run out";
}

TEST(Reader, WhoAsksForTicketsWithoutEndTakesThemFromNobodyElse) {
    server::feed::Tickets tickets;
    const auto quiet = tickets.issue(of("library"), "quiet", 0);
    std::vector<std::string> greedy;
    for (std::size_t i = 0; i < server::feed::Tickets::waiting_max; ++i) {
        const auto ticket = tickets.issue(of("church-hall"), "greedy", 0);
        ASSERT_TRUE(ticket);
        greedy.push_back(*ticket);
    }
    EXPECT_TRUE(tickets.issue(of("library"), "quiet", 1));
    EXPECT_TRUE(tickets.redeem(*quiet, 1));
    const std::size_t kept = server::feed::Tickets::own_max;
    EXPECT_FALSE(tickets.redeem(greedy[greedy.size() - kept - 1], 1)) << "its own oldest had to go";
    for (std::size_t i = greedy.size() - kept; i < greedy.size(); ++i) {
        EXPECT_TRUE(tickets.redeem(greedy[i], 1));
    }
}

TEST(Reader, HearsThePlaceWithNumbersOfItsOwn) {
    Rig rig;
    auto client = rig.client(rig.token(Role::place, "leeds"));
    client.say(R"({"t":"subscribe","stream":"place/leeds","after":"earliest","window":1024})");
    rig.happen(2);
    rig.feed.publish(rig.log.append("hub/church-hall", matcher::HubIndex{1}), {});
    rig.happen(1);
    EXPECT_THAT(client.socket->seqs(), ElementsAre(1, 2, 3, 4));
    rig.happen(400);  // more than a tail holds between two looks
    EXPECT_EQ(client.socket->seqs().size(), 404u);
    client.say(R"({"t":"subscribe","stream":"place/york","after":"latest"})");
    EXPECT_THAT(client.socket->last(), HasSubstr("\"status\":403"));
}

// A hub moves to another place; the place that had it must not go on listening.
TEST(Reader, LosesAStreamThatIsNotItsOwnAnyMore) {
    Rig rig;
    auto client = rig.client(rig.token(Role::place, "leeds"));
    client.say(subscribe(R"("after":"latest")"));
    matcher::HubUpserted moved;
    moved.hub = matcher::HubIndex{0};
    moved.hub_seq = 1;
    moved.profile = rig.view.look([](const server::View& v) { return v.state().hubs[0].profile; });
    moved.profile.place = matcher::PlaceCode("york");
    matcher::Batch batch;
    batch.first = 1;
    batch.count = 1;
    batch.events.emplace_back(moved);
    matcher::Entry entry;
    entry.number = 1;
    entry.event_count = 1;
    batch.entries.push_back(entry);
    rig.view.apply(batch);
    rig.pass(seconds(2));
    EXPECT_EQ(client.socket->closed, 4403);
}

TEST(Reader, IsToldTheTruthAboutWhatIsNotReplayed) {
    Rig rig({}, 10);
    rig.happen(30);
    const auto answer = [&](std::string_view after) {
        auto client = rig.library();
        client.say(subscribe(fmt::format(R"("after":{},"window":64)", after)));
        return client.socket->with("\"subscribed\"").at(0);
    };
    EXPECT_THAT(answer(R"({"epoch":"e1","seq":20})"), HasSubstr(R"("recovered":true)"));
    EXPECT_THAT(answer(R"({"epoch":"e1","seq":19})"), HasSubstr(R"("reason":"truncated")"));
    EXPECT_THAT(answer(R"("earliest")"), HasSubstr(R"("after":20,"head":30,"floor":21)"));
}

TEST(Reader, WhoFallsBehindWhatIsReplayedStartsAgain) {
    Rig rig({}, 300);
    auto client = rig.library();
    client.say(subscribe(R"("after":"latest","window":1)"));
    for (int i = 0; i < 7; ++i) {
        rig.happen(100);
    }
    EXPECT_THAT(client.socket->seqs(), ElementsAre(1));
    ack(client, 1);
    EXPECT_EQ(client.socket->closed, 4408);
}

}  // namespace
}  // namespace hubward::tests
