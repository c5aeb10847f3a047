// SPDX-License-Identifier: Apache-2.0
#include "server/wire/fhir/headers.hpp"
#include "server/wire/fhir/negotiation.hpp"

#include "tests/wire/fhir_support.hpp"

namespace hubward::server::wire::fhir {
namespace {

constexpr std::string_view uuid = "95e58add-0b10-4a8c-817c-2729eb0cab75";
// {"system": "https://fhir.nhs.uk/Id/dos-service-id", "value": "9000000001"}
constexpr std::string_view target =
    "eyJzeXN0ZW0iOiAiaHR0cHM6Ly9maGlyLm5ocy51ay9JZC9kb3Mtc2VydmljZS1pZCIsICJ2YWx1ZSI6ICI5MDAwMDAwMDAxIn0=";

TEST(BarsHeaders, TransactionIdsAreUuids) {
    EXPECT_FALSE(check_transaction_ids({.request_id = uuid, .correlation_id = uuid}));
    EXPECT_EQ(check_transaction_ids({.request_id = uuid})->issue, "required");
    EXPECT_EQ(check_transaction_ids({.correlation_id = uuid})->issue, "required");
    EXPECT_EQ(check_transaction_ids({.request_id = "not-a-uuid", .correlation_id = uuid})->issue, "value");
}

TEST(BarsHeaders, TheTargetIsAServiceOfOurs) {
    EXPECT_FALSE(check_target({.target = target}, served()));
    EXPECT_FALSE(check_target({.target = target.substr(0, target.size() - 1)}, served()));  // no padding
    EXPECT_EQ(check_target({}, served())->issue, "required");
    EXPECT_EQ(check_target({.target = "%%%"}, served())->issue, "value");
    EXPECT_EQ(check_target({.target = "e30="}, served())->issue, "value");  // {}
    EXPECT_EQ(check_target({.target = target}, {{"1"}, {}})->status, 404U);
}

TEST(BarsHeaders, TheMajorVersionIsNegotiated) {
    for (const auto* good : {"application/fhir+json; version=1.1.0", "application/fhir+json;version=1.0.0",
                             "application/fhir+json", "APPLICATION/FHIR+JSON; Version=\"1.2\"", "*/*", "",
                             "application/fhir+xml, application/fhir+json;q=0.5", "application/json"}) {
        EXPECT_FALSE(check_accept({.accept = good})) << good;
    }
    for (const auto* bad : {"application/fhir+json; version=2.0.0", "application/fhir+xml; version=2.0", "text/html",
                            "application/fhir+json;q=0", "application/fhir+json; version=10.0.0"}) {
        const auto trouble = check_accept({.accept = bad});
        ASSERT_TRUE(trouble) << bad;
        EXPECT_EQ(trouble->status, 406U);
    }
    EXPECT_FALSE(check_accept({.accept = "application/fhir+xml", .format = "json"}));
    EXPECT_FALSE(check_accept({.format = "application/fhir json"}));  // a plus in a query
    EXPECT_TRUE(check_accept({.accept = "application/fhir+json", .format = "text/turtle"}));
}

TEST(BarsHeaders, JsonOrXmlIsAnsweredAsAsked) {
    const auto asked = [](std::string_view accept, std::string_view format = {}) {
        return *answer_format({.accept = accept, .format = format});
    };
    EXPECT_EQ(asked(""), Format::json);
    EXPECT_EQ(asked("*/*"), Format::json);
    EXPECT_EQ(asked("application/fhir+xml; version=1.1.0"), Format::xml);
    EXPECT_EQ(asked("text/xml"), Format::xml);
    EXPECT_EQ(asked("application/fhir+xml;q=0.4, application/fhir+json;q=0.5"), Format::json);
    EXPECT_EQ(asked("application/fhir+xml, application/fhir+json"), Format::xml);
    EXPECT_EQ(asked("application/fhir+json", "application/fhir xml"), Format::xml);
    EXPECT_EQ(asked("application/fhir+json", "xml"), Format::xml);
    EXPECT_EQ(asked("application/fhir+xml", "json"), Format::json);
}

TEST(BarsHeaders, TheBodyIsFhir) {
    EXPECT_FALSE(check_content_type({.content_type = "application/fhir+json; charset=utf-8"}));
    EXPECT_FALSE(check_content_type({.content_type = "application/json"}));
    EXPECT_FALSE(check_content_type({.content_type = "application/fhir+xml"}));
    EXPECT_EQ(check_content_type({.content_type = "application/*"})->status, 415U);
    EXPECT_EQ(check_content_type({.content_type = "text/plain"})->status, 415U);
    EXPECT_EQ(check_content_type({})->status, 415U);
}

}  // namespace
}  // namespace hubward::server::wire::fhir
