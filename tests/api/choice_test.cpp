// SPDX-License-Identifier: Apache-2.0
//
// POST …/choice: whoever looks after a person writes down which hub they chose.
#include <gtest/gtest.h>

#include "tests/api/rig.hpp"

namespace hubward::tests {
namespace {

struct HubChoice : testing::Test {
    HubChoice() {
        rig.add_hub("holbeck-library");
        rig.add_hub("armley-hub");
        const json::value made = rig.submitted(Rig::referral());
        path = "/v1/referrals/" + text_at(made, "/id") + "/choice";
        other = text_at(made, "/offers/0/hub/slug") == "armley-hub" ? "holbeck-library" : "armley-hub";
    }
    Answer choose(Caller who, const std::string& hub) { return who.post(path, R"({"hub":")" + hub + R"("})"); }
    Rig rig;
    std::string path;
    std::string other;  // the hub that was not asked first
};

TEST_F(HubChoice, IsWrittenDownByThePlaceOfThePerson) {
    const Answer chosen = choose(rig.place("leeds"), other);
    EXPECT_EQ(chosen.status, 200) << chosen.body;
    EXPECT_NE(chosen.body.find(other), std::string::npos) << chosen.body;
}

TEST_F(HubChoice, OfAnotherPlacesPersonIsNobodysToMake) {
    EXPECT_EQ(choose(rig.place("bradford"), other).status, 404);
    EXPECT_EQ(choose(rig.practice("B99999"), other).status, 404);
    EXPECT_EQ(choose(rig.hub(), other).status, 403);
}

// "There is no such referral" would send whoever mistyped the hub looking for the person.
TEST_F(HubChoice, OfAHubThatNobodyKnowsNamesTheHub) {
    const Answer told = choose(rig.practice(), "nonesuch");
    EXPECT_EQ(told.status, 422) << told.body;
    EXPECT_EQ(text_at(parsed(told), "/errors/0/pointer"), "/hub") << told.body;
    EXPECT_EQ(choose(rig.practice("B99999"), "nonesuch").status, 404) << "whose it is comes first";
}

}  // namespace
}  // namespace hubward::tests
