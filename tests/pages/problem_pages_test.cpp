// SPDX-License-Identifier: Apache-2.0
//
// Every address that stands in the type of a problem leads to a page that says what to do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/api/problem.hpp"
#include "server/pages/pretty_json.hpp"
#include "server/pages/public_pages.hpp"

namespace hubward::tests {
namespace {

using namespace server::pages;
using server::api::problem_types;
using testing::HasSubstr;
using testing::Not;

TEST(ProblemPages, SayWhatItMeansWhatToDoAndHowItLooks) {
    for (const auto& type : problem_types()) {
        EXPECT_FALSE(type.to_do.empty()) << type.slug;
        const std::string part = problem_part(type.slug, "https://hubs.example");
        // Up to an apostrophe, which is escaped.
        EXPECT_THAT(part, HasSubstr(std::string(type.to_do.substr(0, type.to_do.find('\''))))) << type.slug;
        EXPECT_THAT(part, HasSubstr("HTTP/1.1 " + std::to_string(type.status) + "\n")) << type.slug;
        EXPECT_THAT(part, HasSubstr("&quot;type&quot;: &quot;https://hubs.example/problems/" +
                                    std::string(type.slug) + "&quot;"))
            << type.slug;
        EXPECT_THAT(part, Not(HasSubstr("<script"))) << type.slug;
    }
    EXPECT_THAT(problem_part("busy", ""), HasSubstr("Retry-After: 1"));
    EXPECT_THAT(problem_part("invalid-content", ""), HasSubstr("&quot;pointer&quot;: &quot;/needs/0&quot;"));
    EXPECT_TRUE(problem_part("unheard-of", "").empty());
    EXPECT_TRUE(problem_part("", "").empty());
}

TEST(ProblemPages, TheListLeadsToEachOnce) {
    const std::string list = problems_part();
    for (const auto& type : problem_types()) {
        const std::string link = "href=\"/problems/" + std::string(type.slug) + "\"";
        const std::size_t at = list.find(link);
        ASSERT_NE(at, list.npos) << type.slug;
        EXPECT_EQ(list.find(link, at + 1), list.npos) << type.slug;
    }
    for (unsigned i = 1; i < problem_types().size(); ++i) {
        EXPECT_LE(problem_types()[i - 1].status, problem_types()[i].status) << "one heading a status";
    }
}

TEST(PrettyJson, LaysOutAndChangesNothingElse) {
    EXPECT_EQ(pretty_json(R"({"a":1,"b":[],"c":{"d":["x","y"]},"e":"{[,:\"}"})"),
              "{\n  \"a\": 1,\n  \"b\": [],\n  \"c\": {\n    \"d\": [\n      \"x\",\n      \"y\"\n    ]\n  },\n"
              "  \"e\": \"{[,:\\\"}\"\n}");
    EXPECT_EQ(pretty_json("{ \"a\" : true }"), "{\n  \"a\": true\n}");
    EXPECT_EQ(pretty_json(""), "");
    EXPECT_EQ(pretty_json("\"never ends\\"), "\"never ends\\");
}

}  // namespace
}  // namespace hubward::tests
