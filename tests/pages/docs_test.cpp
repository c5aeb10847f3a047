// SPDX-License-Identifier: Apache-2.0
//
// The documentation holds every operation, and nothing that the pages forbid.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/api/endpoints.hpp"
#include "server/pages/public_pages.hpp"

namespace hubward::tests {
namespace {

using namespace server::pages;
using testing::HasSubstr;
using testing::Not;

constexpr auto pages = {"index", "referrals", "offers", "hubs", "policy", "feed", "operations", "schemas", "runbook"};

TEST(Docs, HoldEveryOperationWithASample) {
    std::string all;
    for (const char* name : pages) {
        all += docs_part(name);
    }
    for (const server::api::Endpoint& endpoint : server::api::endpoints()) {
        EXPECT_THAT(all, HasSubstr("<code data-operation=\"" + std::string(endpoint.operation_id) + "\">"));
    }
}

TEST(Docs, HoldNoScriptNoStyleAndNoOtherHost) {
    for (const char* name : pages) {
        const std::string part(docs_part(name));
        ASSERT_FALSE(part.empty()) << name;
        for (const char* bad : {"<script", "style=", "onclick", "javascript:", "src="}) {
            EXPECT_THAT(part, Not(HasSubstr(bad))) << name;
        }
        EXPECT_THAT(part, Not(HasSubstr("href=\"http"))) << name;
    }
}

TEST(Docs, EveryLinkToASchemaLeadsToOne) {
    const std::string schemas(docs_part("schemas"));
    for (const char* name : pages) {
        const std::string part(docs_part(name));
        constexpr std::string_view mark = "href=\"/docs/schemas#";
        for (std::size_t at = part.find(mark); at != part.npos; at = part.find(mark, at + 1)) {
            const std::size_t from = at + mark.size();
            const std::string anchor = part.substr(from, part.find('"', from) - from);
            EXPECT_THAT(schemas, HasSubstr(" id=\"" + anchor + "\"")) << name;
        }
    }
}

TEST(Docs, KnowNoOtherPage) { EXPECT_TRUE(docs_part("../secret").empty()); }

}  // namespace
}  // namespace hubward::tests
