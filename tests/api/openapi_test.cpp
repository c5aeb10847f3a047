// SPDX-License-Identifier: Apache-2.0
//
// docs/openapi.json is the contract: every path and verb in it is served, and the other way round.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>
#include <set>

#include <fmt/format.h>

#include "server/api/endpoints.hpp"
#include "server/api/documents.hpp"
#include "tests/api/rig.hpp"

namespace hubward::tests {
namespace {

using namespace hubward::server;

json::value document() { return json::parse(api::openapi_document()); }

std::string verb_name(http::Verb verb) {
    std::string name(http::name(verb));
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
    return name;
}

// Served, but not by the endpoint table: the feed takes over its connection.
const std::set<std::string> elsewhere = {"get /v1/feed", "get /v1/streams/{kind}/{name}/events",
                                         "post /v1/feed-tickets"};

TEST(OpenApi, TheBinaryHoldsTheFileOfThisTree) {
    std::ifstream in(HUBWARD_OPENAPI_FILE, std::ios::binary);
    const std::string file{std::istreambuf_iterator<char>(in), {}};
    EXPECT_FALSE(file.empty());
    EXPECT_EQ(api::openapi_document(), file);
}

TEST(OpenApi, EveryEndpointIsDocumentedAndEveryDocumentedOneExists) {
    std::set<std::string> documented;
    const json::value doc = document();
    for (const auto& path : doc.at("paths").as_object()) {
        for (const auto& operation : path.value().as_object()) {
            const std::string verb(operation.key());
            if (verb == "parameters") {
                continue;
            }
            documented.insert(fmt::format("{} {} {}", verb, std::string(path.key()),
                                          text_at(operation.value(), "/operationId")));
        }
    }
    std::set<std::string> served;
    for (const api::Endpoint& e : api::endpoints()) {
        served.insert(fmt::format("{} {} {}", verb_name(e.verb), e.pattern, e.operation_id));
    }
    for (const std::string& one : elsewhere) {
        std::erase_if(documented, [&](const std::string& d) { return d.starts_with(one + " "); });
    }
    EXPECT_EQ(documented, served);
}

// What is done to a referral or an offer, and no longer once the person was erased.
bool is_step(const api::Endpoint& e) {
    return e.verb == http::Verb::post && e.operation_id != "makeOfferLink" &&
           (e.pattern.starts_with("/v1/referrals/{id}/") || e.pattern.starts_with("/v1/offers/{id}/"));
}

TEST(OpenApi, EachOperationListsTheAnswersThatItsRowCanGive) {
    const json::value doc = document();
    for (const api::Endpoint& e : api::endpoints()) {
        const json::value& operation =
            doc.at("paths").at(std::string(e.pattern)).at(verb_name(e.verb));
        const json::object& answers = operation.at("responses").as_object();
        std::set<std::string> needed{"400", "500"};
        if (e.permission != auth::Permission::open) {
            needed.insert({"401", "403"});
        }
        if (e.body_max != 0) {
            needed.insert({"413", "415", "422", "503"});
        }
        if (e.pattern.find('{') != std::string_view::npos) {
            needed.insert("404");
        }
        if (is_step(e)) {
            needed.insert("410");
        }
        for (const std::string& status : needed) {
            EXPECT_TRUE(answers.contains(status)) << e.operation_id << " lacks " << status;
        }
        const std::string text = json::serialize(operation);
        EXPECT_EQ(e.verb == http::Verb::post && !e.only_asks,
                  text.find("#/components/parameters/IdempotencyKey") != std::string::npos)
            << e.operation_id;
        EXPECT_EQ(e.permission == auth::Permission::open,
                  operation.as_object().contains("security") &&
                      operation.at("security").as_array().empty())
            << e.operation_id;
    }
}

TEST(OpenApi, IsServedWithItsTagAndAnswersNotModified) {
    Rig rig;
    Caller nobody = rig.nobody();
    const Answer whole = nobody.get("/openapi.json");
    ASSERT_EQ(whole.status, 200);
    EXPECT_EQ(whole.body, api::openapi_document());
    const std::string tag(whole.header("ETag"));
    EXPECT_EQ(nobody.get("/openapi.json", {{"If-None-Match", tag}}).status, 304);
    EXPECT_EQ(nobody.get("/openapi.json", {{"If-None-Match", "\"other\""}}).status, 200);
}

TEST(AsyncApi, IsServedWhole) {
    Rig rig;
    Caller nobody = rig.nobody();
    const Answer whole = nobody.get("/asyncapi.json");
    ASSERT_EQ(whole.status, 200);
    EXPECT_EQ(whole.body, api::asyncapi_document());
    EXPECT_EQ(nobody.get("/asyncapi.json", {{"If-None-Match", std::string(whole.header("ETag"))}}).status,
              304);
}

// Every schema stands alone, and what it refers to stands beside it.
TEST(AsyncApi, ItsSchemasAreServedOneByOne) {
    Rig rig;
    Caller nobody = rig.nobody();
    const json::value doc = json::parse(api::asyncapi_document());
    for (const auto& schema : doc.at("components").at("schemas").as_object()) {
        const Answer answer = nobody.get(fmt::format("/schemas/{}.json", std::string(schema.key())));
        ASSERT_EQ(answer.status, 200) << std::string(schema.key());
        EXPECT_EQ(answer.header("Content-Type"), "application/schema+json");
        EXPECT_EQ(answer.body.find("#/components"), std::string::npos);
        constexpr std::string_view ref = "\"$ref\":\"";
        for (std::size_t at = answer.body.find(ref); at != std::string::npos;
             at = answer.body.find(ref, at + 1)) {
            const std::size_t from = at + ref.size();
            const std::string target = answer.body.substr(from, answer.body.find('"', from) - from);
            EXPECT_EQ(nobody.get("/schemas/" + target).status, 200) << target;
        }
    }
    EXPECT_EQ(nobody.get("/schemas/Nothing.json").status, 404);
}

TEST(OpenApi, ItsExamplesAreTaken) {
    Rig rig;
    const json::value doc = document();
    const auto example = [&](const char* schema) {
        return json::serialize(
            doc.at("components").at("schemas").at(schema).at("examples").as_array().front());
    };
    const Answer hub = rig.ops().put("/v1/hubs/holbeck-library", example("HubRequest"));
    EXPECT_EQ(hub.status, 201) << hub.body;
    const Answer referral = rig.practice().post("/v1/referrals", example("ReferralRequest"));
    EXPECT_EQ(referral.status, 201) << referral.body;
    const Answer capacity =
        rig.hub().put("/v1/hubs/holbeck-library/capacity", example("CapacityRequest"));
    EXPECT_EQ(capacity.status, 200) << capacity.body;
}

}  // namespace
}  // namespace hubward::tests
