// SPDX-License-Identifier: Apache-2.0
//
// An error names the member that is wrong, also where the core has one word for several.
#include <gtest/gtest.h>

#include "tests/api/rig.hpp"

namespace hubward::tests {
namespace {

constexpr const char* nobody_id = "01a21dd4-fe7c-7485-8a0c-7b57e287d85a";
constexpr const char* past = "2020-01-01T00:00:00Z";
constexpr const char* far = "2099-01-01T00:00:00Z";

struct RefusedMember : testing::Test {
    RefusedMember() {
        rig.add_hub("holbeck-library");
        id = text_at(rig.submitted(Rig::referral()), "/id");
    }
    static void expect_pointer(const Answer& told, const std::string& pointer) {
        EXPECT_EQ(told.status, 422) << told.body;
        EXPECT_EQ(text_at(parsed(told), "/errors/0/pointer"), pointer) << told.body;
        EXPECT_EQ(text_at(parsed(told), "/errors/0/detail"), text_at(parsed(told), "/detail"));
    }
    Answer decline(const std::string& reason) {
        return rig.hub().post("/v1/offers/" + id + ".1/decline",
                              R"({"reason":")" + reason + R"(","duplicate_of":")" + nobody_id + R"("})");
    }
    Rig rig;
    std::string id;
};

TEST_F(RefusedMember, OfADuplicateThatIsNoneIsTheOtherReferral) {
    expect_pointer(decline("duplicate"), "/duplicate_of");
    EXPECT_NE(decline("duplicate").body.find("offered to this hub"), std::string::npos);
    expect_pointer(decline("no-capacity"), "/duplicate_of");
    expect_pointer(decline("withdrawn-by-person"), "/reason");
}

TEST_F(RefusedMember, OfAReturnIsADuplicateThatItCannotName) {
    ASSERT_EQ(rig.hub().post("/v1/offers/" + id + ".1/accept").status, 200);
    const Answer told = rig.hub().post("/v1/offers/" + id + ".1/return",
                                       std::string(R"({"reason":"duplicate","duplicate_of":")") + nobody_id + R"("})");
    expect_pointer(told, "/duplicate_of");
    EXPECT_EQ(rig.hub().post("/v1/offers/" + id + ".1/return", R"({"reason":"other"})").status, 422) << "needs a note";
    EXPECT_EQ(rig.hub().post("/v1/offers/" + id + ".1/return", R"({"reason":"no-slot"})").status, 200);
}

TEST_F(RefusedMember, OfAConsentIsTheDateThatCannotBe) {
    const auto submit = [&](const char* date, const char* value) {
        return rig.practice().post("/v1/referrals",
                                   std::string(R"({"consent":{"share_with_hub":true,")") + date + R"(":")" + value +
                                       R"("},"needs":["nhs-app"],"person":{"name":"Ada Example"}})");
    };
    expect_pointer(submit("until", past), "/consent/until");
    expect_pointer(submit("when", far), "/consent/when");
    const auto give = [&](const std::string& date, const char* value) {
        return rig.practice().post("/v1/referrals/" + id + "/consent",
                                   R"({"purposes":["research"],"given_by":"self","how":"verbal",")" + date + R"(":")" +
                                       value + R"("})");
    };
    expect_pointer(give("until", past), "/until");
    expect_pointer(give("when", far), "/when");
}

TEST_F(RefusedMember, OfRulesIsThePlaceThatTheyCannotLieWithin) {
    json::value rules = parsed(rig.ops().get("/v1/policy"));
    rules.as_object()["within"] = "nowhere";
    expect_pointer(rig.ops().put("/v1/policies/east", json::serialize(rules)), "/within");
}

}  // namespace
}  // namespace hubward::tests
