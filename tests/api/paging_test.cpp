// SPDX-License-Identifier: Apache-2.0
//
// Lists: nothing twice, nothing left out, whatever arrives meanwhile; bounds are kept and named.
#include <gtest/gtest.h>

#include <set>

#include <fmt/format.h>

#include "matcher/engine.hpp"
#include "server/api/paging.hpp"
#include "tests/api/rig.hpp"

namespace hubward::tests {
namespace {

namespace api = server::api;

// Follows Link from `target` to the end; ids in order. `between` runs after the first page.
std::vector<std::string> walk(Caller& caller, std::string target, const char* id = "/id",
                              const std::function<void()>& between = {}) {
    std::vector<std::string> ids;
    for (int page = 0; !target.empty() && page < 100; ++page) {
        const Answer answer = caller.get(target);
        EXPECT_EQ(answer.status, 200) << answer.body;
        const json::value document = parsed(answer);
        for (const json::value& item : document.at("items").as_array()) {
            ids.push_back(text_at(item, id));
        }
        const std::string link(answer.header("Link"));
        EXPECT_EQ(link.empty(), text_at(document, "/next").empty());
        const std::size_t end = link.find('>');
        EXPECT_TRUE(link.empty() || link.ends_with("; rel=\"next\""));
        target = link.empty() ? "" : link.substr(1, end - 1);
        if (page == 0 && between) {
            between();
        }
    }
    return ids;
}

class Paging : public ::testing::Test {
  protected:
    void SetUp() override {
        rig.add_hub("holbeck-library", 100);
        Caller practice = rig.practice();
        for (int i = 0; i < 25; ++i) {
            const Answer made = practice.post("/v1/referrals", Rig::referral());
            ASSERT_EQ(made.status, 201);
            ids.push_back(text_at(parsed(made), "/id"));
        }
    }
    Rig rig;
    std::vector<std::string> ids;
};

TEST_F(Paging, APracticeSeesItsReferralsNewestFirstAndOnce) {
    Caller practice = rig.practice();
    std::vector<std::string> expected(ids.rbegin(), ids.rend());
    EXPECT_EQ(walk(practice, "/v1/referrals?limit=7"), expected);
    EXPECT_EQ(walk(practice, "/v1/referrals"), expected);
    EXPECT_EQ(walk(practice, "/v1/referrals?limit=25"), expected);
    EXPECT_EQ(walk(practice, "/v1/referrals?limit=1"), expected);
}

TEST_F(Paging, WhatArrivesMeanwhileNeitherRepeatsNorHidesARow) {
    Caller practice = rig.practice();
    std::vector<std::string> expected(ids.rbegin(), ids.rend());
    const auto arrive = [&] { rig.submitted(Rig::referral()); };
    EXPECT_EQ(walk(practice, "/v1/referrals?limit=10", "/id", arrive), expected);
}

TEST_F(Paging, AHubSeesItsOffersOldestFirstAndByStatus) {
    Caller hub = rig.hub();
    EXPECT_EQ(walk(hub, "/v1/hubs/holbeck-library/offers?limit=10", "/referral"), ids);
    ASSERT_EQ(hub.post("/v1/offers/" + ids[3] + ".1/accept").status, 200);
    EXPECT_EQ(walk(hub, "/v1/hubs/holbeck-library/offers?status=accepted", "/referral"),
              std::vector<std::string>{ids[3]});
    EXPECT_EQ(walk(hub, "/v1/hubs/holbeck-library/offers?limit=5&status=requested", "/referral").size(),
              24U);
}

TEST_F(Paging, HubsAndReferralsByStatusHaveEnds) {
    for (int i = 0; i < 6; ++i) {
        rig.add_hub(fmt::format("hub-{}", i));
    }
    Caller ops = rig.ops();
    EXPECT_EQ(walk(ops, "/v1/hubs?limit=3", "/slug").size(), 7U);
    ASSERT_EQ(rig.practice().post("/v1/referrals/" + ids[5] + "/withdraw",
                                  R"({"reason":"withdrawn-by-person"})").status, 200);
    Caller practice = rig.practice();
    EXPECT_EQ(walk(practice, "/v1/referrals?status=revoked&limit=2"),
              std::vector<std::string>{ids[5]});
}

TEST_F(Paging, GapsAreListedOnceEach) {
    Caller practice = rig.practice();
    std::set<std::string> expected;
    for (int i = 0; i < 5; ++i) {
        const json::value made = parsed(practice.post("/v1/referrals", Rig::referral(R"("data-wifi")")));
        expected.insert(text_at(made, "/id"));
    }
    Caller ops = rig.ops();
    const auto seen = walk(ops, "/v1/gaps?limit=2");
    EXPECT_EQ(seen.size(), 5U);
    EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()), expected);
}

TEST_F(Paging, BoundsAreKeptAndNamed) {
    Caller ops = rig.ops();
    for (const char* path : {"/v1/referrals", "/v1/hubs", "/v1/gaps", "/v1/worklist", "/v1/hubs/holbeck-library/offers"}) {
        for (const char* good : {"?limit=1", "?limit=200", ""}) {
            EXPECT_EQ(ops.get(std::string(path) + good).status, 200) << path << good;
        }
        for (const char* bad : {"?limit=0", "?limit=201", "?limit=-1", "?limit=", "?limit=ten",
                                "?limit=1.5", "?limit=99999999999999999999"}) {
            const Answer answer = ops.get(std::string(path) + bad);
            EXPECT_EQ(answer.status, 400) << path << bad;
            EXPECT_EQ(text_at(parsed(answer), "/errors/0/pointer"), "/query/limit");
        }
        for (const char* bad : {"?cursor=", "?cursor=abc", "?cursor=%20", "?cursor=eDE6MQ",
                                "?cursor=cjE6LTE"}) {
            const Answer answer = ops.get(std::string(path) + bad);
            EXPECT_EQ(answer.status, 400) << path << bad;
            EXPECT_EQ(text_at(parsed(answer), "/errors/0/pointer"), "/query/cursor") << answer.body;
        }
    }
    EXPECT_EQ(text_at(parsed(ops.get("/v1/referrals?status=lost")), "/errors/0/pointer"),
              "/query/status");
    // The cursor of one list is none of another.
    const std::string next = text_at(parsed(ops.get("/v1/referrals?limit=2")), "/next");
    EXPECT_EQ(ops.get("/v1/referrals?cursor=" + next).status, 200);
    EXPECT_EQ(ops.get("/v1/hubs?cursor=" + next).status, 400);
}

// People of one place behind so many of another that a page finds none of them: it is short and has a
// next one. Only the view hears of them, and the list reads nothing else.
TEST(LongQueue, APlaceFindsItsPeopleBehindAllOthers) {
    Rig rig;
    matcher::Engine engine;
    rig.state([&](const matcher::State& state) { engine = matcher::Engine(state); });
    const auto wait_in = [&](const char* place, std::uint64_t number, matcher::Batch& batch) {
        matcher::SubmitReferral command;
        command.id = {number, 1};
        command.practice = matcher::PracticeCode("A12345");
        command.key_slot = number;
        command.share_with_hub = true;
        command.consent.purposes = matcher::direct_care;
        command.ask.needs[0] = matcher::Need::motivation;
        command.ask.need_count = 1;
        command.ask.place = matcher::PlaceCode(place);
        matcher::Envelope envelope;
        envelope.command = command;
        envelope.ticket.generation = number;
        ASSERT_TRUE(engine.step(envelope, rig.clock.now(), batch).has_value());
    };
    constexpr std::uint64_t others = 2 * api::scan_max + 1;
    matcher::Batch batch;
    batch.first = engine.state().last + 1;
    wait_in("leeds", 1, batch);
    for (std::uint64_t number = 2; number <= others + 1; ++number) {
        wait_in("york", number, batch);
    }
    wait_in("leeds", others + 2, batch);
    wait_in("leeds", others + 3, batch);
    rig.view->apply(batch);
    Caller leeds = rig.place("leeds");
    const json::value first = parsed(leeds.get("/v1/waitlist"));
    EXPECT_EQ(first.at("items").as_array().size(), 1U);
    EXPECT_FALSE(text_at(first, "/next").empty()) << "looks complete and is not";
    const std::vector<std::string> own = {"1", std::to_string(others + 2), std::to_string(others + 3)};
    EXPECT_EQ(walk(leeds, "/v1/waitlist", "/position"), own);
    EXPECT_EQ(walk(leeds, "/v1/waitlist?limit=1", "/position"), own);
    const json::value gaps = parsed(leeds.get("/v1/gaps"));
    EXPECT_EQ(gaps.at("items").as_array().size(), 2U);
    EXPECT_FALSE(text_at(gaps, "/next").empty());
    EXPECT_EQ(walk(leeds, "/v1/gaps").size(), own.size());
    EXPECT_EQ(walk(leeds, "/v1/gaps?limit=1").size(), own.size());
    const std::string beyond = api::cursor_text('w', UINT64_MAX);
    EXPECT_EQ(text_at(parsed(leeds.get("/v1/waitlist?cursor=" + beyond)), "/items"), "[]");
}

}  // namespace
}  // namespace hubward::tests
