// SPDX-License-Identifier: Apache-2.0
#include "server/wire/fhir/subscription.hpp"

#include <fmt/format.h>

#include "tests/wire/fhir_support.hpp"

namespace hubward::server::wire::fhir {
namespace {

constexpr std::string_view backport =
    "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-";

std::string asked(std::string_view channel_more = "", std::string_view more = "") {
    return fmt::format(
        R"({{"resourceType":"Subscription","status":"requested","reason":"Follow; up","criteria":"{}"{},)"
        R"("channel":{{"type":"rest-hook","endpoint":"https://a.example/in"{}}}}})",
        task_topic, more, channel_more);
}

TEST(FhirSubscription, AsksForIdsUnlessItSaysOtherwise) {
    const auto wish = read_subscription(asked());
    ASSERT_TRUE(wish) << wish.error().diagnostics;
    EXPECT_EQ(wish->endpoint, "https://a.example/in");
    EXPECT_EQ(wish->content, Content::id_only);
    EXPECT_EQ(wish->heartbeat_s, 0U);
    EXPECT_EQ(wish->until_ms, 0);
    EXPECT_TRUE(wish->owner.empty());
}

TEST(FhirSubscription, ReadsTheExtensionsOfTheBackport) {
    const auto wish = read_subscription(asked(
        fmt::format(R"(,"extension":[{{"url":"{0}heartbeat-period","valueUnsignedInt":60}}],)"
                    R"("_payload":{{"extension":[{{"url":"{0}payload-content","valueCode":"full-resource"}}]}})",
                    backport),
        fmt::format(R"(,"end":"2030-01-01T00:00:00Z","_criteria":{{"extension":[{{"url":"{}filter-criteria",)"
                    R"("valueString":"Task?owner=HealthcareService/the-hub"}}]}})",
                    backport)));
    ASSERT_TRUE(wish) << wish.error().diagnostics;
    EXPECT_EQ(wish->content, Content::full_resource);
    EXPECT_EQ(wish->heartbeat_s, 60U);
    EXPECT_EQ(wish->owner, "the-hub");
    EXPECT_EQ(wish->until_ms, 1'893'456'000'000);
}

TEST(FhirSubscription, WhatIsNotDoneIsRefusedAndNotIgnored) {
    for (const std::string& body :
         {std::string("{"), std::string("[]"), std::string("{}"), asked(R"(,"header":["X: y"])"),
          asked(R"(,"payload":"application/fhir+xml")"),
          asked(fmt::format(R"(,"extension":[{{"url":"{}heartbeat-period","valueUnsignedInt":9}}])", backport)),
          asked(fmt::format(R"(,"extension":[{{"url":"{}heartbeat-period","valueString":"60"}}])", backport)),
          asked("", R"(,"end":"soon")"),
          asked("", fmt::format(R"(,"_criteria":{{"extension":[{{"url":"{}filter-criteria",)"
                                R"("valueString":"Task?status=accepted"}}]}})",
                                backport))}) {
        EXPECT_FALSE(read_subscription(body)) << body;
    }
}

TEST(FhirSubscription, ItsOptionsComeBack) {
    SubscriptionWish wish;
    wish.content = Content::full_resource;
    wish.owner = "the-hub";
    wish.reason = "Follow; up";
    const auto back = wish_of(options_text(wish));
    EXPECT_EQ(back.content, wish.content);
    EXPECT_EQ(back.owner, wish.owner);
    EXPECT_EQ(back.reason, wish.reason);
    EXPECT_EQ(wish_of("nonsense").content, Content::id_only);
}

TEST(FhirSubscription, ANotificationShowsEachTaskOnce) {
    SubscriptionFacts facts;
    facts.id = "sub";
    facts.status = "active";
    facts.wish.content = Content::full_resource;
    facts.events = 2;
    const std::vector<NotifiedEvent> events{{1, {}, {{"t1", R"({"resourceType":"Task","id":"t1"})"}}},
                                            {2, {}, {{"t1", R"({"resourceType":"Task","id":"t1"})"}, {"t1.1", ""}}}};
    const auto text = encode_notification("00000000-0000-4000-8000-000000000000", facts,
                                          NotificationType::query_event, events, {}, "https://h.test");
    const auto bundle = read_json(text, fhir_depth_max);
    ASSERT_TRUE(bundle) << text;
    EXPECT_EQ(bundle->find("entry")->size(), 3U) << text;
    facts.wish.content = Content::empty;
    const auto empty = encode_notification("00000000-0000-4000-8000-000000000000", facts, NotificationType::event,
                                           events, {}, "https://h.test");
    EXPECT_EQ(empty.find("t1"), std::string::npos) << empty;
    EXPECT_NE(empty.find(R"("name":"event-number","valueString":"2")"), std::string::npos) << empty;
}

}  // namespace
}  // namespace hubward::server::wire::fhir
