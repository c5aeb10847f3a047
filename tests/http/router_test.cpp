// SPDX-License-Identifier: Apache-2.0
#include "server/http/router.hpp"

#include <gtest/gtest.h>

namespace hubward::server::http {
namespace {

Task<Response> nothing(Request) { co_return Response(); }

Route at(Verb verb, std::string_view pattern) {
    Route route;
    route.verb = verb;
    route.pattern = pattern;
    route.handle = nothing;
    return route;
}

Router router() {
    auto built = Router::build({at(Verb::get, "/assets/{path*}"), at(Verb::get, "/v1/hubs/{id}"),
                                at(Verb::put, "/v1/hubs/{id}"), at(Verb::get, "/v1/hubs/nearest"),
                                at(Verb::post, "/v1/hubs"), at(Verb::get, "/"),
                                at(Verb::post, "/v1/offers/{offer}/accept"),
                                at(Verb::del, "/v1/{kind}/{id}"),
                                at(Verb::post, "/FHIR/R4/$process-message")});
    EXPECT_TRUE(built) << built.error();
    return *std::move(built);
}

TEST(Router, PrefersTheLiteralToTheName) {
    const Router routes = router();
    EXPECT_EQ(routes.find(Verb::get, "/v1/hubs/nearest").route->pattern, "/v1/hubs/nearest");
    EXPECT_EQ(routes.find(Verb::get, "/v1/hubs/other").route->pattern, "/v1/hubs/{id}");
}

TEST(Router, FallsBackToAWiderPatternThatHasTheVerb) {
    const Router routes = router();
    EXPECT_EQ(routes.find(Verb::put, "/v1/hubs/nearest").route->pattern, "/v1/hubs/{id}");
    EXPECT_EQ(routes.find(Verb::del, "/v1/hubs/nearest").route->pattern, "/v1/{kind}/{id}");
}

TEST(Router, DecodesParameters) {
    const Router routes = router();
    const auto match = routes.find(Verb::post, "/v1/offers/a%20%C3%A9/accept");
    ASSERT_NE(match.route, nullptr);
    EXPECT_EQ(match.params, (Router::Params{{"offer", "a \xc3\xa9"}}));
}

TEST(Router, TheRestKeepsItsSlashes) {
    const Router routes = router();
    const auto match = routes.find(Verb::get, "/assets/js/a%20b.js");
    ASSERT_NE(match.route, nullptr);
    EXPECT_EQ(match.params, (Router::Params{{"path", "js/a b.js"}}));
    const std::string deep = "/assets" + [] {
        std::string text;
        for (int i = 0; i < 60; ++i) {
            text += "/s";
        }
        return text;
    }();
    ASSERT_NE(routes.find(Verb::get, deep).route, nullptr);
    EXPECT_EQ(routes.find(Verb::get, deep).params[0].second, deep.substr(8));
}

TEST(Router, NamesMatchOneWholeSegmentThatIsNotEmpty) {
    const Router routes = router();
    for (const std::string_view path : {"/v1/hubs/", "/v1/hubs/a/b", "/v1/offers//accept", "/v1", "/V1/hubs",
                                        "/v1/offers/x/accept/"}) {
        const auto match = routes.find(Verb::post, path);
        EXPECT_EQ(match.route, nullptr) << path;
        EXPECT_EQ(match.allow, "") << path;
    }
}

TEST(Router, EncodedLettersAreTheSameLetters) {
    EXPECT_NE(router().find(Verb::post, "/FHIR/R4/%24process-message").route, nullptr);
}

TEST(Router, NamesTheAllowedMethods) {
    const Router routes = router();
    EXPECT_EQ(routes.find(Verb::patch, "/v1/hubs/1").allow, "GET, PUT, HEAD, OPTIONS");
    EXPECT_EQ(routes.find(Verb::get, "/v1/hubs").allow, "POST, OPTIONS");
    EXPECT_EQ(routes.find(Verb::get, "/nowhere").allow, "");
}

TEST(Router, AnswersHeadFromGet) {
    const Router routes = router();
    const auto match = routes.find(Verb::head, "/v1/hubs/1");
    ASSERT_NE(match.route, nullptr);
    EXPECT_TRUE(match.head_of_get);
    EXPECT_EQ(routes.find(Verb::head, "/v1/hubs").route, nullptr) << "there is no GET";
}

TEST(Router, RefusesTablesThatCannotMeanWhatTheySay) {
    EXPECT_FALSE(Router::build({at(Verb::get, "/a"), at(Verb::get, "/a")}));
    EXPECT_FALSE(Router::build({at(Verb::get, "a")}));
    EXPECT_FALSE(Router::build({at(Verb::get, "/x{id}")}));
    EXPECT_FALSE(Router::build({at(Verb::get, "/{id}x")}));
    EXPECT_FALSE(Router::build({at(Verb::get, "/{}")}));
    EXPECT_FALSE(Router::build({at(Verb::get, "/{rest*}/x")}));
    Route no_handler;
    no_handler.pattern = "/";
    EXPECT_FALSE(Router::build({no_handler}));
}

}  // namespace
}  // namespace hubward::server::http
