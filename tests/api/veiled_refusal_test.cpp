// SPDX-License-Identifier: Apache-2.0
//
// What cannot be done now says nothing to a practice that the person does not tell how it goes.
#include <gtest/gtest.h>

#include "server/api/bars_call.hpp"
#include "server/wire/referral_json.hpp"
#include "tests/api/rig.hpp"

namespace hubward::tests {
namespace {

struct VeiledRefusal : testing::Test {
    VeiledRefusal() {
        rig.add_hub("holbeck-library");
        path = "/v1/referrals/" + text_at(rig.submitted(Rig::referral()), "/id");
        const auto month = rig.clock.now() + std::chrono::hours(24 * 30);
        pause = R"({"reason":"person-unavailable","review_at":")" + server::wire::time_text(month) + R"("})";
        EXPECT_EQ(share(false).status, 200);
        EXPECT_EQ(rig.place().post(path + "/pause", pause).status, 200);
    }
    Answer share(bool yes) {
        const std::string purposes = R"({"purposes":["share-status-with-referrer"])";
        return yes ? rig.practice().post(path + "/consent", purposes + R"(,"given_by":"self","how":"verbal"})")
                   : rig.practice().post(path + "/consent-withdrawn", purposes + "}");
    }
    Rig rig;
    std::string path;
    std::string pause;
};

TEST_F(VeiledRefusal, DoesNotNameTheStatusThatIsNotShared) {
    for (const auto& [step, body] : {std::pair{"/pause", pause.c_str()},
                                     {"/reopen", R"({"note":"Asked again."})"},
                                     {"/choice", R"({"hub":"holbeck-library"})"}}) {
        const Answer told = rig.practice().post(path + step, body);
        EXPECT_EQ(told.status, 409) << step << told.body;
        EXPECT_EQ(told.body.find("on-hold"), std::string::npos) << step << told.body;
        EXPECT_NE(told.body.find("present state"), std::string::npos) << step << told.body;
    }
    EXPECT_NE(rig.place().post(path + "/pause", pause).body.find("on-hold"), std::string::npos) << "looks after it";
}

TEST_F(VeiledRefusal, NamesItOnceThePersonSharesIt) {
    ASSERT_EQ(share(true).status, 200);
    EXPECT_NE(rig.practice().post(path + "/pause", pause).body.find("on-hold"), std::string::npos);
}

// What a practice did itself it knows.
TEST_F(VeiledRefusal, NamesTheEndThatThePracticeIsToldInAnyCase) {
    ASSERT_EQ(rig.practice().post(path + "/withdraw", R"({"reason":"withdrawn-by-person"})").status, 200);
    const Answer told = rig.practice().post(path + "/pause", pause);
    EXPECT_EQ(told.status, 409);
    EXPECT_NE(told.body.find("revoked"), std::string::npos) << told.body;
}

TEST(VeiledRefusalOfBars, IsTheSame) {
    matcher::Rejection rejection;
    rejection.why = matcher::Refused::state_forbids;
    rejection.referral_status = matcher::ReferralStatus::completed;
    EXPECT_NE(server::api::bars::refused(rejection).diagnostics.find("completed"), std::string::npos);
    rejection.referral_status = matcher::ReferralStatus::unknown;
    const auto told = server::api::bars::refused(rejection);
    EXPECT_EQ(told.status, 409U);
    EXPECT_EQ(told.diagnostics.find("unknown"), std::string::npos) << told.diagnostics;
}

}  // namespace
}  // namespace hubward::tests
