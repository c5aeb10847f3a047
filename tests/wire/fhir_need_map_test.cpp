// SPDX-License-Identifier: Apache-2.0
#include "server/wire/fhir/need_map.hpp"

#include "server/wire/fhir/agreement_map.hpp"

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

TEST(AgreementMap, KnowsOurCodesAndThoseOfTheInstallation) {
    using matcher::Requirement;
    AgreementMap map;
    ASSERT_TRUE(map.add("https://practice.test/actions|go-far=travel"));
    EXPECT_EQ(map.find("http://practice.test/actions", "go-far"), Requirement::travel);
    EXPECT_EQ(map.find("https://any.test/CodeSystem/hubward-may-relax", "language"), Requirement::language);
    EXPECT_FALSE(map.find("https://any.test/CodeSystem/hubward-may-relax", "access"));
    EXPECT_FALSE(map.find("http://terminology.hl7.org/CodeSystem/consentaction", "use"));
    EXPECT_FALSE(map.add("https://practice.test/actions|go-far=wheelchair"));
}

}  // namespace
}  // namespace hubward::server::wire::fhir
