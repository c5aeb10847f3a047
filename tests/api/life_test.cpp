// SPDX-License-Identifier: Apache-2.0
//
// The life of a referral through the API: dates, rests, choices, new episodes, the queue, the audit.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "tests/api/rig.hpp"

namespace hubward::tests {
namespace {

std::string kept(Rig& rig, const char* way) {
    return text_at(parsed(rig.place().get("/v1/audit/orphans")),
                   std::string("/needs_kept_by/") + way);
}

struct Lives : testing::Test {
    Lives() {
        rig.add_hub("holbeck-library");
        made = rig.submitted(Rig::referral());
        id = text_at(made, "/id");
        offer = "/v1/offers/" + text_at(made, "/offers/0/id");
        referral = "/v1/referrals/" + id;
    }
    ~Lives() override {
        EXPECT_EQ(text_at(parsed(rig.ops().get("/v1/audit/orphans")), "/orphans"), "[]");
    }
    json::value now() { return parsed(rig.practice().get(referral)); }
    Rig rig;
    json::value made;
    std::string id, offer, referral;
};

TEST_F(Lives, DatesAndTriesMoveTheOffer) {
    Caller hub = rig.hub();
    ASSERT_EQ(hub.post(offer + "/accept").status, 200);
    EXPECT_EQ(kept(rig, "offer"), "1");
    const Answer booked = hub.post(offer + "/appointment", R"({"starts":"2027-03-30T09:00:00Z"})");
    ASSERT_EQ(booked.status, 200) << booked.body;
    EXPECT_EQ(text_at(parsed(booked), "/business_status"), "5.1.1");
    EXPECT_EQ(text_at(parsed(booked), "/appointment"), "2027-03-30T09:00:00.000Z");
    EXPECT_EQ(kept(rig, "appointment"), "1");
    const Answer missed = hub.post(offer + "/contact", R"({"result":"did-not-attend"})");
    EXPECT_EQ(text_at(parsed(missed), "/business_status"), "5.1.2");
    EXPECT_EQ(hub.post(offer + "/contact", R"({"result":"attended"})").status, 409);
    const Answer past = hub.post(offer + "/appointment", R"({"starts":"2020-03-30T09:00:00Z"})");
    EXPECT_EQ(past.status, 422) << past.body;
    const Answer waits = hub.post(offer + "/waitlist", R"({"review_at":"2027-03-30T09:00:00Z"})");
    EXPECT_EQ(text_at(parsed(waits), "/business_status"), "waitlisted");
    EXPECT_EQ(hub.post(offer + "/start").status, 200);
    EXPECT_EQ(text_at(now(), "/offers/0/status"), "in-progress");
}

TEST_F(Lives, APersonIsPassedOnToAnotherHub) {
    rig.add_hub("armley-hub");
    Caller hub = rig.hub();
    ASSERT_EQ(hub.post(offer + "/accept").status, 200);
    ASSERT_EQ(hub.post(offer + "/start").status, 200);
    const Answer nowhere = hub.post(offer + "/transfer", R"({"hub":"nowhere"})");
    EXPECT_EQ(nowhere.status, 409);
    EXPECT_EQ(text_at(parsed(nowhere), "/type"), rig.services->base_url + "/problems/no-hub-can");
    const Answer asked = hub.post(offer + "/transfer", R"({"hub":"armley-hub"})");
    ASSERT_EQ(asked.status, 200) << asked.body;
    EXPECT_EQ(text_at(parsed(asked), "/business_status"), "transfer");
    EXPECT_EQ(rig.hub("armley-hub").post("/v1/offers/" + id + ".2/accept").status, 200);
    EXPECT_EQ(text_at(now(), "/offers/0/reason"), "transferred");
    EXPECT_EQ(text_at(now(), "/needs/0/offer"), id + ".2");
}

TEST_F(Lives, ADangerNamedByTheNextHubIsLookedAtBesideTheOneThatHasThem) {
    rig.add_hub("armley-hub");
    Caller hub = rig.hub();
    ASSERT_EQ(hub.post(offer + "/accept").status, 200);
    ASSERT_EQ(hub.post(offer + "/start").status, 200);
    ASSERT_EQ(hub.post(offer + "/transfer", R"({"hub":"armley-hub"})").status, 200);
    Caller next = rig.hub("armley-hub");
    ASSERT_EQ(next.post("/v1/offers/" + id + ".2/decline", R"({"reason":"safety-concern"})").status, 200);
    const json::value told = now();
    EXPECT_EQ(text_at(told, "/offers/0/status"), "in-progress");
    EXPECT_EQ(text_at(told, "/needs/0/status"), "accepted");
    EXPECT_EQ(text_at(told, "/owner"), "duty-desk");
    EXPECT_TRUE(told.as_object().contains("follow_up_at"));
    EXPECT_FALSE(told.at("needs").at(0).as_object().contains("disputed"));  // nobody has contradicted anybody
    EXPECT_EQ(hub.post(offer + "/transfer", R"({"hub":"armley-hub"})").status, 409);
    EXPECT_EQ(rig.place().post(referral + "/followed-up").status, 200);
    EXPECT_FALSE(now().as_object().contains("follow_up_at"));
}

TEST_F(Lives, ARestAndANewEpisode) {
    Caller practice = rig.practice();
    const Answer over = practice.post(
        referral + "/pause", R"({"reason":"person-unavailable","review_at":"2017-03-30T09:00:00Z"})");
    EXPECT_EQ(over.status, 422);
    EXPECT_EQ(text_at(parsed(over), "/errors/0/pointer"), "/review_at");
    const Answer rests = practice.post(
        referral + "/pause", R"({"reason":"person-unavailable","review_at":"2027-03-30T09:00:00Z"})");
    ASSERT_EQ(rests.status, 200) << rests.body;
    EXPECT_EQ(text_at(parsed(rests), "/status"), "on-hold");
    EXPECT_EQ(text_at(parsed(rests), "/offers/0/reason"), "paused");
    EXPECT_EQ(practice.post(referral + "/pause",
                            R"({"reason":"other","review_at":"2027-03-30T09:00:00Z"})").status, 409);
    EXPECT_EQ(text_at(parsed(practice.post(referral + "/resume")), "/status"), "active");
    EXPECT_EQ(practice.post(referral + "/withdraw", R"({"reason":"withdrawn-by-person"})").status, 200);
    EXPECT_EQ(practice.post(referral + "/reopen", "{}").status, 422);
    const Answer again = practice.post(referral + "/reopen", R"({"note":"Ada asked again."})");
    ASSERT_EQ(again.status, 200) << again.body;
    EXPECT_EQ(text_at(parsed(again), "/episode"), "2");
    EXPECT_EQ(again.body.find("Ada"), std::string::npos);
    const auto details = parsed(practice.get(referral + "/details"));
    EXPECT_EQ(text_at(details, "/notes/0/note"), "Ada asked again.");
    EXPECT_EQ(practice.get(referral + "/history").body.find("Ada"), std::string::npos);
    EXPECT_EQ(rig.practice("B99999").post(referral + "/reopen", R"({"note":"x"})").status, 404);
}

// Opened again it may come to a hub that never had the person; what was said at the end is none of its business.
TEST_F(Lives, TheWordsOfAWithdrawalStayWithTheHubThatHadThePerson) {
    Caller practice = rig.practice();
    ASSERT_EQ(rig.hub().post(offer + "/accept").status, 200);
    ASSERT_EQ(practice.post(referral + "/withdraw",
                            R"({"reason":"withdrawn-by-person","note":"Velvet trombone."})").status, 200);
    rig.add_hub("holbeck-library", 0);
    rig.add_hub("armley-hub");
    const Answer again = practice.post(referral + "/reopen", R"({"note":"Asked again."})");
    ASSERT_EQ(again.status, 200) << again.body;
    ASSERT_EQ(text_at(parsed(again), "/offers/1/hub/slug"), "armley-hub") << again.body;
    Caller later = rig.hub("armley-hub");
    ASSERT_EQ(later.post("/v1/offers/" + id + ".2/accept").status, 200);
    const Answer read = later.get(referral + "/details");
    EXPECT_NE(read.body.find("Asked again."), std::string::npos) << read.body;
    EXPECT_EQ(read.body.find("Velvet"), std::string::npos) << read.body;
    EXPECT_EQ(later.get(referral + "/withdrawal").status, 403);
    const Answer page = later.send("POST", "/hub/armley-hub/offers/" + id + ".2/details",
                                   {{"Content-Type", "application/x-www-form-urlencoded"},
                                    {"Sec-Fetch-Site", "same-origin"}});
    EXPECT_EQ(page.body.find("Velvet"), std::string::npos) << page.body;
    EXPECT_NE(rig.hub().get(referral + "/withdrawal").body.find("Velvet"), std::string::npos);
    EXPECT_NE(practice.get(referral + "/details").body.find("Velvet"), std::string::npos);
}

TEST_F(Lives, MissingFactsComeBackToThePracticeAndADangerToThePlace) {
    rig.add_hub("armley-hub");
    Caller hub = rig.hub(text_at(made, "/offers/0/hub/slug"));
    ASSERT_EQ(hub.post(offer + "/decline", R"({"reason":"missing-information"})").status, 200);
    EXPECT_EQ(text_at(now(), "/needs/0/status"), "with-referrer");
    EXPECT_EQ(kept(rig, "person"), "1");
    ASSERT_EQ(rig.practice().post(referral + "/release").status, 200);
    EXPECT_EQ(text_at(now(), "/needs/0/status"), "offered");
    Caller next = rig.hub(text_at(now(), "/offers/1/hub/slug"));
    ASSERT_EQ(next.post("/v1/offers/" + id + ".2/decline", R"({"reason":"safety-concern"})").status,
              200);
    EXPECT_EQ(text_at(now(), "/owner"), "duty-desk");
    const Answer no = rig.practice().post(referral + "/release");
    EXPECT_EQ(no.status, 409);
    EXPECT_NE(no.body.find("active"), std::string::npos) << no.body;
    EXPECT_EQ(rig.practice().post(referral + "/owner", R"({"owner":"me"})").status, 403);
    EXPECT_EQ(rig.place().post(referral + "/owner", R"({"owner":"link-worker"})").status, 200);
    EXPECT_EQ(text_at(now(), "/owner"), "link-worker");
    const Answer closed = rig.place().post(referral + "/close-need",
                                           R"({"need":0,"outcome":"passed-on"})");
    EXPECT_EQ(text_at(parsed(closed), "/status"), "completed") << closed.body;
}

TEST_F(Lives, ThePersonsChoiceIsAskedAndTheOtherHubTold) {
    rig.add_hub("armley-hub");
    const Answer chosen = rig.practice().post(referral + "/choice", R"({"hub":"armley-hub"})");
    ASSERT_EQ(chosen.status, 200) << chosen.body;
    EXPECT_EQ(text_at(parsed(chosen), "/offers/0/reason"), "person-chose-other");
    EXPECT_EQ(text_at(parsed(chosen), "/offers/1/hub/slug"), "armley-hub");
}

TEST_F(Lives, TheQueueHasPositionsAndAClosingHubFillsIt) {
    Caller hub = rig.hub();
    ASSERT_EQ(hub.post(offer + "/accept").status, 200);
    rig.submitted(Rig::referral(R"("nhs-app")", R"(,"urgency":"urgent")"));
    const Answer closed = rig.place().post("/v1/hubs/holbeck-library/close");
    ASSERT_EQ(closed.status, 200) << closed.body;
    const auto queue = parsed(rig.place().get("/v1/waitlist"));
    EXPECT_EQ(text_at(queue, "/items/0/position"), "1");
    EXPECT_EQ(text_at(queue, "/items/0/urgency"), "urgent");
    EXPECT_EQ(text_at(queue, "/items/1/referral"), id);
    EXPECT_EQ(text_at(queue, "/items/1/raised"), "true");
    EXPECT_FALSE(text_at(queue, "/items/1/review_at").empty());
    EXPECT_EQ(kept(rig, "queue"), "2");
    const auto second = parsed(rig.place().get("/v1/waitlist?limit=1"));
    EXPECT_FALSE(text_at(second, "/next").empty());
    EXPECT_EQ(rig.hub().post("/v1/hubs/holbeck-library/close").status, 403);
    EXPECT_EQ(rig.place("bradford").post("/v1/hubs/holbeck-library/close").status, 404);
}

TEST_F(Lives, ADeclineAgainstTheHubsOwnWordsIsShownUntilChecked) {
    ASSERT_EQ(rig.hub().post(offer + "/decline", R"({"reason":"resource-missing"})").status, 200);
    const auto shown = parsed(rig.place().get("/v1/hubs/holbeck-library"));
    EXPECT_EQ(text_at(shown, "/reviews/0/review"), "stock");
    EXPECT_EQ(text_at(shown, "/reviews/0/declines"), "1");
    EXPECT_EQ(rig.place().post("/v1/hubs/holbeck-library/reviewed", R"({"review":"stock"})").status,
              200);
    EXPECT_EQ(text_at(parsed(rig.place().get("/v1/hubs/holbeck-library")), "/reviews"), "[]");
}

TEST_F(Lives, AnErrorIsMarkedByThePlace) {
    EXPECT_EQ(rig.practice().post(referral + "/error").status, 403);
    const Answer marked = rig.ops().post(referral + "/error");
    EXPECT_EQ(text_at(parsed(marked), "/status"), "entered-in-error") << marked.body;
    EXPECT_EQ(rig.ops().post(referral + "/error").status, 409);
}

TEST_F(Lives, OpeningHoursComeBackAsTheyWereStated) {
    const std::string body =
        R"({"name":"Other","place":"leeds","needs":["nhs-app"],)"
        R"("hours":{"mon":["09:00-12:00","13:00-17:00"],"sat":["10:00-24:00"]}})";
    ASSERT_EQ(rig.ops().put("/v1/hubs/other-hub", body).status, 201);
    const auto shown = parsed(rig.ops().get("/v1/hubs/other-hub"));
    EXPECT_EQ(text_at(shown, "/hours"),
              R"({"mon":["09:00-12:00","13:00-17:00"],"sat":["10:00-24:00"]})");
    // A directory that is silent about hours leaves them; one that says there are none takes them away.
    const std::string silent = R"({"name":"Other name","place":"leeds","needs":["nhs-app"])";
    ASSERT_EQ(rig.ops().put("/v1/hubs/other-hub", silent + "}").status, 200);
    EXPECT_EQ(text_at(parsed(rig.ops().get("/v1/hubs/other-hub")), "/name"), "Other name");
    EXPECT_EQ(text_at(parsed(rig.ops().get("/v1/hubs/other-hub")), "/hours"), text_at(shown, "/hours"));
    ASSERT_EQ(rig.ops().put("/v1/hubs/other-hub", silent + R"(,"hours":{}})").status, 200);
    EXPECT_EQ(text_at(parsed(rig.ops().get("/v1/hubs/other-hub")), "/hours"), "");
    for (const char* bad : {R"({"mon":["9-17"]})", R"({"mon":["17:00-09:00"]})", R"({"moon":[]})",
                            R"({"mon":["09:00-12:00","11:00-13:00"]})", R"({"mon":["09:00-25:00"]})"}) {
        const Answer no = rig.ops().put(
            "/v1/hubs/other-hub",
            fmt::format(R"({{"name":"O","place":"leeds","needs":["nhs-app"],"hours":{}}})", bad));
        EXPECT_EQ(no.status, 422) << bad << no.body;
        EXPECT_NE(no.body.find("/hours/"), std::string::npos) << no.body;
    }
}

}  // namespace
}  // namespace hubward::tests
