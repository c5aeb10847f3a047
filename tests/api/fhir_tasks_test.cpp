// SPDX-License-Identifier: Apache-2.0
//
// Tasks as a hub searches them, and the form of an answer to somebody who may not ask at all.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "tests/api/rig.hpp"

namespace hubward::tests {
namespace {

Headers fhir_headers() {
    return {{"Accept", "application/fhir+json"}, {"X-Request-Id", fresh_key()}, {"X-Correlation-Id", fresh_key()}};
}

// Somebody who pages through would take a Task that comes twice for two.
TEST(FhirTasks, AReferralThatCameBackToAHubIsListedOnce) {
    Rig rig;
    rig.add_hub("holbeck-library", 50);
    const std::string again = text_at(rig.submitted(Rig::referral()), "/id");
    const std::string once = text_at(rig.submitted(Rig::referral()), "/id");
    ASSERT_EQ(rig.practice().post("/v1/referrals/" + again + "/withdraw", R"({"reason":"withdrawn-by-person"})").status, 200);
    ASSERT_EQ(rig.practice().post("/v1/referrals/" + again + "/reopen", R"({"note":"Asked again."})").status, 200);
    std::vector<std::string> told;
    std::string path = "/FHIR/R4/Task?_count=1";
    for (int pages = 0; !path.empty() && pages < 9; ++pages) {
        const Answer answer = rig.hub().send("GET", path, fhir_headers());
        ASSERT_EQ(answer.status, 200) << answer.body;
        const json::value page = parsed(answer);
        path.clear();
        for (const json::value& link : page.at("link").as_array()) {
            if (text_at(link, "/relation") == "next") {
                path = text_at(link, "/url");
                path = path.substr(path.find("/FHIR"));
            }
        }
        if (const json::value* entries = page.as_object().if_contains("entry")) {
            for (const json::value& entry : entries->as_array()) {
                told.push_back(text_at(entry, "/resource/id"));
            }
        }
    }
    EXPECT_EQ(told, (std::vector<std::string>{again + ".1", again + ".2", once + ".1"}));
}

TEST(FhirTasks, WhoMayNotAskIsToldSoInTheFormatThatTheyAskedFor) {
    Rig rig;
    for (const auto& [caller, status] :
         {std::pair{rig.token(matcher::Role::hub, "holbeck-library"), 403}, {std::string(), 401}}) {
        const Answer told = Caller(rig.port(), caller).send("GET", "/FHIR/R4/ServiceRequest?_format=xml", {});
        EXPECT_EQ(told.status, status) << told.body;
        EXPECT_TRUE(told.header("Content-Type").starts_with("application/fhir+xml")) << told.header("Content-Type");
        EXPECT_NE(told.body.find("<OperationOutcome"), std::string::npos) << told.body;
        EXPECT_EQ(told.header("WWW-Authenticate").empty(), status == 403);
    }
}

}  // namespace
}  // namespace hubward::tests
