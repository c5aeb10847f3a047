// SPDX-License-Identifier: Apache-2.0
#include "server/wire/fhir/search.hpp"

#include "server/wire/referral_json.hpp"
#include "tests/wire/fhir_support.hpp"

namespace hubward::server::wire::fhir {
namespace {

using Query = std::vector<std::pair<std::string, std::string>>;

bool found_by(const Query& query, const std::string& message = good_message()) {
    const auto question = read_question(query);
    EXPECT_TRUE(question) << question.error().diagnostics;
    const auto bundle = read_json(message, fhir_depth_max);
    EXPECT_TRUE(bundle);
    return question && bundle && fits(*question, *bundle);
}

TEST(FhirSearch, FindsThePersonByNumberHoweverItIsWritten) {
    for (const auto* value : {"https://fhir.nhs.uk/Id/nhs-number|9990123454", "9990123454",
                              "http://fhir.nhs.uk/id/nhs-number|9990123454", "|9990123454",
                              "https://fhir.nhs.uk/Id/nhs-number|999 012 3454"}) {
        EXPECT_TRUE(found_by({{"patient:identifier", value}})) << value;
        EXPECT_TRUE(found_by({{"patient.identifier", value}})) << value;
    }
    EXPECT_FALSE(found_by({{"patient:identifier", "https://fhir.nhs.uk/Id/nhs-number|9990123462"}}));
    EXPECT_FALSE(found_by({{"patient:identifier", "https://other.test/Id|9990123454"}}));
}

TEST(FhirSearch, ComparesEveryParameterThatIsGiven) {
    EXPECT_TRUE(found_by({{"patient:name", "testper"}}));
    EXPECT_TRUE(found_by({{"patient:name", "Amina"}, {"patient:birthdate", "1951-07-14"}}));
    EXPECT_TRUE(found_by({{"patient:birthdate", "eq1951-07"}}));
    EXPECT_TRUE(found_by({{"patient:birthdate", "1951"}, {"patient:address-postalcode", "ls999"}}));
    EXPECT_FALSE(found_by({{"patient:name", "Amina"}, {"patient:birthdate", "1951-07-15"}}));
    EXPECT_FALSE(found_by({{"patient:name", "mina"}}));
    EXPECT_FALSE(found_by({{"patient:address-postalcode", "LS1 9ZZ"}}));
    EXPECT_TRUE(found_by({{"patient:name", "Amina"}, {"_unknown", "is ignored"}}));
}

TEST(FhirSearch, FindsTheRequestByItsOwnIdentifier) {
    const auto text = edited(good_message(), "\"intent\": \"plan\",",
                             R"("intent": "plan", "identifier": [{"system": "https://gp.test/Id/r", "value": "R-77"}],)");
    EXPECT_TRUE(found_by({{"identifier", "https://gp.test/Id/r|R-77"}}, text));
    EXPECT_TRUE(found_by({{"ServiceRequest.identifier", "R-77"}}, text));
    EXPECT_FALSE(found_by({{"identifier", "R-78"}}, text));
    EXPECT_FALSE(found_by({{"identifier", "R-77"}}));
}

TEST(FhirSearch, AQuestionThatAsksForNobodyIsRefused) {
    EXPECT_EQ(read_question({}).error().issue, "required");
    EXPECT_EQ(read_question({{"status", "active"}}).error().issue, "required");
    EXPECT_EQ(read_question({{"patient:identifier", ""}}).error().issue, "required");
    for (const auto& [key, value] : Query{{"patient:identifier", "XXXXXX"},
                                          {"patient:identifier", "https://fhir.nhs.uk/Id/nhs-number|1"},
                                          {"patient:identifier", "other|1"},
                                          {"patient:birthdate", "yesterday"},
                                          {"patient:address-postalcode", " "},
                                          {"_id", "7"},
                                          {"status", "sleeping"},
                                          {"identifier", "https://gp.test/Id/r|"}}) {
        const auto question = read_question({{key, value}});
        ASSERT_FALSE(question) << key << " " << value;
        EXPECT_EQ(question.error().issue, "value") << key;
        if (value.size() > 2) {
            EXPECT_EQ(question.error().diagnostics.find(value), std::string::npos) << "repeats what came in";
        }
    }
}

TEST(FhirSearch, ASearchsetSaysWhatItHolds) {
    const auto empty = encode_searchset({}, 0, "https://h.test", "/FHIR/R4/ServiceRequest");
    EXPECT_EQ(empty.find("entry"), std::string::npos);
    const auto text = encode_searchset({{"ServiceRequest", "a-1", R"({"resourceType":"ServiceRequest"})"}}, 1,
                                       "https://h.test", "/FHIR/R4/ServiceRequest");
    const auto bundle = read_json(text);
    ASSERT_TRUE(bundle) << text;
    EXPECT_EQ(bundle->text_at("type"), "searchset");
    EXPECT_EQ(bundle->find("total")->integer(), 1);
    EXPECT_EQ(bundle->find("entry")->front()->text_at("fullUrl"), "https://h.test/FHIR/R4/ServiceRequest/a-1");
}

}  // namespace
}  // namespace hubward::server::wire::fhir
