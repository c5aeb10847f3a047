// SPDX-License-Identifier: Apache-2.0
//
// Places with a date and places that are kept for some, through the API.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "server/wire/referral_json.hpp"
#include "tests/api/rig.hpp"

namespace hubward::tests {
namespace {

constexpr std::string_view sessions = "/v1/hubs/holbeck-library/sessions";

struct WithSessions : testing::Test {
    WithSessions() { rig.add_hub("holbeck-library", 0); }

    std::string when(int hours) {
        return server::wire::time_text(rig.clock.now() + std::chrono::hours(hours));
    }
    Answer publish(int in_hours, int seats, std::string_view more = {}) {
        return rig.hub().post(sessions, fmt::format(R"({{"starts":"{}","ends":"{}","seats":{}{}}})",
                                                    when(in_hours), when(in_hours + 2), seats, more));
    }
    Rig rig;
};

TEST_F(WithSessions, ASeatIsOfferedAcceptedAndCancelled) {
    const Answer made = publish(48, 2);
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(text_at(parsed(made), "/items/0/free"), "2");
    const auto referral = rig.submitted(Rig::referral());
    const std::string offer = text_at(referral, "/offers/0/id");
    EXPECT_EQ(text_at(referral, "/offers/0/session"), "1") << serialize(referral);

    const Answer yes = rig.hub().post("/v1/offers/" + offer + "/accept");
    ASSERT_EQ(yes.status, 200) << yes.body;
    EXPECT_EQ(text_at(parsed(yes), "/business_status"), "5.1.1") << yes.body;
    EXPECT_EQ(text_at(parsed(yes), "/session"), "1");
    const auto listed = parsed(rig.hub().get(sessions));
    EXPECT_EQ(text_at(listed, "/items/0/used"), "1");
    EXPECT_EQ(text_at(listed, "/items/0/free"), "1");

    const Answer stranger = rig.hub("armley-hub").post(std::string(sessions) + "/1/cancel");
    EXPECT_EQ(stranger.status, 404) << stranger.body;
    const Answer gone = rig.hub().post(std::string(sessions) + "/1/cancel");
    ASSERT_EQ(gone.status, 200) << gone.body;
    EXPECT_EQ(text_at(parsed(gone), "/items/0/cancelled"), "true");
    EXPECT_EQ(rig.hub().post(std::string(sessions) + "/1/cancel").status, 422);
    const auto after = parsed(
        rig.practice().get("/v1/referrals/" + text_at(referral, "/id")));
    EXPECT_EQ(text_at(after, "/offers/0/reason"), "session-cancelled");
}

TEST_F(WithSessions, WhatCannotBeNamesItsField) {
    const auto fault = [](const Answer& answer) { return text_at(parsed(answer), "/errors/0/pointer"); };
    EXPECT_EQ(fault(publish(-48, 2)), "/starts");
    EXPECT_EQ(fault(publish(48, 2, R"(,"needs":["data-sim"])")), "/needs");
    EXPECT_EQ(fault(rig.hub().post(sessions, fmt::format(R"({{"starts":"{}","ends":"{}","seats":2}})", when(48), when(73)))),
              "/ends");
    const std::string day = when(48).substr(0, 10);
    ASSERT_EQ(rig.ops().put("/v1/hubs/holbeck-library",
                            fmt::format(R"({{"name":"Holbeck","place":"leeds","needs":["nhs-app"],"capacity":{{"place":5}},)"
                                        R"("closed_days":[{{"first":"{}","last":"{}"}}]}})", day, day)).status,
              200);
    const Answer closed = publish(48, 2);
    EXPECT_EQ(closed.status, 422);
    EXPECT_EQ(fault(closed), "/starts");
    EXPECT_NE(closed.body.find("closed_days"), std::string::npos) << closed.body;
}

TEST_F(WithSessions, AnAppointmentIsASeat) {
    ASSERT_EQ(rig.hub().put("/v1/hubs/holbeck-library/capacity", R"({"unit":"place","total":1})").status,
              200);
    const std::string offer = text_at(rig.submitted(Rig::referral()), "/offers/0/id");
    ASSERT_EQ(rig.hub().post("/v1/offers/" + offer + "/accept").status, 200);
    ASSERT_EQ(publish(24, 1).status, 201);
    const std::string at = "/v1/offers/" + offer + "/appointment";
    EXPECT_EQ(rig.hub().post(at, R"({"session":7})").status, 422);
    EXPECT_EQ(rig.hub().post(at, fmt::format(R"({{"session":1,"starts":"{}"}})", when(3))).status, 422);
    const Answer booked = rig.hub().post(at, R"({"session":1})");
    ASSERT_EQ(booked.status, 200) << booked.body;
    EXPECT_EQ(text_at(parsed(booked), "/session"), "1");
    const auto capacity = parsed(rig.hub().get("/v1/hubs/holbeck-library/capacity"));
    EXPECT_EQ(text_at(capacity, "/place/used"), "0");
}

TEST_F(WithSessions, SeatsAreSetAndASessionIsCalledFull) {
    ASSERT_EQ(publish(48, 4).status, 201);
    rig.submitted(Rig::referral());
    const std::string at = std::string(sessions) + "/1/seats";
    const Answer more = rig.hub().put(at, R"({"seats":6})");
    ASSERT_EQ(more.status, 200) << more.body;
    EXPECT_EQ(text_at(parsed(more), "/items/0/free"), "5");
    const Answer full = rig.hub().put(at, R"({"seats":0})");
    ASSERT_EQ(full.status, 200) << full.body;
    EXPECT_EQ(text_at(parsed(full), "/items/0/seats"), "1") << "the one that is promised";
    EXPECT_EQ(text_at(parsed(full), "/items/0/free"), "0");
    EXPECT_EQ(rig.hub().put(at, R"({"seats":10001})").status, 422);
    EXPECT_EQ(rig.hub().put(at, "{}").status, 422);
    EXPECT_EQ(rig.hub().put(std::string(sessions) + "/7/seats", R"({"seats":1})").status, 422);
    EXPECT_EQ(rig.hub().put(std::string(sessions) + "/x/seats", R"({"seats":1})").status, 404);
    EXPECT_EQ(rig.hub("armley-hub").put(at, R"({"seats":1})").status, 404);
    EXPECT_EQ(rig.practice().put(at, R"({"seats":1})").status, 403);
}

TEST_F(WithSessions, WhoSawAnOlderHubChangesNothing) {
    const std::string old(rig.hub().get("/v1/hubs/holbeck-library/capacity").header("ETag"));
    ASSERT_EQ(publish(48, 4).status, 201);
    const Answer second =
        rig.hub().post(sessions, fmt::format(R"({{"starts":"{}","ends":"{}","seats":4}})", when(48), when(50)),
                       {{"If-Match", old}});
    EXPECT_EQ(second.status, 412) << second.body;
    const std::string at = std::string(sessions) + "/1";
    EXPECT_EQ(rig.hub().put(at + "/seats", R"({"seats":9})", {{"If-Match", old}}).status, 412);
    EXPECT_EQ(rig.hub().post(at + "/cancel", "", {{"If-Match", old}}).status, 412);
    EXPECT_EQ(text_at(parsed(rig.hub().get(sessions)), "/items/0/seats"), "4");
    const std::string now(rig.hub().get("/v1/hubs/holbeck-library/capacity").header("ETag"));
    EXPECT_EQ(rig.hub().put(at + "/seats", R"({"seats":9})", {{"If-Match", now}}).status, 200);
}

TEST_F(WithSessions, BadOnesNameTheField) {
    for (const auto& [body, field] : std::initializer_list<std::pair<std::string, std::string_view>>{
             {"{}", "/starts"},
             {fmt::format(R"({{"starts":"{}","ends":"{}","seats":0}})", when(1), when(2)), "/seats"},
             {fmt::format(R"({{"starts":"{}","ends":"{}","seats":1}})", when(2), when(1)), "/ends"},
             {fmt::format(R"({{"starts":"soon","ends":"{}","seats":1}})", when(1)), "/starts"},
             {fmt::format(R"({{"starts":"{}","ends":"{}","seats":1,"room":2}})", when(1), when(2)),
              "/room"}}) {
        const Answer no = rig.hub().post(sessions, body);
        EXPECT_EQ(no.status, 422) << body << no.body;
        EXPECT_NE(no.body.find(field), std::string::npos) << no.body;
    }
    EXPECT_EQ(publish(24, 1, R"(,"needs":["dev-loan"])").status, 422);  // no place at a table
    EXPECT_EQ(rig.practice().post(sessions, "{}").status, 403);
    EXPECT_EQ(rig.hub().post(std::string(sessions) + "/x/cancel").status, 404);
}

TEST_F(WithSessions, WeeklySlotsAndKeptPlacesComeBackAsTheyWereStated) {
    const auto hub = [&](std::string_view more) {
        return rig.ops().put("/v1/hubs/other-hub",
                             fmt::format(R"({{"name":"O","place":"leeds","needs":["nhs-app"],{}}})", more));
    };
    const std::string weekly = R"([{"day":"tue","hours":"14:00-16:00","seats":6,"needs":["nhs-app"]}])";
    const std::string kept =
        R"([{"count":2,"kind":"place","for":"urgent"},)"
        R"({"count":1,"kind":"place","for":"need","needs":["nhs-app"]},)"
        R"({"count":1,"kind":"sim","for":"referrer","referrer":"B86"},)"
        R"({"count":1,"kind":"place","for":"place","place":"harehills"}])";
    const Answer made = hub(fmt::format(R"("weekly":{},"kept":{})", weekly, kept));
    ASSERT_EQ(made.status, 201) << made.body;
    const auto shown = parsed(rig.ops().get("/v1/hubs/other-hub"));
    EXPECT_EQ(text_at(shown, "/weekly"), weekly);
    EXPECT_EQ(text_at(shown, "/kept"), kept);
    // For which practices, is not another practice's to know, nor another hub's or place's.
    std::string unnamed = kept;
    unnamed.erase(unnamed.find(R"(,"referrer":"B86")"), std::string_view(R"(,"referrer":"B86")").size());
    EXPECT_EQ(text_at(parsed(rig.place("leeds").get("/v1/hubs/other-hub")), "/kept"), kept);
    EXPECT_EQ(text_at(parsed(rig.hub("other-hub").get("/v1/hubs/other-hub")), "/kept"), kept);
    Caller practice = rig.practice("A81001");
    Caller neighbour = rig.hub();
    Caller york = rig.place("york");
    for (Caller* stranger : {&practice, &neighbour, &york}) {
        EXPECT_EQ(text_at(parsed(stranger->get("/v1/hubs/other-hub")), "/kept"), unnamed);
        EXPECT_EQ(stranger->get("/v1/hubs").body.find("B86\""), std::string::npos);
    }
    // A practice finds itself, and none of its neighbours.
    ASSERT_EQ(hub(R"("takes_from":["A81001","B86"])").status, 200);
    const auto own = parsed(rig.practice("B86001").get("/v1/hubs/other-hub"));
    EXPECT_EQ(text_at(own, "/kept/2/referrer"), "B86001");
    EXPECT_EQ(text_at(own, "/takes_from"), R"(["B86001"])");
    EXPECT_EQ(text_at(parsed(rig.hub("other-hub").get("/v1/hubs/other-hub")), "/takes_from"), R"(["A81001","B86"])");
    const auto others = parsed(rig.hub().get("/v1/hubs/other-hub"));
    EXPECT_EQ(text_at(others, "/takes_from"), "");
    EXPECT_EQ(text_at(others, "/takes_from_some"), "true");
    const auto dates = parsed(rig.ops().get("/v1/hubs/other-hub/sessions"));
    EXPECT_GE(dates.at("items").as_array().size(), 4U) << serialize(dates);
    EXPECT_EQ(text_at(dates, "/items/0/weekly"), "true");
    // A directory that does not speak of them leaves them; an empty list ends them.
    EXPECT_EQ(hub(R"("age_max":90)").status, 200);
    const auto after = parsed(rig.ops().get("/v1/hubs/other-hub"));
    EXPECT_EQ(text_at(after, "/weekly"), weekly);
    EXPECT_EQ(text_at(after, "/kept"), kept);
    EXPECT_EQ(hub(R"("weekly":[],"kept":[])").status, 200);
    const auto without = parsed(rig.ops().get("/v1/hubs/other-hub"));
    EXPECT_FALSE(without.as_object().contains("weekly")) << serialize(without);
    EXPECT_EQ(text_at(parsed(rig.ops().get("/v1/hubs/other-hub/sessions")), "/items"), "[]");

    for (const auto& [bad, field] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
             {R"("weekly":[{"day":"tuesday","hours":"14:00-16:00","seats":6}])", "/weekly/0/day"},
             {R"("weekly":[{"day":"tue","hours":"16:00-14:00","seats":6}])", "/weekly/0/hours"},
             {R"("weekly":[{"day":"tue","hours":"14:00-16:00"}])", "/weekly/0/seats"},
             {R"("weekly":[{"day":"tue","hours":"14:00-16:00","seats":1},{"day":"tue","hours":"14:00-15:00","seats":1}])",
              "/weekly"},
             {R"("kept":[{"for":"urgent"}])", "/kept/0/count"},
             {R"("weekly":[{"day":"tue","hours":"14:00-16:00","seats":1,"needs":["dev-repair"]}])", "/weekly"},
             {R"("kept":[{"count":1,"for":"friends"}])", "/kept/0/for"},
             {R"("kept":[{"count":1,"for":"need"}])", "/kept/0/needs"},
             {R"("kept":[{"count":1,"for":"referrer","referrer":"b86"}])", "/kept/0/referrer"},
             {R"("kept":[{"count":1,"for":"urgent","place":"leeds"}])", "/kept/0/place"}}) {
        const Answer no = hub(bad);
        EXPECT_EQ(no.status, 422) << bad << no.body;
        EXPECT_NE(no.body.find(field), std::string::npos) << bad << no.body;
    }
}

TEST_F(WithSessions, AnExplanationSaysForWhomTheLastPlacesAreKept) {
    const Answer made = rig.ops().put(
        "/v1/hubs/holbeck-library",
        R"({"name":"Holbeck","place":"leeds","needs":["nhs-app"],"capacity":{"place":2},)"
        R"("kept":[{"count":2,"for":"urgent"}]})");
    ASSERT_EQ(made.status, 200) << made.body;
    const std::string id = text_at(rig.submitted(Rig::referral()), "/id");
    const Answer why =
        rig.practice().get("/v1/referrals/" + id + "/explanation?hub=holbeck-library");
    ASSERT_EQ(why.status, 200) << why.body;
    EXPECT_NE(why.body.find("\"kept-for-others\""), std::string::npos) << why.body;
    EXPECT_NE(why.body.find("The last 2 places are kept for urgent referrals."), std::string::npos)
        << why.body;
}

TEST_F(WithSessions, AGroupMayTakeAWholeSession) {
    ASSERT_EQ(publish(48, 12).status, 201);
    const auto referral =
        rig.submitted(Rig::referral(R"("nhs-app")", R"(,"load":10,"whole_session":true)"));
    const auto whole = parsed(rig.practice().get("/v1/referrals/" + text_at(referral, "/id")));
    EXPECT_EQ(text_at(whole, "/whole_session"), "true") << serialize(whole);
    EXPECT_EQ(text_at(parsed(rig.hub().get(sessions)), "/items/0/held"), "12");
}

}  // namespace
}  // namespace hubward::tests
