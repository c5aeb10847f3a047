// SPDX-License-Identifier: Apache-2.0
#include "server/wire/fhir/need_map.hpp"

#include <gtest/gtest.h>

namespace hubward::server::wire::fhir {
namespace {

using matcher::Need;

TEST(NeedMap, RulesOfTheInstallationComeFirst) {
    NeedMap map;
    constexpr auto sdoh = "http://hl7.org/fhir/us/sdoh-clinicalcare/CodeSystem/SDOHCC-CodeSystemTemporaryCodes";
    EXPECT_EQ(map.find(sdoh, "digital-access"), Need::dev_loan);
    ASSERT_TRUE(map.add(std::string(sdoh) + "|digital-access=data-sim"));
    ASSERT_TRUE(map.add("http://snomed.info/sct|871731000000106=social-connect"));
    EXPECT_EQ(map.find(sdoh, "digital-access"), Need::data_sim);
    EXPECT_EQ(map.find("https://snomed.info/sct", "871731000000106"), Need::social_connect);
    EXPECT_FALSE(map.find("http://snomed.info/sct", "871711000000103"));
    EXPECT_EQ(map.find("https://any.test/CodeSystem/hubward-need", "nhs-app"), Need::nhs_app);
}

TEST(NeedMap, AFaultyRuleSaysWhatIsExpected) {
    NeedMap map;
    for (const auto* rule : {"", "a=b", "http://x.test|=assess", "x|1=assess", "http://x.test|1=flying",
                             "http://x.test|1", "http://|1=assess"}) {
        const auto added = map.add(rule);
        ASSERT_FALSE(added) << rule;
        EXPECT_FALSE(added.error().empty());
    }
    EXPECT_FALSE(map.find("http://x.test", "1"));
}

TEST(NeedMap, WithoutACodeTheHubFindsOut) {
    NeedMap map;
    EXPECT_EQ(map.by_default(), Need::assess);
    EXPECT_TRUE(map.use_by_default("skill-foundation"));
    EXPECT_EQ(map.by_default(), Need::skill_foundation);
    EXPECT_FALSE(map.use_by_default("flying"));
}

}  // namespace
}  // namespace hubward::server::wire::fhir
