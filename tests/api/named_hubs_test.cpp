// SPDX-License-Identifier: Apache-2.0
//
// A referral that names a hub nobody knows is asked about, not sent on without it.
#include <gtest/gtest.h>

#include "tests/api/rig.hpp"

namespace hubward::tests {
namespace {

struct NamedHubs : testing::Test {
    NamedHubs() {
        rig.add_hub("holbeck-library");
        rig.add_hub("armley-hub", 5, "leeds");
    }
    Answer put_closed(bool closed) {
        const std::string body = R"({"name":"Armley","place":"leeds","location":{"latitude":53.79,"longitude":-1.55},)"
                                 R"("needs":["nhs-app"],"active":)" +
                                 std::string(closed ? "false" : "true") + "}";
        return rig.ops().put("/v1/hubs/armley-hub", body);
    }
    Rig rig;
};

TEST_F(NamedHubs, UnknownOnesAreNamedByTheirMember) {
    for (const auto& [member, pointer] :
         {std::pair{R"(,"refused_hubs":["holbeck-libary"])", "/refused_hubs/0"},
          {R"(,"refused_hubs":["holbeck-library","armley-hubb"])", "/refused_hubs/1"},
          {R"(,"chosen_hub":"armley")", "/chosen_hub"},
          {R"(,"trusted_hub":"armley")", "/trusted_hub"}}) {
        for (const char* path : {"/v1/referrals", "/v1/referrals:check", "/v1/matches"}) {
            const Answer told = rig.practice().post(path, Rig::referral(R"("nhs-app")", member));
            EXPECT_EQ(told.status, 422) << path << member << told.body;
            EXPECT_EQ(text_at(parsed(told), "/errors/0/pointer"), pointer) << path << told.body;
        }
    }
    EXPECT_EQ(text_at(parsed(rig.practice().get("/v1/referrals")), "/items"), "[]") << "nothing was stored";
}

TEST_F(NamedHubs, KnownOnesAreTakenAlsoWhenTheyHaveClosed) {
    ASSERT_EQ(put_closed(true).status, 200);
    for (const char* path : {"/v1/referrals", "/v1/referrals:check", "/v1/matches"}) {
        const Answer taken =
            rig.practice().post(path, Rig::referral(R"("nhs-app")", R"(,"refused_hubs":["armley-hub"])"));
        EXPECT_LT(taken.status, 300) << path << taken.body;
    }
}

// Whoever lost the answer gets it, whatever would be said of the same request now.
TEST_F(NamedHubs, ARequestThatWasTakenIsAnsweredAgain) {
    const std::string body = Rig::referral(R"("nhs-app")", R"(,"refused_hubs":["armley-hub"])");
    const Answer first = rig.practice().post("/v1/referrals", body, {{"Idempotency-Key", "lost"}});
    ASSERT_EQ(first.status, 201) << first.body;
    const Answer again = rig.practice().post("/v1/referrals", body, {{"Idempotency-Key", "lost"}});
    EXPECT_EQ(again.status, 201);
    EXPECT_EQ(again.body, first.body);
    // The same key, though now for a hub that is not there, is a key used twice and no question about hubs.
    const Answer other =
        rig.practice().post("/v1/referrals", Rig::referral(R"("nhs-app")", R"(,"refused_hubs":["nonesuch"])"),
                            {{"Idempotency-Key", "lost"}});
    EXPECT_EQ(text_at(parsed(other), "/type"), rig.services->base_url + "/problems/key-reused") << other.body;
}

}  // namespace
}  // namespace hubward::tests
