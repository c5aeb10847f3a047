// SPDX-License-Identifier: Apache-2.0
//
// Every kind of trouble has a status, a shape and a page; every answer says back what tells it apart.
#include <gtest/gtest.h>

#include <set>

#include <fmt/format.h>

#include "server/api/headers.hpp"
#include "server/api/new_id.hpp"
#include "server/api/problem.hpp"
#include "server/wire/identifiers.hpp"
#include "server/wire/referral_json.hpp"
#include "tests/api/rig.hpp"

namespace hubward::tests {
namespace {

using namespace hubward::server;

TEST(Problem, EveryRefusalOfTheCoreHasAStatusOfItsKind) {
    const auto status = [](matcher::Refused why) {
        matcher::Rejection rejection;
        rejection.why = why;
        return api::refused(rejection).type->status;
    };
    for (std::size_t i = 0; i < matcher::names<matcher::Refused>().size(); ++i) {
        const auto why = static_cast<matcher::Refused>(i);
        EXPECT_GE(status(why), 400U) << matcher::name(why);
        EXPECT_NE(status(why), 500U) << matcher::name(why);
    }
    EXPECT_EQ(status(matcher::Refused::busy), 503U);
    EXPECT_EQ(status(matcher::Refused::journal_failed), 503U);
    EXPECT_EQ(status(matcher::Refused::state_forbids), 409U);
    EXPECT_EQ(status(matcher::Refused::version_changed), 412U);
}

TEST(Problem, BusyAndStoppingSayWhenToComeBack) {
    for (const api::ProblemType& type : api::problem_types()) {
        if (type.status == 503 || type.status == 429) {
            const auto answer = api::render(api::problem(type.slug, "x"), "/v1", "", "");
            bool says = false;
            for (const auto& [name, value] : answer.headers) {
                says = says || (name == "Retry-After" && std::stoi(value) > 0);
            }
            EXPECT_TRUE(says) << type.slug;
        }
    }
}

TEST(Problem, BelowFhirItIsAnOperationOutcome) {
    Rig rig;
    const Answer answer = rig.nobody().send("TRACE", "/FHIR/R4/metadata", {});
    EXPECT_GE(answer.status, 400);
    EXPECT_TRUE(answer.header("Content-Type").starts_with("application/fhir+json"));
    EXPECT_EQ(text_at(parsed(answer), "/resourceType"), "OperationOutcome") << answer.body;
}

TEST(Problem, UnknownPathsAndMethodsAreProblemsToo) {
    Rig rig;
    const Answer missing = rig.ops().get("/v1/nothing");
    EXPECT_EQ(missing.status, 404);
    EXPECT_EQ(missing.header("Content-Type"), "application/problem+json");
    const Answer wrong = rig.ops().send("DELETE", "/v1/referrals", {});
    EXPECT_EQ(wrong.status, 405);
    EXPECT_NE(wrong.header("Allow").find("POST"), std::string::npos);
    EXPECT_EQ(text_at(parsed(wrong), "/type"), rig.services->base_url + "/problems/method-not-allowed");
}

TEST(Echo, IdsAndTraceComeBackOrAreMade) {
    Rig rig;
    const std::string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    for (const char* path : {"/livez", "/v1/referrals", "/v1/nothing"}) {
        const Answer answer = rig.nobody().get(
            path, {{"X-Request-Id", "req-1"}, {"X-Correlation-Id", "cor-1"},
                   {"traceparent", "00-" + trace + "-00f067aa0ba902b7-01"}});
        EXPECT_EQ(answer.header("X-Request-Id"), "req-1") << path;
        EXPECT_EQ(answer.header("X-Correlation-Id"), "cor-1") << path;
        EXPECT_TRUE(answer.header("traceparent").starts_with("00-" + trace + "-")) << path;
        if (answer.status >= 400) {
            EXPECT_EQ(text_at(parsed(answer), "/trace_id"), trace);
        }
        const Answer bare = rig.nobody().get(path, {{"X-Request-Id", std::string(129, 'x')}});
        EXPECT_EQ(bare.header("X-Request-Id").size(), 36U);
        EXPECT_EQ(bare.header("traceparent").size(), 55U);
        EXPECT_TRUE(bare.header("X-Correlation-Id").empty());
    }
}

TEST(Headers, TraceparentIsReadStrictly) {
    const std::string good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    ASSERT_TRUE(api::trace_of(good));
    EXPECT_EQ(wire::trace_text(*api::trace_of(good)), good.substr(3, 32));
    EXPECT_TRUE(api::trace_of("cc" + good.substr(2) + "-more"));
    for (const std::string& bad :
         std::vector<std::string>{"", good.substr(1), good + "-more", "ff" + good.substr(2),
          "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
          "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
          "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
          "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}) {
        EXPECT_FALSE(api::trace_of(bad)) << bad;
    }
}

TEST(NewId, IsAUuidOfItsVersionAndSortsByTime) {
    std::set<std::string> seen;
    std::string before;
    for (std::int64_t ms = 1'800'000'000'000; ms < 1'800'000'000'500; ++ms) {
        const std::string text = wire::id_text(api::new_referral_id({ms}));
        EXPECT_EQ(text[14], '7');
        EXPECT_NE(std::string("89ab").find(text[19]), std::string::npos);
        EXPECT_LT(before, text);
        before = text;
        EXPECT_TRUE(seen.insert(api::new_request_id()).second);
    }
    EXPECT_EQ(api::new_request_id()[14], '4');
}

// A body that nobody reads is not waited for either: who has no token has nothing kept here.
TEST(Problem, NothingBelowTheFhirBaseWaitsForABody) {
    Rig rig;
    for (const auto& [line, status] : {std::pair{"POST /FHIR/R4/Nowhere", 404}, {"PUT /FHIR/R4/Nowhere/1", 404},
                                       {"PATCH /FHIR/R4/Task/1", 405}, {"DELETE /FHIR/R4/Appointment/1", 501}}) {
        HttpClient stranger(rig.port());
        const Answer answer = stranger.send_raw(
            fmt::format("{} HTTP/1.1\r\nHost: a\r\nContent-Type: application/fhir+json\r\n"
                        "Content-Length: 200000\r\n\r\n{{", line));
        EXPECT_EQ(answer.status, status) << line << answer.body;
        EXPECT_NE(answer.body.find("OperationOutcome"), std::string::npos) << answer.body;
    }
}

}  // namespace
}  // namespace hubward::tests
