// SPDX-License-Identifier: Apache-2.0
//
// Unique strings are planted in every personal field. They may be seen in one answer only: the
// details, by those who may read them. Every other byte that any role can get is searched.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "server/api/endpoints.hpp"
#include "tests/api/rig.hpp"

namespace hubward::tests {
namespace {

const std::vector<std::string> planted = {
    "Zebulonia",  "Quillfeather", "01632 960777", "zq.plant@example.org", "Umbrage Terrace",
    "LS99 9ZZ",   "1931-07-23",   "tortoiseshell", "Xanthippe",           "01632 960888"};

std::string personal_referral() {
    return Rig::referral_with(R"({
        "name":"Zebulonia Quillfeather","nhs_number":"9990000018","date_of_birth":"1931-07-23",
        "contact":[{"system":"phone","value":"01632 960777"},
                   {"system":"email","value":"zq.plant@example.org"}],
        "address":"7 Umbrage Terrace","postcode":"LS99 9ZZ","note":"likes tortoiseshell cats",
        "carer":{"name":"Xanthippe Example","relationship":"niece",
                 "contact":[{"system":"phone","value":"01632 960888"}]}})");
}

bool holds(const std::string& bytes, const std::string& text) {
    return bytes.find(text) != std::string::npos;
}

void expect_clean(const Answer& answer, const std::string& where) {
    for (const std::string& text : planted) {
        EXPECT_FALSE(holds(answer.raw, text)) << where << " tells " << text;
    }
    EXPECT_FALSE(holds(answer.raw, "9990000018")) << where;
}

// Everything a caller can GET about the referral.
std::vector<std::string> readable(const json::value& made) {
    const std::string id = text_at(made, "/id");
    return {"/v1/referrals", "/v1/referrals/" + id, "/v1/referrals/" + id + "/history",
            "/v1/offers/" + id + ".1", "/v1/offers/" + id + ".2", "/v1/hubs", "/v1/gaps", "/v1/worklist",
            "/v1/hubs/holbeck-library", "/v1/hubs/holbeck-library/offers",
            "/v1/hubs/holbeck-library/capacity", "/v1/hubs/armley-hub/offers", "/metrics",
            "/readyz?verbose", "/livez"};
}

class Leak : public ::testing::Test {
  protected:
    void SetUp() override {
        rig.add_hub("holbeck-library");
        const Answer answer = rig.practice().post("/v1/referrals", personal_referral());
        ASSERT_EQ(answer.status, 201) << answer.body;
        expect_clean(answer, "the answer to the submit");
        made = parsed(answer);
        offer = "/v1/offers/" + text_at(made, "/offers/0/id");
        details = "/v1/referrals/" + text_at(made, "/id") + "/details";
    }

    void expect_all_clean(const std::string& when) {
        std::vector<Caller> all;
        all.push_back(rig.practice());
        all.push_back(rig.practice("B99999"));
        all.push_back(rig.hub());
        all.push_back(rig.hub("armley-hub"));
        all.push_back(rig.place());
        all.push_back(rig.ops());
        all.push_back(rig.nobody());
        for (Caller& caller : all) {
            for (const std::string& path : readable(made)) {
                expect_clean(caller.get(path), fmt::format("{} {}", path, when));
            }
        }
    }

    Rig rig;
    json::value made;
    std::string offer;
    std::string details;
};

TEST_F(Leak, NothingPersonalIsInAnyOtherAnswer) {
    expect_all_clean("before the accept");
    ASSERT_EQ(rig.hub().post(offer + "/accept").status, 200);
    expect_all_clean("after the accept");
    ASSERT_EQ(rig.practice().get(details).status, 200);
    expect_all_clean("after a disclosure");
}

TEST_F(Leak, DetailsAreForThePracticeAndTheHubThatAccepted) {
    EXPECT_EQ(rig.hub().get(details).status, 403);
    EXPECT_EQ(rig.hub("armley-hub").get(details).status, 404);
    EXPECT_EQ(rig.practice("B99999").get(details).status, 404);
    EXPECT_EQ(rig.place().get(details).status, 403);
    EXPECT_EQ(rig.ops().get(details).status, 403);
    const Answer own = rig.practice().get(details);
    ASSERT_EQ(own.status, 200) << own.body;
    for (const std::string& text : planted) {
        EXPECT_TRUE(holds(own.body, text)) << "the details lack " << text;  // the plants are alive
    }
    EXPECT_EQ(own.header("Cache-Control"), "no-store");
    ASSERT_EQ(rig.hub().post(offer + "/accept").status, 200);
    EXPECT_EQ(rig.hub().get(details).status, 200);
    ASSERT_EQ(rig.hub().post(offer + "/return", R"({"reason":"hub-withdrew"})").status, 200);
    EXPECT_EQ(rig.hub().get(details).status, 403);
}

TEST_F(Leak, EveryReadingIsInTheHistory) {
    ASSERT_EQ(rig.hub().post(offer + "/accept").status, 200);
    for (int i = 0; i < 3; ++i) {
        ASSERT_EQ(rig.hub().get(details).status, 200);
    }
    const Answer history =
        rig.practice().get("/v1/referrals/" + text_at(made, "/id") + "/history");
    int readings = 0;
    for (const json::value& item : parsed(history).at("items").as_array()) {
        if (text_at(item, "/event") == "DetailsDisclosed") {
            ++readings;
            EXPECT_EQ(text_at(item, "/by/role"), "hub");
            EXPECT_EQ(text_at(item, "/by/name"), "holbeck-library");
        }
    }
    EXPECT_EQ(readings, 3);
}

TEST_F(Leak, ErasedDetailsAreGone) {
    std::uint64_t slot = 0;
    rig.state([&](const matcher::State& state) { slot = state.referrals.front().key_slot; });
    ASSERT_TRUE(rig.store->vault().erase(slot));
    const Answer gone = rig.practice().get(details);
    EXPECT_EQ(gone.status, 410) << gone.body;
    EXPECT_EQ(text_at(parsed(gone), "/type"), rig.services->base_url + "/problems/erased");
}

TEST_F(Leak, AProblemNeverRepeatsWhatCameIn) {
    Caller practice = rig.practice();
    std::string body = personal_referral();
    const std::string broken[] = {
        body + "Zebulonia",
        Rig::referral_with(R"({"Zebulonia":1})"),
        Rig::referral_with(R"({"name":["Zebulonia"]})"),
        Rig::referral_with(R"({"nhs_number":"9990000019"})"),
        Rig::referral_with(R"({"postcode":"Zebulonia"})"),
        Rig::referral_with(R"({"date_of_birth":"Zebulonia"})"),
        Rig::referral_with(R"({"contact":[{"system":"Zebulonia","value":"01632 960777"}]})"),
        Rig::referral_with(R"({"contact":[{"system":"phone","value":7,"note":"tortoiseshell"}]})"),
        Rig::referral(R"("Zebulonia")"),
        Rig::referral(R"("nhs-app")", R"(,"language":"Zebulonia")"),
    };
    for (const std::string& one : broken) {
        const Answer answer = practice.post("/v1/referrals", one);
        EXPECT_GE(answer.status, 400) << one;
        EXPECT_LT(answer.status, 500) << one;
        // A field that is not ours is named, and only there: the sender must find it.
        if (one.find(R"({"Zebulonia":1})") == std::string::npos) {
            expect_clean(answer, one);
        }
    }
    expect_clean(practice.post("/v1/referrals/Zebulonia/withdraw", "{}"), "a path");
    expect_clean(practice.get("/v1/Zebulonia"), "an unknown path");
    expect_clean(practice.get("/v1/referrals?cursor=Zebulonia&limit=Quillfeather"), "a query");
    expect_clean(practice.post("/v1/referrals", body, {{"If-Match", "Zebulonia"}}), "a header");
}

TEST_F(Leak, AHubLearnsNothingOfOtherHubs) {
    rig.add_hub("armley-hub");
    ASSERT_EQ(rig.hub().post(offer + "/decline", R"({"reason":"no-slot"})").status, 200);
    Caller second = rig.hub("armley-hub");
    const std::string id = text_at(made, "/id");
    for (const std::string& path : {"/v1/offers/" + id + ".2", "/v1/referrals/" + id,
                                    "/v1/referrals/" + id + "/history",
                                    std::string("/v1/hubs/armley-hub/offers")}) {
        const Answer answer = second.get(path);
        EXPECT_EQ(answer.status, 200) << path;
        EXPECT_FALSE(holds(answer.raw, "holbeck")) << path << answer.body;
        EXPECT_FALSE(holds(answer.raw, "no-slot")) << path << answer.body;
    }
    EXPECT_EQ(second.get("/v1/offers/" + id + ".1").status, 404);
}

TEST_F(Leak, AHubThatDeclinedLearnsNothingOfWhatCameOfIt) {
    rig.add_hub("armley-hub");
    ASSERT_EQ(rig.hub().post(offer + "/decline", R"({"reason":"no-slot"})").status, 200);
    const std::string id = text_at(made, "/id");
    Caller second = rig.hub("armley-hub");
    ASSERT_EQ(second.post("/v1/offers/" + id + ".2/accept").status, 200);
    ASSERT_EQ(second.post("/v1/offers/" + id + ".2/outcome", R"({"need":0,"outcome":"need-met"})").status, 200);
    const Answer first = rig.hub().get("/v1/referrals/" + id);
    EXPECT_EQ(text_at(parsed(first), "/needs/0/code"), "nhs-app") << first.body;
    EXPECT_EQ(parsed(first).at("needs").as_array()[0].as_object().size(), 1U) << first.body;
    EXPECT_FALSE(holds(first.raw, id + ".2")) << first.body;
    EXPECT_EQ(text_at(parsed(second.get("/v1/referrals/" + id)), "/needs/0/outcome"), "need-met");
    EXPECT_EQ(text_at(parsed(second.get("/v1/referrals/" + id)), "/needs/0/offer"), id + ".2");
}

}  // namespace
}  // namespace hubward::tests
