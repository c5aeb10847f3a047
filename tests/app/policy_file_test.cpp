// SPDX-License-Identifier: Apache-2.0
//
// A place's rules as a file: what it inherits, whose it is, and what is wrong with it, by line.
#include "server/policy_file.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "server/wire/policy_json.hpp"

namespace hubward::server {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;

class PolicyFiles : public testing::Test {
  protected:
    void SetUp() override {
        std::string pattern = (fs::temp_directory_path() / "hubward-policy-XXXXXX").string();
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        folder = pattern;
    }
    void TearDown() override { fs::remove_all(folder); }

    fs::path file(const std::string& name, const std::string& text) {
        std::ofstream(folder / name) << text;
        return folder / name;
    }
    // The only fault of a file.
    std::string fault(const std::string& text) {
        const auto read = read_policy(file("faulty.toml", text));
        if (read || read.error().size() != 1) {
            return read ? "none" : "several";
        }
        return read.error().front();
    }
    fs::path folder;
};

TEST_F(PolicyFiles, APlaceTakesFromThosePlacesWhatItDoesNotSay) {
    file("city.toml", "place = \"city\"\n[weights]\ndistance = 111\nspare = 112\n[offers]\nroutine = \"parallel\"\n");
    file("hills.toml", "inherits = \"city.toml\"\nplace = \"hills\"\n[weights]\ndistance = 222\n");
    const auto read = read_policy(file(
        "ward.toml", "inherits = \"hills.toml\"\nplace = \"ward\"\n[requirements]\nlanguage = \"hard\"\n"
                     "[relax]\nlanguage_after_hours = 16\n"));
    ASSERT_TRUE(read) << read.error().front();
    EXPECT_EQ(read->place, matcher::PlaceCode("ward"));
    EXPECT_EQ(read->within, matcher::PlaceCode("hills"));
    EXPECT_EQ(read->policy.distance, 222);
    EXPECT_EQ(read->policy.spare, 112);
    EXPECT_EQ(read->policy.asking_routine, matcher::Asking::parallel);
    EXPECT_TRUE(read->policy.language_hard);
    EXPECT_EQ(read->policy.relax_language_working_ms, 16 * 3'600'000);
    for (const PolicyOrigin& origin : read->origins) {
        if (origin.key == "weights.spare") {
            EXPECT_THAT(origin.file, EndsWith("city.toml"));
            EXPECT_EQ(origin.line, 4U);
        }
    }
}

TEST_F(PolicyFiles, AnOutermostFileLiesWithinNothing) {
    const auto city = read_policy(file("city.toml", "place = \"city\"\n"));
    ASSERT_TRUE(city);
    EXPECT_TRUE(city->within.empty());
    const auto everywhere = read_policy(file("all.toml", "[weights]\nspare = 1\n"));
    ASSERT_TRUE(everywhere);
    EXPECT_TRUE(everywhere->place.empty());
    EXPECT_TRUE(everywhere->within.empty());
}

TEST_F(PolicyFiles, EachFaultIsToldWithItsLineAndReason) {
    EXPECT_THAT(fault("\n[weights]\ndistance = 10001\n"),
                HasSubstr("faulty.toml:3: weights.distance: must be between 0 and 10000 points"));
    EXPECT_THAT(fault("[requirements]\nlanguage = 1\n"), HasSubstr(":2: requirements.language: must be soft or hard"));
    EXPECT_THAT(fault("[offers]\nurgent = \"loudly\"\n"), HasSubstr("must be as-house or sequential"));
    EXPECT_THAT(fault("[relax]\ntravel_percent = 90\n"), HasSubstr("between 100 and 1000 percent"));
    EXPECT_THAT(fault("[weights]\ndistance = \"far\"\n"), HasSubstr("must be a whole number"));
    EXPECT_THAT(fault("[weights]\nnearness = 3\n"), HasSubstr("there is no such setting"));
    EXPECT_THAT(fault("[kept]\nurgent_places = 101\n"),
                HasSubstr(":2: kept.urgent_places: must be between 0 and 100 places"));
    EXPECT_THAT(fault("place = \"The Ward\"\n"), HasSubstr(":1: place: must name a place by its code"));
    EXPECT_THAT(fault("inherits = \"faulty.toml\"\n"), HasSubstr("inherit from itself"));
    EXPECT_THAT(fault("inherits = \"nowhere.toml\"\n"), HasSubstr("nowhere.toml"));
}

TEST_F(PolicyFiles, TheShippedOnesAreSoundAndSayEverySetting) {
    const fs::path shipped = fs::path(HUBWARD_SOURCE_DIR) / "configs/policies";
    const auto place = read_policy(shipped / "place.toml");
    ASSERT_TRUE(place) << place.error().front();
    EXPECT_EQ(place->within, matcher::PlaceCode("hill-partnership"));
    EXPECT_EQ(place->policy.urgent_places, 1);
    const auto city = read_policy(shipped / "city.toml");
    ASSERT_TRUE(city) << city.error().front();
    std::vector<std::string> unsaid;
    for (const PolicyOrigin& origin : city->origins) {
        if (origin.file.empty()) {
            unsaid.push_back(origin.key);
        }
    }
    // Left to the built-in value: planning's price and the patience that only matters with a weight.
    EXPECT_THAT(unsaid, ElementsAre("weights.price_most", "waits.wait_days_most"));
}

// What one server says of its rules another takes as they are.
TEST(PolicyJson, ComesBackAsItWentOut) {
    matcher::Policy policy;
    for (const wire::PolicyField& field : wire::policy_fields()) {
        field.set(policy, field.most);
    }
    const auto read = wire::decode_policy(
        wire::encode_policy(policy, matcher::PlaceCode("ward"), matcher::PlaceCode("hills")));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->policy, policy);
    EXPECT_EQ(read->within, matcher::PlaceCode("hills"));
}

}  // namespace
}  // namespace hubward::server
