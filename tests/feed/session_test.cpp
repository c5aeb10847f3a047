// SPDX-License-Identifier: Apache-2.0
//
// The life of a connection: who may hear what, heartbeats, limits, and how it ends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "tests/feed/rig.hpp"

namespace hubward::tests {
namespace {

using matcher::Role;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

constexpr auto subscribe = R"({"t":"subscribe","ref":1,"stream":"hub/library","after":"latest"})";
constexpr auto beat = R"({"t":"hb"})";

TEST(Session, SaysHelloFirst) {
    Rig rig;
    const auto client = rig.library();
    EXPECT_THAT(client.socket->texts().at(0),
                HasSubstr(R"({"t":"hello","proto":"hubward.feed.v1","server":"test")"));
    EXPECT_THAT(client.socket->texts().at(0), HasSubstr(R"("heartbeat_ms":20000,"max_window":1024)"));
}

TEST(Session, GivesEachRoleItsOwnStreamsOnly) {
    Rig rig;
    struct Case {
        Role role;
        const char* subject;
        const char* stream;
        bool may;
    };
    for (const Case& c : {Case{Role::hub, "library", "hub/library", true},
                          {Role::hub, "library", "hub/church-hall", false},
                          {Role::hub, "library", "hub/", false},
                          {Role::hub, "library", "ops", false},
                          {Role::hub, "library", "practice/A12345", false},
                          {Role::practice, "A12345", "practice/A12345", true},
                          {Role::practice, "A12345", "practice/B67890", false},
                          {Role::practice, "A12345", "hub/library", false},
                          {Role::place, "leeds", "hub/library", true},
                          {Role::place, "york", "hub/library", false},
                          {Role::place, "leeds", "ops", false},
                          {Role::ops, "root", "ops", true},
                          {Role::ops, "root", "hub/library", true},
                          {Role::ops, "root", "hub/nowhere", false}}) {
        auto client = rig.client(rig.token(c.role, c.subject));
        client.say(fmt::format(R"({{"t":"subscribe","stream":"{}","after":"latest"}})", c.stream));
        EXPECT_EQ(!client.socket->with("\"subscribed\"").empty(), c.may)
            << c.subject << " on " << c.stream;
        EXPECT_EQ(client.socket->closed, 0) << "a wrong stream does not end the connection";
    }
}

TEST(Session, NeedsAuthBeforeASubscribe) {
    Rig rig;
    auto client = rig.client("");
    client.say(subscribe);
    EXPECT_THAT(client.socket->last(), HasSubstr("\"status\":401"));
    client.say(fmt::format(R"({{"t":"auth","token":"{}"}})", rig.token(Role::hub, "library")));
    EXPECT_THAT(client.socket->last(), HasSubstr("auth_ok"));
    client.say(subscribe);
    EXPECT_THAT(client.socket->last(), HasSubstr("\"subscribed\""));
}

TEST(Session, EndsWithoutAuthInTime) {
    Rig rig;
    auto client = rig.client("");
    rig.pass(milliseconds(9'999));
    EXPECT_EQ(client.socket->closed, 0);
    rig.pass(milliseconds(1));
    EXPECT_EQ(client.socket->closed, 4401);
}

TEST(Session, EndsOnABadFirstToken) {
    Rig rig;
    auto client = rig.client("");
    client.say(R"({"t":"auth","token":"hw1.bm90.aXQ"})");
    EXPECT_EQ(client.socket->closed, 4401);
    EXPECT_THAT(client.socket->last(), HasSubstr(R"("t":"bye","code":4401)"));
}

TEST(Session, TakesANewTokenOfTheSameSubjectOnly) {
    Rig rig;
    auto client = rig.client(rig.token(Role::hub, "library", rig.clock.now() + seconds(30)));
    client.say(fmt::format(R"({{"t":"auth","token":"{}"}})", rig.token(Role::hub, "church-hall")));
    EXPECT_THAT(client.socket->last(), HasSubstr("\"status\":403"));
    client.say(fmt::format(R"({{"t":"auth","token":"{}"}})", rig.token(Role::hub, "library")));
    EXPECT_THAT(client.socket->last(), HasSubstr("auth_ok"));
    client.say(beat);
    rig.pass(seconds(19));
    client.say(beat);
    rig.pass(seconds(19));
    EXPECT_EQ(client.socket->closed, 0) << "the old token's end is no matter any more";
}

TEST(Session, WarnsAMinuteBeforeTheTokenEndsThenEnds) {
    Rig rig;
    auto client = rig.client(rig.token(Role::hub, "library", rig.clock.now() + seconds(65)));
    rig.pass(seconds(4));
    EXPECT_TRUE(client.socket->with("auth_expiring").empty());
    for (int i = 0; i < 7; ++i) {
        rig.pass(seconds(8));
        client.say(beat);
    }
    EXPECT_EQ(client.socket->with("auth_expiring").size(), 1u);
    EXPECT_EQ(client.socket->closed, 0);
    rig.pass(seconds(5));
    EXPECT_EQ(client.socket->closed, 4401);
}

TEST(Session, BeatsWithHeadsAndEndsWithoutAnAnswer) {
    Rig rig;
    auto client = rig.library();
    client.say(subscribe);
    rig.happen(3);
    client.say(R"({"t":"ack","stream":"hub/library","seq":3})");
    rig.pass(seconds(20));
    EXPECT_THAT(client.socket->last(), HasSubstr(R"("heads":{"hub/library":3})"));
    client.say(beat);
    rig.pass(seconds(20));
    EXPECT_EQ(client.socket->with(R"("t":"hb")").size(), 2u);
    rig.pass(milliseconds(9'999));
    EXPECT_EQ(client.socket->closed, 0);
    rig.pass(milliseconds(1));
    EXPECT_EQ(client.socket->closed, 4408);
    EXPECT_EQ(rig.feed.stats().cut_off, 1u);
}

// R5.
TEST(Session, TellsAStalledClientAndInTheEndLetsItGo) {
    Rig rig;
    auto client = rig.library();
    client.say(subscribe);
    rig.happen(5);
    const auto live_for = [&](seconds time) {
        for (auto past = seconds(0); past < time; past += seconds(5)) {
            rig.pass(seconds(5));
            client.say(beat);
        }
    };
    live_for(seconds(115));
    EXPECT_TRUE(client.socket->with("lagging").empty());
    live_for(seconds(5));
    ASSERT_EQ(client.socket->with("lagging").size(), 1u);
    EXPECT_THAT(client.socket->with("lagging").at(0),
                HasSubstr(R"("behind":5,"oldest_unacked_ms":120000)"));
    live_for(seconds(60));
    EXPECT_EQ(client.socket->with("lagging").size(), 2u);
    live_for(seconds(719));
    EXPECT_EQ(client.socket->closed, 4408);
}

TEST(Session, LimitsFramesASecond) {
    Rig rig;
    auto client = rig.library();
    for (int i = 0; i < 60; ++i) {
        client.say(beat);
    }
    EXPECT_EQ(client.socket->closed, 0) << "a burst of 60 is fine";
    rig.clock.advance(seconds(1));
    for (int i = 0; i < 20; ++i) {
        client.say(beat);
    }
    EXPECT_EQ(client.socket->closed, 0) << "20 more a second later, too";
    client.say(beat);
    EXPECT_EQ(client.socket->closed, 4429);
}

TEST(Session, LimitsSubscriptions) {
    Rig rig;
    auto client = rig.client(rig.token(Role::ops, "root"));
    const auto listen = [&](int i) {
        rig.clock.advance(milliseconds(100));
        client.say(fmt::format(
            R"({{"t":"subscribe","stream":"practice/P{}","after":"latest"}})", i));
    };
    for (int i = 0; i < 64; ++i) {
        listen(i);
    }
    EXPECT_EQ(client.socket->with("\"subscribed\"").size(), 64u);
    listen(64);
    EXPECT_THAT(client.socket->last(), HasSubstr("at most 64"));
    listen(3);  // one it has already
    EXPECT_EQ(client.socket->with("\"subscribed\"").size(), 65u);
}

// R9.
TEST(Session, AnswersAnUnknownFrameAndGoesOn) {
    Rig rig;
    auto client = rig.library();
    client.say(R"({"t":"dance","ref":"r1"})");
    EXPECT_THAT(client.socket->last(), HasSubstr(R"({"t":"error","ref":"r1")"));
    client.say(subscribe);
    EXPECT_THAT(client.socket->last(), HasSubstr("\"subscribed\""));
}

TEST(Session, EndsOnBytesThatAreNoFrame) {
    Rig rig;
    auto client = rig.library();
    client.say("hello?");
    EXPECT_EQ(client.socket->closed, 4400);
    const auto before = client.socket->frames.size();
    client.say(subscribe);
    EXPECT_EQ(client.socket->frames.size(), before) << "nothing is heard behind the bye";
}

// R8: everybody is told when to come back, and not all at once.
TEST(Session, SpreadsTheReturnOverTheDrain) {
    Rig rig;
    std::vector<Rig::Client> clients;
    for (int i = 0; i < 4; ++i) {
        clients.push_back(rig.library());
    }
    rig.feed.drain(milliseconds(1000));
    rig.run();
    std::vector<std::string> waits;
    for (const auto& client : clients) {
        EXPECT_EQ(client.socket->closed, 1012);
        waits.push_back(client.socket->last().substr(client.socket->last().rfind(':')));
    }
    EXPECT_THAT(waits, testing::UnorderedElementsAre(":0}", ":250}", ":500}", ":750}"));
    auto late = rig.library();
    EXPECT_EQ(late.socket->closed, 1012) << "who comes during the drain is sent away, too";
}

}  // namespace
}  // namespace hubward::tests
