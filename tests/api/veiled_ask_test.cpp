// SPDX-License-Identifier: Apache-2.0
//
// A practice to which the person does not tell how it goes reads the codes that it sent, whatever hubs have
// made of them since.
#include <gtest/gtest.h>

#include "tests/api/rig.hpp"

namespace hubward::tests {
namespace {

struct VeiledAsk : testing::Test {
    VeiledAsk() {
        rig.add_hub("holbeck-library");
        id = text_at(rig.submitted(Rig::referral()), "/id");
        EXPECT_EQ(rig.practice()
                      .post("/v1/referrals/" + id + "/consent-withdrawn",
                            R"({"purposes":["share-status-with-referrer"]})")
                      .status,
                  200);
    }
    // Wherever the practice and the place read the referral.
    std::vector<std::string> paths() const { return {"/v1/referrals/" + id, "/v1/referrals"}; }
    void expect_not_told(const std::string& code) {
        for (const std::string& path : paths()) {
            const Answer told = rig.practice().get(path);
            EXPECT_EQ(told.status, 200) << path;
            EXPECT_NE(told.body.find("nhs-app"), std::string::npos) << path << told.body;
            EXPECT_EQ(told.body.find(code), std::string::npos) << path << told.body;
            EXPECT_NE(rig.place().get(path).body.find(code), std::string::npos) << path << " looks after it";
        }
    }
    Rig rig;
    std::string id;
};

TEST_F(VeiledAsk, LacksTheNeedThatAHubFound) {
    ASSERT_EQ(rig.hub().post("/v1/offers/" + id + ".1/accept").status, 200);
    ASSERT_EQ(rig.hub().post("/v1/offers/" + id + ".1/need", R"({"need":"data-sim"})").status, 200);
    expect_not_told("data-sim");
    const std::string task = "/FHIR/R4/Task/" + id;
    EXPECT_EQ(rig.practice().get(task).body.find("data-sim"), std::string::npos);
    EXPECT_NE(rig.place().get(task).body.find("data-sim"), std::string::npos) << "looks after it";
}

TEST_F(VeiledAsk, LacksWhatThePersonToldAHub) {
    ASSERT_EQ(rig.hub().post("/v1/offers/" + id + ".1/decline", R"({"reason":"home-visit-wanted"})").status, 200);
    expect_not_told("home-visit");
}

TEST_F(VeiledAsk, IsWholeAgainOnceThePersonShares) {
    ASSERT_EQ(rig.hub().post("/v1/offers/" + id + ".1/accept").status, 200);
    ASSERT_EQ(rig.hub().post("/v1/offers/" + id + ".1/need", R"({"need":"data-sim"})").status, 200);
    ASSERT_EQ(rig.practice()
                  .post("/v1/referrals/" + id + "/consent",
                        R"({"purposes":["share-status-with-referrer"],"given_by":"self","how":"verbal"})")
                  .status,
              200);
    EXPECT_NE(rig.practice().get("/v1/referrals/" + id).body.find("data-sim"), std::string::npos);
}

}  // namespace
}  // namespace hubward::tests
