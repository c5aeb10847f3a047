// SPDX-License-Identifier: Apache-2.0
//
// GET /v1/worklist: whoever has to move a person on finds them there, and nobody else does.
#include <gtest/gtest.h>

#include "tests/api/rig.hpp"

namespace hubward::tests {
namespace {

struct Worklist : testing::Test {
    Worklist() { rig.add_hub("holbeck-library"); }

    // A referral whose only hub declined it for this reason.
    std::string declined(const std::string& reason, const std::string& ods = "A12345") {
        std::string id = text_at(rig.submitted(Rig::referral(), ods), "/id");
        EXPECT_EQ(rig.hub().post("/v1/offers/" + id + ".1/decline", R"({"reason":")" + reason + R"("})").status, 200);
        return id;
    }
    static std::vector<std::string> ids(Caller caller, std::string target = "/v1/worklist") {
        std::vector<std::string> found;
        while (!target.empty()) {
            const Answer answer = caller.get(target);
            EXPECT_EQ(answer.status, 200) << answer.body;
            const json::value document = parsed(answer);
            for (const json::value& item : document.at("items").as_array()) {
                found.push_back(text_at(item, "/id"));
            }
            const std::string link(answer.header("Link"));
            target = link.empty() ? "" : link.substr(1, link.find('>') - 1);
        }
        return found;
    }
    Rig rig;
};

using Ids = std::vector<std::string>;

TEST_F(Worklist, HoldsWhatCameBackToTheReferrerAndWhatAnOwnerHas) {
    const std::string routed = text_at(rig.submitted(Rig::referral()), "/id");
    const std::string back = declined("missing-information");
    const std::string danger = declined("safety-concern");
    EXPECT_EQ(ids(rig.ops()), (Ids{danger, back})) << "and not " << routed;
    EXPECT_EQ(ids(rig.practice()), (Ids{danger, back}));
    EXPECT_EQ(ids(rig.place()), (Ids{danger, back}));
    EXPECT_EQ(rig.hub().get("/v1/worklist").status, 403);
    const json::value row = parsed(rig.practice().get("/v1/worklist")).at("items").as_array().at(1);
    EXPECT_EQ(text_at(row, "/needs/0/status"), "with-referrer");
    EXPECT_FALSE(text_at(row, "/review_at").empty()) << "by when somebody looks";
}

TEST_F(Worklist, IsLeftByWhoWasMovedOn) {
    const std::string back = declined("missing-information");
    ASSERT_EQ(rig.practice().post("/v1/referrals/" + back + "/release").status, 200);
    EXPECT_EQ(ids(rig.practice()), Ids());
    EXPECT_EQ(ids(rig.ops()), Ids());
}

TEST_F(Worklist, TellsAPracticeNothingOfOthersNorOfWhoDoesNotShare) {
    const std::string other = declined("missing-information", "B86003");
    const std::string own = declined("missing-information");
    EXPECT_EQ(ids(rig.practice()), Ids{own});
    ASSERT_EQ(rig.practice()
                  .post("/v1/referrals/" + own + "/consent-withdrawn",
                        R"({"purposes":["share-status-with-referrer"]})")
                  .status,
              200);
    EXPECT_EQ(ids(rig.practice()), Ids()) << "that it came back is how it stands";
    EXPECT_EQ(ids(rig.ops()), (Ids{own, other}));
    EXPECT_EQ(ids(rig.place("bradford")), Ids());
}

TEST_F(Worklist, IsReadPageByPageWhileRowsGo) {
    Ids expected;
    for (int i = 0; i < 4; ++i) {
        expected.insert(expected.begin(), declined("safety-concern"));
    }
    EXPECT_EQ(ids(rig.ops(), "/v1/worklist?limit=1"), expected);
    const std::string next = text_at(parsed(rig.ops().get("/v1/worklist?limit=2")), "/next");
    ASSERT_EQ(rig.ops().post("/v1/referrals/" + expected[1] + "/release").status, 200);
    EXPECT_EQ(ids(rig.ops(), "/v1/worklist?limit=2&cursor=" + next), (Ids{expected[2], expected[3]}));
    EXPECT_EQ(rig.ops().get("/v1/gaps?cursor=" + next).status, 400) << "the cursor of another list";
}

}  // namespace
}  // namespace hubward::tests
