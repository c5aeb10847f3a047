// SPDX-License-Identifier: Apache-2.0
//
// A referral that is made for a need of another, through the API.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "tests/api/rig.hpp"

namespace hubward::tests {
namespace {

TEST(Onward, AReferralMadeForANeedOfAnotherShowsItAndIsShown) {
    Rig rig;
    rig.add_hub("holbeck-library");
    const std::string origin = text_at(rig.submitted(Rig::referral()), "/id");
    const auto made = rig.submitted(Rig::referral(
        R"("dev-loan")", fmt::format(R"(,"onward_of":{{"referral":"{}","need":0}})", origin)));
    const std::string id = text_at(made, "/id");
    const auto there = parsed(rig.practice().get("/v1/referrals/" + id));
    EXPECT_EQ(text_at(there, "/onward_of/referral"), origin);
    EXPECT_EQ(text_at(there, "/onward_of/need"), "nhs-app");
    const auto back = parsed(rig.practice().get("/v1/referrals/" + origin));
    EXPECT_EQ(text_at(back, "/onward/0/referral"), id);
    EXPECT_EQ(text_at(back, "/onward/0/need"), "nhs-app");
    const Answer no = rig.practice("B86001").post(
        "/v1/referrals",
        Rig::referral(R"("nhs-app")", fmt::format(R"(,"onward_of":{{"referral":"{}","need":0}})", origin)));
    EXPECT_EQ(no.status, 422) << no.body;
    EXPECT_NE(no.body.find("/onward_of"), std::string::npos) << no.body;
}

// The link is an event of the other referral: the version of the new one does not rise by it.
TEST(Onward, TheTagOfTheAnswerIsTheVersionOfTheNewReferral) {
    Rig rig;
    rig.add_hub("holbeck-library");
    const std::string origin = text_at(rig.submitted(Rig::referral()), "/id");
    const Answer made = rig.practice().post(
        "/v1/referrals",
        Rig::referral(R"("dev-loan")", fmt::format(R"(,"onward_of":{{"referral":"{}","need":0}})", origin)));
    ASSERT_EQ(made.status, 201) << made.body;
    const Answer got = rig.practice().get("/v1/referrals/" + text_at(parsed(made), "/id"));
    EXPECT_EQ(made.header("ETag"), got.header("ETag"));
}

}  // namespace
}  // namespace hubward::tests
