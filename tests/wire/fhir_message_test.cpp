// SPDX-License-Identifier: Apache-2.0
#include "server/wire/fhir/message.hpp"

#include "server/wire/referral_json.hpp"
#include "tests/wire/fhir_support.hpp"

namespace hubward::server::wire::fhir {
namespace {

constexpr std::string_view known_id = "01923456-789a-7bcd-8def-0123456789ab";

TEST(BarsMessage, AGoodReferralIsRead) {
    const auto text = good_message();
    const auto message = read_message(text, served());
    ASSERT_TRUE(message) << message.error().diagnostics;
    EXPECT_EQ(message->what, Message::What::refer);
    EXPECT_EQ(message->bundle_id, "5f0f1c1e-0b52-4b6e-9b53-0f6f4b0a1001");
    EXPECT_EQ(message->sender_ods, "X99001");
    EXPECT_EQ(message->patient.text_at("birthDate"), "1951-07-14");
}

TEST(BarsMessage, UpdateAndDeleteCancel) {
    const auto recalled = read_message(cancel_message(known_id), served());
    ASSERT_TRUE(recalled) << recalled.error().diagnostics;
    EXPECT_EQ(recalled->what, Message::What::cancel);
    EXPECT_EQ(id_text(recalled->cancels), known_id);
    EXPECT_EQ(recalled->reason, matcher::Reason::recalled_by_referrer);
    const auto error = read_message(cancel_message(known_id, "delete", "entered-in-error"), served());
    ASSERT_TRUE(error) << error.error().diagnostics;
    EXPECT_EQ(error->reason, matcher::Reason::sent_in_error);
}

TEST(BarsMessage, ACancellationNeedsNoCarePlanAndNoConsent) {
    auto text = cancel_message(known_id);
    text = edited(text, "\"resourceType\": \"CarePlan\"", "\"resourceType\": \"Basic\"");
    text = edited(text, "\"resourceType\": \"Consent\"", "\"resourceType\": \"Basic\"");
    EXPECT_TRUE(read_message(text, served()));
}

TEST(BarsMessage, AResponseSaysWhichMessageItAnswers) {
    auto text = edited(good_message(), "\"code\": \"servicerequest-request\"",
                       "\"code\": \"servicerequest-response\"");
    const auto nameless = read_message(text, served());
    ASSERT_FALSE(nameless);
    EXPECT_EQ(nameless.error().issue, "required");
    EXPECT_EQ(nameless.error().expression, "MessageHeader.response.identifier");
    text = edited(text, "\"eventCoding\"", "\"response\": {\"identifier\": \"m-1\", \"code\": \"ok\"}, \"eventCoding\"");
    const auto message = read_message(text, served());
    ASSERT_TRUE(message) << message.error().diagnostics;
    EXPECT_EQ(message->what, Message::What::respond);
    EXPECT_EQ(message->responds_to, "m-1");
}

struct Breach {
    std::string_view from;
    std::string_view to;
    unsigned status;
    std::string_view issue;
    std::string_view expression;
};
constexpr Breach breaches[] = {
    {"\"resourceType\": \"Bundle\"", "\"resourceType\": \"Parameters\"", 400, "structure", "resourceType"},
    {"\"type\": \"message\"", "\"type\": \"collection\"", 400, "invariant", "Bundle.type"},
    {"5f0f1c1e-0b52-4b6e-9b53-0f6f4b0a1001", "", 400, "required", "Bundle.id"},
    {"5f0f1c1e-0b52-4b6e-9b53-0f6f4b0a1001", "not an id", 400, "required", "Bundle.id"},
    {"\"timestamp\": \"2026-03-02T09:30:00+00:00\"", "\"timestamp\": \"yesterday\"", 400, "required", "Bundle.timestamp"},
    {"\"entry\"", "\"entries\"", 400, "required", "Bundle.entry"},
    {"\"versionId\": \"1.1.0\"", "\"versionId\": \"9.0.0\"", 422, "not-supported", "Bundle.meta.versionId"},
    {"\"versionId\": \"1.1.0\",", "", 400, "invariant", "Bundle.meta.versionId"},
    {"\"fullUrl\": \"urn:uuid:00000002-1111-4222-8333-444444444444\",", "", 400, "required", "Bundle.entry[1].fullUrl"},
    {"\"fullUrl\": \"urn:uuid:00000002-1111", "\"fullUrl\": \"urn:uuid:00000003-1111", 400, "invariant", "Bundle.entry.fullUrl"},
    {"\"resourceType\": \"MessageHeader\"", "\"resourceType\": \"Basic\"", 400, "invariant", "Bundle.entry[0]"},
    {"\"resourceType\": \"ServiceRequest\",", "", 400, "structure", "Bundle.entry[1].resource"},
    {"\"code\": \"servicerequest-request\"", "\"code\": \"booking-request\"", 400, "invariant", "MessageHeader.eventCoding"},
    {"message-events-bars", "message-events-other", 400, "invariant", "MessageHeader.eventCoding"},
    {"dos-service-id|9000000001", "dos-service-id|1234", 404, "not-found", "MessageHeader.destination.endpoint"},
    {"\"endpoint\": \"https://fhir.nhs.uk/Id/dos-service-id|9000000001\",", "", 400, "required", "MessageHeader.destination.endpoint"},
    {"dos-service-id|9000000002", "", 0, "", ""},  // another service id of the sender: fine
    {"\"sender\"", "\"senders\"", 400, "required", "MessageHeader.sender"},
    {"\"focus\"", "\"focuses\"", 400, "required", "MessageHeader.focus"},
    {"\"definition\"", "\"defined\"", 400, "required", "MessageHeader.definition"},
    {"\"source\"", "\"sources\"", 400, "required", "MessageHeader.source.endpoint"},
    {"\"value\": \"X99001\"", "\"value\": \"x\"", 400, "required", "Organization.identifier"},
    {"\"code\": \"new\"", "\"code\": \"xxxxx\"", 400, "invariant", "MessageHeader.reason"},
    {"\"code\": \"new\"", "\"code\": \"update\"", 400, "invariant", "MessageHeader.reason"},
    {"\"status\": \"active\",\n    \"intent\"", "\"status\": \"draft\",\n    \"intent\"", 400, "invariant", "MessageHeader.reason"},
    {"request-referral\"\n", "request-validation\"\n", 400, "invariant", "MessageHeader.reason"},
    {"\"intent\": \"plan\"", "\"intent\": \"order\"", 400, "invariant", "ServiceRequest.intent"},
    {"\"code\": \"referral\"", "\"code\": \"validation\"", 400, "invariant", "ServiceRequest.category"},
    {"\"code\": \"dhub1\"", "\"code\": \"zzz\"", 400, "not-supported", "ServiceRequest.category"},
    {"usecases-categories-bars", "other", 400, "invariant", "ServiceRequest.category"},
    {"\"subject\"", "\"subjects\"", 400, "required", "ServiceRequest.subject"},
    {"\"resourceType\": \"Consent\"", "\"resourceType\": \"Basic\"", 400, "invariant", "Bundle.entry"},
    {"\"resourceType\": \"PractitionerRole\"", "\"resourceType\": \"Basic\"", 400, "invariant", "Bundle.entry"},
    {"\"resourceType\": \"Flag\"", "\"resourceType\": \"Patient\"", 400, "invariant", "Bundle.entry"},
    {"\"status\": \"completed\"", "\"status\": \"active\"", 400, "invariant", "CarePlan.status"},
    {"\"status\": \"finished\"", "\"status\": \"in-progress\"", 400, "invariant", "Encounter.status"},
    {"\"status\": \"finished\"", "\"status\": \"triaged\"", 0, "", ""},
    {"\"code\": \"DRC\"", "\"code\": \"XXX\"", 400, "invariant", "Consent.category"},
    {"number-present-and-verified", "trace-required", 400, "invariant", "Patient.identifier[0].extension"},
    {"number-present-and-verified", "number-present-but-not-traced", 0, "", ""},
    {"9990123454", "999012345", 400, "value", "Patient.identifier[0].value"},
    {"9990123454", "9990123455", 0, "", ""},  // a wrong check digit is shown to staff
    {"https://fhir.nhs.uk/Id/nhs-number", "http://fhir.nhs.uk/id/nhs-number", 0, "", ""},
    {"\"valuePositiveInt\": 1", "\"valuePositiveInt\": 2", 400, "invariant", "Patient.contact"},
    {"\"valuePositiveInt\": 1", "\"valueString\": \"1\"", 400, "required", "Patient.contact.extension"},
    {"\"system\": \"phone\"", "\"system\": \"email\"", 400, "required", "Patient.contact[0].telecom"},
    {"\"rank\": 1", "\"rank\": 2", 400, "invariant", "Patient.contact[0].telecom.rank"},
    {"\"contact\"", "\"contacts\"", 400, "required", "Patient.contact"},
};

TEST(BarsMessage, EachBreachIsNamed) {
    const auto good = good_message();
    for (const auto& breach : breaches) {
        const auto text = edited(good, breach.from, breach.to);
        const auto message = read_message(text, served());
        if (breach.status == 0) {
            EXPECT_TRUE(message) << breach.from << " -> " << breach.to;
            continue;
        }
        ASSERT_FALSE(message) << breach.from << " -> " << breach.to;
        EXPECT_EQ(message.error().status, breach.status) << breach.from << " -> " << breach.to;
        EXPECT_EQ(message.error().issue, breach.issue) << breach.from << " -> " << breach.to;
        EXPECT_EQ(message.error().expression, breach.expression) << breach.from << " -> " << breach.to;
    }
}

TEST(BarsMessage, StrictnessAndDefinitionsAreConfiguration) {
    auto strict = served();
    strict.refuse_wrong_check_digit = true;
    strict.unknown_use_case_status = 422;
    strict.referral_definitions = {"https://hubs.test/MessageDefinition/ours"};
    const auto ours = edited(good_message(),
                             "https://fhir.nhs.uk/MessageDefinition/bars-message-servicerequest-request-referral",
                             "http://hubs.test/MessageDefinition/ours|1.0");
    EXPECT_TRUE(read_message(ours, strict));
    EXPECT_FALSE(read_message(good_message(), strict));
    EXPECT_FALSE(read_message(edited(ours, "9990123454", "9990123455"), strict));
    const auto other = read_message(edited(ours, "\"code\": \"dhub1\"", "\"code\": \"a5t1\""), strict);
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().status, 422U);
    strict.use_cases = {"a5t1", "a5t2", "a5t3"};  // GP to community pharmacy, by settings alone
    EXPECT_TRUE(read_message(edited(ours, "\"code\": \"dhub1\"", "\"code\": \"a5t1\""), strict));
}

TEST(BarsMessage, TheFirstContactHasNoSecond) {
    const auto text = edited(good_message(), "\"contact\": [", R"("contact": [
     {"extension": [{"url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-ContactRank",
                     "valuePositiveInt": 1}],
      "telecom": [{"system": "phone", "value": "01632960009", "rank": 1}]},)");
    const auto message = read_message(text, served());
    ASSERT_FALSE(message);
    EXPECT_EQ(message.error().issue, "invariant");
}

TEST(BarsMessage, AReferralNeedsNoNhsNumber) {
    EXPECT_TRUE(read_message(edited(good_message(), "https://fhir.nhs.uk/Id/nhs-number", "https://other.test/Id/x"), served()));
}

TEST(BarsMessage, ACancellationMustNameOurId) {
    EXPECT_EQ(read_message(cancel_message("not-a-uuid"), served()).error().issue, "value");
    EXPECT_EQ(read_message(cancel_message(known_id, "update", "completed"), served()).error().issue, "invariant");
    const auto other = edited(cancel_message(known_id), "\"code\": \"referral\"", "\"code\": \"xxxx\"");
    EXPECT_EQ(read_message(other, served()).error().issue, "invariant");
}

TEST(BarsMessage, BrokenJsonIsATroubleToo) {
    for (const auto* text : {"", "{", "[]", "null", "{\"a\":1,\"a\":1}", "{\"resourceType\":\"Bundle\"}"}) {
        EXPECT_FALSE(read_message(text, served())) << text;
    }
}

// Whatever piece is missing, the answer is a refusal or a referral, and never worse.
TEST(BarsMessage, AnyCutMessageIsAnsweredInOrder) {
    const auto good = good_message();
    std::size_t refused = 0;
    for (std::size_t size = 0; size < good.size(); size += 7) {
        refused += read_message(std::string_view(good).substr(0, size), served()) ? 0 : 1;
    }
    EXPECT_EQ(refused, (good.size() + 6) / 7);
}

}  // namespace
}  // namespace hubward::server::wire::fhir
