// SPDX-License-Identifier: Apache-2.0
//
// "Try it" builds the requests that the contract describes, and the documentation of a server that is no
// demo does not speak of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "server/http/target.hpp"
#include "server/pages/public_pages.hpp"
#include "server/pages/try_call.hpp"

namespace hubward::tests {
namespace {

using namespace server::pages;
using server::http::percent_encoded;
using testing::HasSubstr;
using testing::Not;

Form form(const std::string& body) { return *Form::read(body); }

constexpr auto pages = {"referrals", "offers", "hubs", "policy", "feed", "webhooks", "operations"};

TEST(TryIt, IsTheDemosAlone) {
    unsigned links = 0;
    for (const char* name : pages) {
        const std::string told = docs_told(name, false);
        EXPECT_THAT(told, Not(HasSubstr("/docs/try/"))) << name;
        EXPECT_THAT(told, Not(HasSubstr("Try it"))) << name;
        EXPECT_THAT(told, Not(HasSubstr("try-->"))) << name;
        const std::string demo = docs_told(name, true);
        EXPECT_THAT(demo, Not(HasSubstr("try-->"))) << name;
        constexpr std::string_view mark = "href=\"/docs/try/";
        for (std::size_t at = demo.find(mark); at != demo.npos; at = demo.find(mark, at + 1)) {
            const std::size_t from = at + mark.size();
            EXPECT_NE(try_operation(demo.substr(from, demo.find('"', from) - from)), nullptr);
            ++links;
        }
    }
    EXPECT_GT(links, 50U);
}

// What streams, asks other servers or takes all rules at once has no form.
TEST(TryIt, LeavesOutWhatAFormCannotDo) {
    for (const char* id : {"readEvents", "createWebhook", "adoptPolicy", "issueFeedTicket", "", "nothing"}) {
        EXPECT_EQ(try_operation(id), nullptr) << id;
    }
}

TEST(TryIt, EveryOperationsSampleIsARequest) {
    for (const auto& endpoint : server::api::endpoints()) {
        const TryOperation* operation = try_operation(endpoint.operation_id);
        if (operation == nullptr) {
            continue;
        }
        std::string typed = "body=" + percent_encoded(operation->body);
        for (const TryField& field : operation->fields) {
            const bool hole = field.sample.starts_with('{');
            typed += fmt::format("&{}={}", try_name(field), percent_encoded(hole ? "x1" : field.sample));
        }
        const auto request = try_request(*operation, form(typed));
        ASSERT_TRUE(request) << endpoint.operation_id << ": " << request.error();
        EXPECT_EQ(request->verb, endpoint.verb);
        EXPECT_THAT(request->target, Not(HasSubstr("{"))) << endpoint.operation_id;
        EXPECT_EQ(request->body.empty(), operation->body.empty() || !operation->takes_body) << endpoint.operation_id;
        EXPECT_EQ(request->params.size(),
                  static_cast<std::size_t>(std::ranges::count(endpoint.pattern, '{')))
            << endpoint.operation_id;
    }
}

TEST(TryIt, PutsEachFieldWhereItBelongs) {
    const auto list = try_request(*try_operation("listOffers"),
                                  form("path-slug=h%C3%A4b%20a&query-limit=5&query-cursor=&body=%7B%7D"));
    ASSERT_TRUE(list) << list.error();
    EXPECT_EQ(list->target, "/v1/hubs/h%C3%A4b%20a/offers?limit=5");
    EXPECT_EQ(list->path, "/v1/hubs/h\xC3\xA4" "b a/offers");
    EXPECT_EQ(list->param("slug"), "h\xC3\xA4" "b a");
    EXPECT_EQ(list->query_value("limit"), "5");
    EXPECT_FALSE(list->query_value("cursor")) << "left empty";
    EXPECT_TRUE(list->body.empty()) << "a GET has none";
    const auto accept = try_request(*try_operation("acceptOffer"),
                                    form("path-id=a.1&header-Idempotency-Key=k1&header-If-Match=&body=%7B%7D"));
    ASSERT_TRUE(accept) << accept.error();
    EXPECT_EQ(accept->header("idempotency-key"), "k1");
    EXPECT_FALSE(accept->has_header("if-match"));
    EXPECT_EQ(accept->header("content-type"), "application/json");
    EXPECT_EQ(accept->body, "{}");
    EXPECT_GE(accept->body.capacity(), accept->body.size() + 64);
}

TEST(TryIt, SaysWhichFieldCannotBeSent) {
    const TryOperation& hub = *try_operation("getHub");
    EXPECT_THAT(try_request(hub, form("path-slug=")).error(), HasSubstr("slug"));
    EXPECT_THAT(try_request(hub, form("path-slug=a%2Fb")).error(), HasSubstr("slug"));
    EXPECT_FALSE(try_request(hub, form("path-slug=..")));
    EXPECT_FALSE(try_request(hub, form("path-slug=a%00b")));
    EXPECT_THAT(try_request(hub, form("path-slug=a&header-If-None-Match=x%0D%0AEvil%3A+1")).error(),
                HasSubstr("If-None-Match"));
    EXPECT_THAT(try_request(*try_operation("submitReferral"), form("body=" + std::string(70'000, 'x'))).error(),
                HasSubstr("body"));
}

}  // namespace
}  // namespace hubward::tests
