// SPDX-License-Identifier: Apache-2.0
//
// Asking before sending: matches, check, options, choice and explanation, over HTTP.
#include <gtest/gtest.h>

#include "tests/api/rig.hpp"

namespace hubward::tests {
namespace {

struct Street : Rig {
    Street() {
        add_hub("near", R"(,"location":{"latitude":53.790,"longitude":-1.550},"wait_days":3)");
        add_hub("far", R"(,"location":{"latitude":53.830,"longitude":-1.550})");
    }
    static std::string ask(std::string_view more = "") {
        return R"({"needs":["nhs-app"],"location":{"latitude":53.790,"longitude":-1.550},)"
               R"("consent":{"share_with_hub":true})" +
               std::string(more) + "}";
    }
    void add_hub(const std::string& slug, const std::string& more) {
        const Answer made = ops().put(
            "/v1/hubs/" + slug, R"({"name":"Hub )" + slug +
                                    R"(","place":"leeds","needs":["nhs-app"],"capacity":{"place":3})" +
                                    more + "}");
        EXPECT_EQ(made.status, 201) << made.body;
    }
    std::uint64_t events() { return parsed(ops().get("/v1/referrals")).at("items").as_array().size(); }
};

TEST(Preview, RanksHubsWithoutConsentAndStoresNothing) {
    Street street;
    const Answer answer = street.practice().post(
        "/v1/matches", R"({"needs":["nhs-app"],"location":{"latitude":53.790,"longitude":-1.550}})");
    ASSERT_EQ(answer.status, 200) << answer.body;
    const json::value told = parsed(answer);
    EXPECT_EQ(text_at(told, "/items/0/hub/slug"), "near");
    EXPECT_EQ(text_at(told, "/items/1/hub/name"), "Hub far");
    const std::string text = text_at(told, "/items/0/text");
    EXPECT_NE(text.find("Helps with the NHS App"), std::string::npos) << text;
    EXPECT_NE(text.find("3 days"), std::string::npos) << text;
    EXPECT_EQ(text.find("nhs-app"), std::string::npos) << text;
    EXPECT_EQ(street.events(), 0U);
}

// A wish moves a hub up, says so in words and in points, and is told to the hub with the rest.
TEST(Preview, AWishForAccessBringsAHubForward) {
    Street street;
    street.add_hub("quiet", R"(,"location":{"latitude":53.791,"longitude":-1.550},"access":["low-noise"])");
    const auto first = [&](std::string_view more) {
        const Answer answer = street.practice().post("/v1/matches", Street::ask(more));
        EXPECT_EQ(answer.status, 200) << answer.body;
        return parsed(answer).at("items").at(0);
    };
    EXPECT_EQ(text_at(first(""), "/hub/slug"), "near");
    const json::value wished = first(R"(,"access_preferred":["low-noise","braille"])");
    EXPECT_EQ(text_at(wished, "/hub/slug"), "quiet");
    EXPECT_EQ(wished.at("score").at("access").as_int64(), 25);
    EXPECT_NE(text_at(wished, "/text").find("Of what the person would like there it has 1 of 2."),
              std::string::npos);
}

// Nothing is done, so nothing can be done twice.
TEST(Preview, AsksForNoIdempotencyKey) {
    Street street;
    for (const char* target : {"/v1/matches", "/v1/referrals:check"}) {
        EXPECT_EQ(street.practice().post(target, Street::ask(), {{"Idempotency-Key", ""}}).status, 200)
            << target;
    }
    EXPECT_EQ(street.practice().post("/v1/referrals", Street::ask(), {{"Idempotency-Key", ""}}).status, 400);
}

TEST(Preview, TheNumberOfHubsIsTheCallersWithinABound) {
    Street street;
    const auto ask = [&](const std::string& query) {
        return street.practice().post("/v1/matches" + query, Street::ask());
    };
    EXPECT_EQ(parsed(ask("?limit=1")).at("items").as_array().size(), 1U);
    EXPECT_EQ(ask("?limit=0").status, 400);
    EXPECT_EQ(ask("?limit=51").status, 400);
    EXPECT_EQ(ask("?limit=ten").status, 400);
}

TEST(Check, GivesTheVerdictThatSendingGets) {
    Street street;
    const auto check = [&](const std::string& body) {
        return parsed(street.practice().post("/v1/referrals:check", body));
    };
    EXPECT_EQ(text_at(check(Street::ask()), "/verdict"), "offered");
    EXPECT_EQ(text_at(check(Street::ask()), "/offers/0/hub/slug"), "near");
    const json::value gap = check(Street::ask(R"(,"language":"pl","language_required":true)"));
    EXPECT_EQ(text_at(gap, "/verdict"), "gap");
    EXPECT_EQ(text_at(gap, "/gaps/0/nearest_miss"), "language-missing");
    EXPECT_NE(text_at(gap, "/gaps/0/text").find("Nobody at the hub"), std::string::npos);
    const json::value refused =
        check(R"({"needs":["nhs-app"],"consent":{"share_with_hub":false}})");
    EXPECT_EQ(text_at(refused, "/verdict"), "refused");
    EXPECT_EQ(text_at(refused, "/refused/code"), "consent-missing");
    EXPECT_EQ(street.events(), 0U);
}

TEST(Options, AreToldInPlainWordsAndTheChosenOneBinds) {
    Street street;
    const json::value made = parsed(street.practice().post("/v1/referrals", Street::ask()));
    const std::string id = text_at(made, "/id");
    EXPECT_EQ(text_at(made, "/offers/0/hub/slug"), "near");
    const json::value options = parsed(street.practice().get("/v1/referrals/" + id + "/options"));
    ASSERT_EQ(options.at("items").as_array().size(), 2U);
    EXPECT_EQ(text_at(options, "/items/0/hub/slug"), "near");  // its own unit counts as free
    const Answer chosen =
        street.practice().post("/v1/referrals/" + id + "/choice", R"({"hub":"far"})");
    ASSERT_EQ(chosen.status, 200) << chosen.body;
    EXPECT_EQ(text_at(parsed(chosen), "/offers/1/hub/slug"), "far");
    EXPECT_EQ(text_at(parsed(chosen), "/offers/0/status"), "cancelled");
}

TEST(Choice, WrongOnesAreRefusedWithWhatToDo) {
    Street street;
    street.ops().put("/v1/hubs/far/capacity", R"({"unit":"place","total":0})");
    const json::value made = parsed(street.practice().post("/v1/referrals", Street::ask()));
    const std::string path = "/v1/referrals/" + text_at(made, "/id") + "/choice";
    const Answer full = street.practice().post(path, R"({"hub":"far"})");
    EXPECT_EQ(full.status, 409);
    EXPECT_NE(full.body.find("choice-not-possible"), std::string::npos) << full.body;
    EXPECT_EQ(street.practice().post(path, R"({"hub":"far","no_digital":true})").status, 422);
    EXPECT_EQ(street.practice().post(path, "{}").status, 422);
    EXPECT_EQ(street.practice("B99999").post(path, R"({"hub":"far"})").status, 404);
    const Answer none = street.practice().post(path, R"({"no_digital":true})");
    EXPECT_EQ(text_at(parsed(none), "/status"), "revoked") << none.body;
}

TEST(Explanation, TellsDecisionsAndCandidatesThatAddUp) {
    Street street;
    const json::value made = parsed(street.practice().post("/v1/referrals", Street::ask()));
    const std::string path = "/v1/referrals/" + text_at(made, "/id") + "/explanation";
    const Answer answer = street.practice().get(path);
    ASSERT_EQ(answer.status, 200) << answer.body;
    const json::value told = parsed(answer);
    EXPECT_EQ(text_at(told, "/decisions/0/hub/slug"), "near");
    EXPECT_EQ(text_at(told, "/decisions/0/policy/hash").size(), 16U);
    EXPECT_EQ(text_at(told, "/decisions/0/policy/hash"), text_at(told, "/now/policy/hash"));
    const json::value& first = told.at("now").at("candidates").as_array()[0];
    std::int64_t sum = 0;
    for (const json::value& factor : first.at("factors").as_array()) {
        sum += factor.at("points").to_number<std::int64_t>();
    }
    EXPECT_EQ(sum, first.at("total").to_number<std::int64_t>());
    EXPECT_EQ(told.at("decisions").as_array()[0].at("score").at("total").to_number<std::int64_t>(), sum);
    EXPECT_NE(text_at(told, "/now/candidates/1/smallest_change/text").find("It would be first"),
              std::string::npos);
}

TEST(Explanation, OfOneHubSaysWhyNotAndAHubHearsOnlyOfItself) {
    Street street;
    const json::value made = parsed(street.practice().post(
        "/v1/referrals", Street::ask(R"(,"travel_max_metres":1000)")));
    const std::string path = "/v1/referrals/" + text_at(made, "/id") + "/explanation";
    const json::value far = parsed(street.practice().get(path + "?hub=far"));
    EXPECT_EQ(text_at(far, "/now/candidates/0/first_failed"), "beyond-travel");
    EXPECT_NE(text_at(far, "/now/candidates/0/smallest_change/text").find("travel 4.4 km"),
              std::string::npos);
    EXPECT_EQ(street.practice().get(path + "?hub=nowhere").status, 400);
    const json::value own = parsed(street.hub("near").get(path));
    ASSERT_EQ(own.at("now").at("candidates").as_array().size(), 1U);
    EXPECT_EQ(text_at(own, "/now/candidates/0/hub/slug"), "near");
    EXPECT_EQ(street.hub("far").get(path).status, 404);
}

// A decision stays told; where the person lives today is not for a hub that was asked once.
TEST(Explanation, AHubHearsOfNowOnlyWhileItIsAsked) {
    Street street;
    const json::value made = parsed(street.practice().post("/v1/referrals", Street::ask()));
    const std::string id = text_at(made, "/id");
    const std::string path = "/v1/referrals/" + id + "/explanation";
    const auto tells_now = [&](const std::string& hub) {
        const Answer answer = street.hub(hub).get(path);
        EXPECT_EQ(answer.status, 200) << answer.body;
        EXPECT_EQ(parsed(answer).at("decisions").as_array().size(), 1U) << answer.body;
        return parsed(answer).as_object().contains("now");
    };
    EXPECT_TRUE(tells_now("near"));
    ASSERT_EQ(street.hub("near").post("/v1/offers/" + id + ".1/decline", R"({"reason":"no-slot"})").status, 200);
    EXPECT_FALSE(tells_now("near")) << "it said no";
    EXPECT_TRUE(tells_now("far"));
    ASSERT_EQ(street.hub("far").post("/v1/offers/" + id + ".2/accept").status, 200);
    EXPECT_FALSE(tells_now("far")) << "nothing is asked of it any more";
    EXPECT_TRUE(parsed(street.practice().get(path)).as_object().contains("now"));
}

TEST(Explanation, AHubHearsOfNowOnlyWhileThePersonShares) {
    Street street;
    const json::value made = parsed(street.practice().post("/v1/referrals", Street::ask()));
    const std::string referral = "/v1/referrals/" + text_at(made, "/id");
    ASSERT_EQ(street.practice()
                  .post(referral + "/consent-withdrawn", R"({"purposes":["share-with-hub"]})")
                  .status,
              200);
    const json::value told = parsed(street.hub("near").get(referral + "/explanation"));
    EXPECT_EQ(text_at(told, "/decisions/0/hub/slug"), "near");
    EXPECT_FALSE(told.as_object().contains("now"));
}

}  // namespace
}  // namespace hubward::tests
