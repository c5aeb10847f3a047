// SPDX-License-Identifier: Apache-2.0
//
// Rules over HTTP: a place's own, those of everywhere else, and which of them a decision cites.
#include <gtest/gtest.h>

#include "tests/api/rig.hpp"

namespace hubward::tests {
namespace {

// The rules in force with some settings changed, as a body to PUT.
std::string changed(const Answer& shown, std::initializer_list<std::pair<const char*, json::value>> settings,
                    std::string_view within = {}) {
    json::value doc = parsed(shown);
    for (const auto& [key, value] : settings) {
        doc.at("settings").as_object()[key] = value;
    }
    if (!within.empty()) {
        doc.as_object()["within"] = within;
    }
    return json::serialize(doc);
}

TEST(Policy, APlaceHasNoneUntilItAdoptsSome) {
    Rig rig;
    EXPECT_EQ(rig.ops().get("/v1/policies/leeds").status, 404);
    EXPECT_TRUE(parsed(rig.ops().get("/v1/policies")).at("items").as_array().empty());
    const std::string body = changed(rig.ops().get("/v1/policy"), {{"requirements.language", "hard"}});
    const Answer put = rig.place("leeds").put("/v1/policies/leeds", body);
    ASSERT_EQ(put.status, 200) << put.body;
    EXPECT_EQ(text_at(parsed(put), "/place"), "leeds");
    const json::value now = parsed(rig.hub().get("/v1/policies/leeds"));
    EXPECT_EQ(text_at(now, "/settings/requirements.language"), "hard");
    EXPECT_EQ(now.at("version").to_number<int>(), 1);
    EXPECT_EQ(text_at(parsed(rig.ops().get("/v1/policy")), "/settings/requirements.language"), "soft");
    EXPECT_EQ(text_at(parsed(rig.ops().get("/v1/policies")), "/items/0/place"), "leeds");
}

TEST(Policy, APlaceMayNotSetAnothersAndTheTreeMustHold) {
    Rig rig;
    const std::string body = changed(rig.ops().get("/v1/policy"), {});
    EXPECT_EQ(rig.place("leeds").put("/v1/policies/hull", body).status, 404);
    const Answer unknown =
        rig.ops().put("/v1/policies/leeds", changed(rig.ops().get("/v1/policy"), {}, "yorkshire"));
    EXPECT_EQ(unknown.status, 422) << unknown.body;
    EXPECT_EQ(rig.ops().put("/v1/policies/Leeds%20City", body).status, 404);
    const Answer loud =
        rig.ops().put("/v1/policies/leeds", changed(rig.ops().get("/v1/policy"), {{"offers.urgent", "loud"}}));
    EXPECT_EQ(loud.status, 422);
    EXPECT_NE(loud.body.find("as-house or sequential"), std::string::npos) << loud.body;
}

TEST(Policy, DecisionsPreviewsAndExplanationsCiteThePlacesRules) {
    Rig rig;
    rig.add_hub("holbeck-library");
    const Answer everywhere = rig.ops().get("/v1/policy");
    ASSERT_EQ(rig.ops().put("/v1/policies/leeds", changed(everywhere, {{"weights.spare", 999}})).status, 200);
    const json::value rules = parsed(rig.ops().get("/v1/policies/leeds"));
    const json::value made =
        rig.submitted(Rig::referral(R"("nhs-app")", R"(,"place":"leeds","may_relax":["travel","language"])"));
    const std::string id = text_at(made, "/id");
    const json::value told = parsed(rig.practice().get("/v1/referrals/" + id + "/explanation"));
    EXPECT_EQ(text_at(told, "/decisions/0/policy/place"), "leeds");
    EXPECT_EQ(text_at(told, "/decisions/0/policy/hash"), text_at(rules, "/hash"));
    EXPECT_EQ(text_at(told, "/now/policy/hash"), text_at(rules, "/hash"));
    const Answer preview = rig.practice().post("/v1/matches", R"({"needs":["nhs-app"],"place":"leeds"})");
    EXPECT_EQ(text_at(parsed(preview), "/policy/hash"), text_at(rules, "/hash")) << preview.body;
    const json::value shown = parsed(rig.practice().get("/v1/referrals/" + id));
    EXPECT_EQ(shown.at("may_relax"), json::value({"language", "travel"}));
    const json::value other = rig.submitted(Rig::referral());
    const json::value why = parsed(rig.practice().get("/v1/referrals/" + text_at(other, "/id") + "/explanation"));
    EXPECT_EQ(text_at(why, "/decisions/0/policy/hash"), text_at(parsed(everywhere), "/hash"));
    EXPECT_EQ(why.at("decisions").at(0).at("policy").as_object().count("place"), 0U);
}

TEST(Policy, OnlyTheVersionThatTheCallerSawIsReplaced) {
    Rig rig;
    const std::string body = changed(rig.ops().get("/v1/policy"), {});
    ASSERT_EQ(rig.ops().put("/v1/policies/leeds", body).status, 200);
    EXPECT_EQ(rig.ops().put("/v1/policies/leeds", body, {{"If-Match", "\"7\""}}).status, 412);
    const Answer again = rig.ops().put("/v1/policies/leeds", body, {{"If-Match", "\"1\""}});
    EXPECT_EQ(again.status, 200);
    EXPECT_EQ(parsed(again).at("version").to_number<int>(), 2);
}

}  // namespace
}  // namespace hubward::tests
