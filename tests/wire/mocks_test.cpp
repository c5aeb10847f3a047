// SPDX-License-Identifier: Apache-2.0
//
// Official examples and mocks, read in place where they lie beside this tree; skipped elsewhere.
#include <algorithm>

#include "server/wire/open_referral/import.hpp"
#include "tests/wire/fhir_support.hpp"

namespace hubward::server::wire {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_below(const fs::path& folder, std::string_view part) {
    std::vector<fs::path> files;
    if (fs::exists(folder)) {
        for (const auto& entry : fs::recursive_directory_iterator(folder)) {
            if (entry.path().filename().string().find(part) != std::string::npos) {
                files.push_back(entry.path());
            }
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

TEST(Mocks, EveryOpenReferralServiceFileIsRead) {
    const auto files = files_below(fs::path(HUBWARD_INTEROP) / "oruk/validator-mocks", "service_");
    if (files.empty()) {
        GTEST_SKIP() << "the Open Referral mocks are not here";
    }
    for (const auto& file : files) {
        const auto result = open_referral::import_hubs(bytes_of(file), {}, Gazetteer(), {"leeds"});
        ASSERT_TRUE(result) << file;
        EXPECT_GE(result->hubs.size() + result->rejected.size(), 1U) << file;
        for (const auto& hub : result->hubs) {
            EXPECT_FALSE(hub.document.command.profile.position.known()) << file;  // latitude 100
        }
    }
}

TEST(Mocks, AMockWithAnOverlayBecomesAHubThatCanBeOffered) {
    const auto file = fs::path(HUBWARD_INTEROP) / "oruk/validator-mocks/V3.0-UK-Default/service_full.json";
    if (!fs::exists(file)) {
        GTEST_SKIP() << "the Open Referral mocks are not here";
    }
    const auto overlay = open_referral::Overlay::read(
        "id,needs,languages,places,latitude,longitude\n"
        "ac148810-d857-441c-9679-408f346de14b,nhs-app;dev-loan,en;ur,4,53.785,-1.555\n");
    ASSERT_TRUE(overlay);
    const auto result = open_referral::import_hubs(bytes_of(file), *overlay, Gazetteer(), {"leeds"});
    ASSERT_TRUE(result);
    ASSERT_EQ(result->hubs.size(), 1U);
    const auto& command = result->hubs[0].document.command;
    EXPECT_TRUE(command.profile.active);
    EXPECT_TRUE(command.profile.position.known());
    EXPECT_EQ(command.totals[0], 4);
}

TEST(Mocks, EveryOfficialBarsExampleIsAnsweredInOrder) {
    const auto files = files_below(fs::path(HUBWARD_INTEROP) / "nhsd-bars-api", ".json");
    if (files.empty()) {
        GTEST_SKIP() << "the BaRS examples are not here";
    }
    for (const auto& file : files) {
        const auto read = fhir::read_message(bytes_of(file), fhir::served());
        if (!read) {  // none is addressed to a service of ours
            EXPECT_GE(read.error().status, 400U) << file;
            EXPECT_FALSE(read.error().diagnostics.empty()) << file;
        }
    }
}

}  // namespace
}  // namespace hubward::server::wire
