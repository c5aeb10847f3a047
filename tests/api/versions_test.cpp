// SPDX-License-Identifier: Apache-2.0
//
// Two people acting at once: If-Match lets one through and tells the other who was first.
#include <gtest/gtest.h>

#include "tests/api/rig.hpp"

namespace hubward::tests {
namespace {

class Versions : public ::testing::Test {
  protected:
    void SetUp() override {
        rig.add_hub("holbeck-library");
        made = rig.submitted(Rig::referral());
        offer = "/v1/offers/" + text_at(made, "/offers/0/id");
        referral = "/v1/referrals/" + text_at(made, "/id");
    }
    Rig rig;
    json::value made;
    std::string offer;
    std::string referral;
};

TEST_F(Versions, TheSecondOfTwoStaffIsToldWhoWasFirst) {
    const std::string tag(rig.hub().get(offer).header("ETag"));
    ASSERT_EQ(rig.hub().post(offer + "/accept", "", {{"If-Match", tag}}).status, 200);
    const Answer second =
        rig.hub().post(offer + "/decline", R"({"reason":"no-slot"})", {{"If-Match", tag}});
    EXPECT_EQ(second.status, 412);
    const std::string detail = text_at(parsed(second), "/detail");
    EXPECT_NE(detail.find("hub holbeck-library"), std::string::npos) << detail;
    EXPECT_NE(detail.find("ccepted"), std::string::npos) << detail;
    EXPECT_EQ(second.header("ETag"), rig.hub().get(offer).header("ETag"));
    EXPECT_EQ(text_at(parsed(rig.hub().get(offer)), "/status"), "accepted");
}

TEST_F(Versions, ATagThatWasNeverGivenMatchesNothing) {
    for (const char* tag : {"\"99\"", "\"abc\"", "\"0\"", "W/\"2\"", "\"\"", "\"4294967295\"",
                            "\"99999999999999999999\""}) {
        EXPECT_EQ(rig.hub().post(offer + "/open", "", {{"If-Match", tag}}).status, 412) << tag;
    }
    for (const char* tag : {"2", "\"1\", \"2\"", "\"1", "**"}) {
        EXPECT_EQ(rig.hub().post(offer + "/open", "", {{"If-Match", tag}}).status, 400) << tag;
    }
    EXPECT_EQ(rig.hub().post(offer + "/open", "", {{"If-Match", "*"}}).status, 200);
}

TEST_F(Versions, AnUnchangedDocumentIsNotSentAgain) {
    for (const std::string& path : {offer, std::string("/v1/hubs/holbeck-library"),
                                    std::string("/v1/hubs/holbeck-library/capacity")}) {
        const std::string tag(rig.hub().get(path).header("ETag"));
        ASSERT_FALSE(tag.empty()) << path;
        const Answer same = rig.hub().get(path, {{"If-None-Match", "\"x\", " + tag}});
        EXPECT_EQ(same.status, 304) << path;
        EXPECT_TRUE(same.body.empty());
        EXPECT_EQ(same.header("ETag"), tag);
    }
    const std::string before(rig.practice().get(referral).header("ETag"));
    EXPECT_EQ(rig.practice().get(referral, {{"If-None-Match", "W/" + before}}).status, 304);
    ASSERT_EQ(rig.hub().post(offer + "/accept").status, 200);
    const Answer changed = rig.practice().get(referral, {{"If-None-Match", before}});
    EXPECT_EQ(changed.status, 200);
    EXPECT_NE(changed.header("ETag"), before);
}

TEST_F(Versions, TheTagOfTheSubmitIsTheTagOfTheReferral) {
    const Answer answer = rig.practice().post("/v1/referrals", Rig::referral(R"("dev-loan")"));
    ASSERT_EQ(answer.status, 201);
    EXPECT_EQ(answer.header("ETag"),
              rig.practice().get(std::string(answer.header("Location"))).header("ETag"));
}

TEST_F(Versions, AHubIsMadeReplacedAndGuarded) {
    const std::string body = R"({"name":"New","place":"leeds","needs":["nhs-app"]})";
    const Answer made_hub = rig.place().put("/v1/hubs/new-hub", body);
    EXPECT_EQ(made_hub.status, 201);
    EXPECT_EQ(made_hub.header("Location"), "/v1/hubs/new-hub");
    const std::string tag(made_hub.header("ETag"));
    EXPECT_EQ(rig.place().put("/v1/hubs/new-hub", body, {{"If-Match", tag}}).status, 200);
    EXPECT_EQ(rig.place().put("/v1/hubs/new-hub", body, {{"If-Match", tag}}).status, 412);
    EXPECT_EQ(rig.place().put("/v1/hubs/new-hub", body).status, 200);
    // Another place can neither take the hub nor plant one here.
    EXPECT_EQ(rig.place("bradford").put("/v1/hubs/new-hub", body).status, 404);
    EXPECT_EQ(rig.place("bradford").put("/v1/hubs/other-hub", body).status, 404);
    // The document's units move with every offer, and so does its tag; If-Match still holds.
    const std::string hub_tag(rig.hub().get("/v1/hubs/holbeck-library").header("ETag"));
    ASSERT_EQ(rig.hub().post(offer + "/accept").status, 200);
    EXPECT_NE(rig.hub().get("/v1/hubs/holbeck-library").header("ETag"), hub_tag);
    EXPECT_EQ(rig.hub().put("/v1/hubs/holbeck-library/capacity", R"({"unit":"place","total":9})",
                            {{"If-Match", hub_tag}}).status,
              200);
}

TEST_F(Versions, AnOpenPracticeReferenceNamesTheOpenReferral) {
    const std::string body = Rig::referral(R"("nhs-app")", R"(,"practice_reference":"A-77")");
    const json::value first = rig.submitted(body);
    const Answer second = rig.practice().post("/v1/referrals", body);
    EXPECT_EQ(second.status, 409);
    EXPECT_NE(second.body.find(text_at(first, "/id")), std::string::npos) << second.body;
    EXPECT_EQ(rig.practice("B12345").post("/v1/referrals", body).status, 201);
}

}  // namespace
}  // namespace hubward::tests
