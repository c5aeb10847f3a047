// SPDX-License-Identifier: Apache-2.0
#include "server/wire/fhir/answer.hpp"

#include <set>

#include <fmt/format.h>

#include "server/wire/fhir/capability.hpp"
#include "server/wire/fhir/definitions.hpp"
#include "server/wire/fhir/operation_outcome.hpp"
#include "server/wire/fhir/raw_json.hpp"
#include "server/wire/fhir/staff_notes.hpp"
#include "server/wire/fhir/withdrawal.hpp"
#include "server/wire/identifiers.hpp"
#include "server/wire/referral_json.hpp"
#include "tests/wire/fhir_support.hpp"

namespace hubward::server::wire::fhir {
namespace {

constexpr matcher::ReferralId referral{0x0192'3456'789a'7bcdULL, 0x8def'0123'4567'89abULL};

std::string answered(const std::string& message) {
    return encode_referral_answer(squeezed_json(message), referral, matcher::ReferralIndex{1},
                                  {1'772'443'800'000}, "https://hubs.example.test/Id/referral-reference");
}

TEST(BarsAnswer, HasTheSameEntriesWithIdsOfOursAndAPlannedEncounter) {
    const auto text = answered(good_message());
    const auto bundle = read_json(text, fhir_depth_max);
    ASSERT_TRUE(bundle) << text;
    EXPECT_EQ(bundle->text_at("id"), "5f0f1c1e-0b52-4b6e-9b53-0f6f4b0a1001");
    EXPECT_EQ(bundle->text_at("type"), "message");
    const auto entries = *bundle->find("entry");
    EXPECT_EQ(entries.size(), 15U);
    std::set<std::string> ids;
    entries.items([&](std::size_t i, Json entry) {
        const auto resource = *entry.find("resource");
        const auto id = resource.text_at("id");
        EXPECT_TRUE(uuid_shaped(id)) << i;
        EXPECT_TRUE(ids.emplace(id).second) << i;
        if (resource.text_at("resourceType") == "ServiceRequest") {
            EXPECT_EQ(id, id_text(referral));
        }
        if (i == 14) {
            EXPECT_EQ(resource.text_at("resourceType"), "Encounter");
            EXPECT_EQ(resource.text_at("status"), "planned");
            EXPECT_EQ(resource.find("identifier")->front()->text_at("value"), "HW-N8PV-8");
            EXPECT_EQ(resource.find("subject")->text_at("reference"),
                      "urn:uuid:00000003-1111-4222-8333-444444444444");
        }
    });
}

TEST(BarsAnswer, IsTheSameWheneverItIsAskedFor) {
    EXPECT_EQ(answered(good_message()), answered(good_message()));
}

TEST(BarsAnswer, IdsOfTheSenderAreReplacedAndDecimalsKeepTheirZeros) {
    auto text = edited(good_message(), "\"status\": \"active\",\n    \"intent\"",
                       "\"id\": \"aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa\",\n    \"status\": \"active\",\n    \"intent\"");
    text = edited(text, "\"resourceType\": \"Flag\",", "\"resourceType\": \"Flag\", \"extension\": [{\"url\": \"x\", \"valueDecimal\": 1.10}],");
    const auto answer = answered(text);
    EXPECT_EQ(answer.find("aaaaaaaa-aaaa"), std::string::npos);
    EXPECT_NE(answer.find("\"valueDecimal\":1.10}"), std::string::npos);
}

TEST(BarsAnswer, AReadShowsThePresentStatus) {
    matcher::Referral now;
    now.id = referral;
    now.status = matcher::ReferralStatus::revoked;
    const auto text = encode_service_request(squeezed_json(good_message()), now);
    const auto resource = read_json(text, fhir_depth_max);
    ASSERT_TRUE(resource) << text;
    EXPECT_EQ(resource->text_at("resourceType"), "ServiceRequest");
    EXPECT_EQ(resource->text_at("id"), id_text(referral));
    EXPECT_EQ(resource->text_at("status"), "revoked");
    EXPECT_EQ(resource->text_at("intent"), "plan");
    EXPECT_EQ(encode_service_request("{}", now), "");
}

TEST(BarsAnswer, WhatACancellationSaysOfTheRequestStands) {
    matcher::Referral now;
    now.id = referral;
    now.status = matcher::ReferralStatus::entered_in_error;
    const auto cancelling = edited(
        cancel_message("aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa", "update", "entered-in-error"), "\"intent\": \"plan\"",
        "\"reasonCode\": [{\"text\": \"Wrong person\"}], \"priority\": \"stat\", \"intent\": \"plan\"");
    const auto text = encode_service_request(squeezed_json(good_message()), now, squeezed_json(cancelling));
    const auto resource = read_json(text, fhir_depth_max);
    ASSERT_TRUE(resource) << text;
    EXPECT_EQ(resource->text_at("id"), id_text(referral)) << "ours, whatever the message says";
    EXPECT_EQ(resource->text_at("status"), "entered-in-error");
    EXPECT_EQ(resource->find("reasonCode")->front()->text_at("text"), "Wrong person");
    EXPECT_EQ(resource->text_at("priority"), "stat") << "each member once";
    const auto shorter = encode_service_request(squeezed_json(good_message()), now,
                                                R"({"entry":[{"resource":{"resourceType":"ServiceRequest","note":[]}}]})");
    EXPECT_NE(shorter.find("\"intent\":\"plan\""), std::string::npos) << "what it leaves out stays";
    EXPECT_NE(shorter.find("\"note\":[]"), std::string::npos);
}

TEST(Withdrawal, KeepsTheWordsAndTheMessage) {
    const auto spoken = withdrawal_of("Moved; \"gone\"\n\u00e9");
    EXPECT_EQ(withdrawal_note(spoken), "Moved; \"gone\"\n\u00e9");
    EXPECT_EQ(withdrawal_bundle(spoken), "");
    const auto text = edited(cancel_message("aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"), "\"intent\": \"plan\"",
                             "\"reasonCode\": [{\"text\": \"Moved away\"}, {\"coding\": [{\"code\": \"x\", \"display\": \"Asked to\"}]}],"
                             " \"Reward\": \"none\", \"intent\": \"plan\"");
    const auto message = read_message(text, served());
    ASSERT_TRUE(message) << message.error().diagnostics;
    const auto document = withdrawal_of(*message, text);
    const auto note = withdrawal_note(document);
    EXPECT_TRUE(note.starts_with("Moved away\nAsked to\n")) << note;
    EXPECT_NE(note.find("ServiceRequest.Reward: none"), std::string::npos) << note;
    EXPECT_EQ(withdrawal_bundle(document), squeezed_json(text));
    ASSERT_TRUE(read_json(document, fhir_depth_max + 1));
}

// A hub that has lost the person reads why, and not once more who it was.
TEST(Withdrawal, SaysNeitherWhoItWasNorWhatTheReferralHadSaid) {
    const auto before = edited(good_message(), "\"intent\": \"plan\"",
                               "\"patientInstruction\": \"Ring twice\", \"Reward\": \"none\", \"intent\": \"plan\"");
    const auto stored = read_json(before, fhir_depth_max);
    ASSERT_TRUE(stored);
    const auto known = lines_of(*stored);
    auto text = edited(cancel_message("aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"), "\"intent\": \"plan\"",
                       "\"patientInstruction\": \"Ring twice\", \"Reward\": \"none\", \"Thanks\": \"many\","
                       " \"reasonCode\": [{\"text\": \"Moved away\"}], \"intent\": \"plan\"");
    text = edited(text, "\"resourceType\": \"Patient\"", "\"resourceType\": \"Patient\", \"Nickname\": \"Velvet\"");
    text = edited(text, "\"subject\": {", "\"subject\": {\"display\": \"Zeb Quillfeather\",");
    const auto message = read_message(text, served());
    ASSERT_TRUE(message) << message.error().diagnostics;
    EXPECT_EQ(cancellation_note(*message, known), "Moved away\nServiceRequest.Thanks: many");
    EXPECT_EQ(cancellation_note(*message, {}).find("Quillfeather"), std::string::npos);
    EXPECT_EQ(cancellation_note(*message, {}).find("Velvet"), std::string::npos);
    EXPECT_NE(cancellation_note(*message, {}).find("Ring twice"), std::string::npos);
}

// What the referral had said is held while the cancellation is read: not more of it than one thread can spare.
TEST(Withdrawal, RemembersOnlySoManyLinesOfAReferral) {
    std::string list;
    for (std::size_t i = 0; i < known_lines_max + 500; ++i) {
        list += (i == 0 ? "\"t" : ",\"t") + std::to_string(i) + "\"";
    }
    const std::string said = "\"" + std::string(100'000, 'n') + "\": [" + list + "], \"intent\": \"plan\"";
    const auto stored = read_json(edited(good_message(), "\"intent\": \"plan\"", said), fhir_depth_max);
    ASSERT_TRUE(stored);
    const auto known = lines_of(*stored);
    EXPECT_GE(known.size(), known_lines_max);
    EXPECT_LE(known.size(), known_lines_max + 8) << "reasons and adjustments come first";
    std::size_t bytes = 0;
    for (const auto& line : known) {
        bytes += line.size();
        EXPECT_EQ(line.find("more in the message"), std::string::npos);
    }
    EXPECT_LE(bytes, known_lines_max * 160);
    const auto text = edited(cancel_message("aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"), "\"intent\": \"plan\"", said);
    const auto message = read_message(text, served());
    ASSERT_TRUE(message) << message.error().diagnostics;
    EXPECT_NE(cancellation_note(*message, known).find("more in the message"), std::string::npos);
}

TEST(RawJson, GivesBackWhatStandsThere) {
    constexpr std::string_view text = R"( { "a" : [ 1.10 , "x\"]}" , {"b":[]} ] , "c":null } )";
    EXPECT_EQ(squeezed_json(text), R"({"a":[1.10,"x\"]}",{"b":[]}],"c":null})");
    const auto members = raw_members(text);
    ASSERT_EQ(members.size(), 2U);
    EXPECT_EQ(raw_items(members[0].second).size(), 3U);
    EXPECT_EQ(raw_items(members[0].second)[1], R"("x\"]}")");
    EXPECT_EQ(raw_member(text, "c"), "null");
    EXPECT_EQ(raw_member(text, "d"), "");
    EXPECT_TRUE(raw_members("[]").empty());
    EXPECT_TRUE(raw_items("{}").empty());
    EXPECT_TRUE(raw_items("[]").empty());
}

// Many JSON libraries write "\/", and any may write a letter as \u0041.
TEST(RawJson, WhatNeedNotBeEscapedIsKeptPlain) {
    EXPECT_EQ(squeezed_json(R"({"a\u0062":"https:\/\/x\u0041\u007e\u0022\u005c\u00e9\u001f\n\\u0041\\/\ud83d\ude00"})"),
              "{\"ab\":\"https://xA~\\u0022\\u005c\u00e9\\u001f\\n\\\\u0041\\\\/\U0001F600\"}");
}

// A name that nobody knows comes back as the name it was, and once.
TEST(BarsAnswer, MembersKeepTheirNamesHoweverTheyAreWritten) {
    const auto named = [](std::string_view name) {
        return squeezed_json(edited(good_message(), R"("intent": "plan")", fmt::format(R"("intent": "plan", "{}": 1)", name)));
    };
    matcher::Referral now;
    now.id = referral;
    const auto resource = read_json(encode_service_request(named(R"(\u00e9\ud83d\ude00\"\u005c\u000a)"), now), fhir_depth_max);
    ASSERT_TRUE(resource);
    EXPECT_TRUE(resource->find("\u00e9\U0001F600\"\\\n"));
    EXPECT_NE(answered(named(R"(\"\u005c)")).find(R"("\"\\":1)"), std::string::npos);
    EXPECT_TRUE(read_json(encode_service_request(named(R"(\u00e9)"), now, named("\u00e9")), fhir_depth_max));
}

// The practice reads what it sent, and not nothing.
TEST(BarsAnswer, AResourceIsFoundHoweverItsTypeIsWritten) {
    const auto text = edited(good_message(), "\"resourceType\": \"ServiceRequest\"", "\"resource\\u0054ype\": \"Service\\u0052equest\"");
    matcher::Referral now;
    now.id = referral;
    now.status = matcher::ReferralStatus::active;
    const auto resource = read_json(encode_service_request(squeezed_json(text), now), fhir_depth_max);
    ASSERT_TRUE(resource);
    EXPECT_EQ(resource->text_at("status"), "active");
    EXPECT_EQ(resource->text_at("intent"), "plan");
}

TEST(BarsAnswer, OnlyDetailsFromBarsHaveABundle) {
    EXPECT_EQ(bundle_in(R"({"format":"bars","bundle":{"a":1}})"), R"({"a":1})");
    EXPECT_EQ(bundle_in(R"({"format":"hubward.referral.v1"})"), "");
}

TEST(Outcome, CarriesTheNhsErrorCode) {
    const auto text = encode_outcome({422, "not-supported", "Say \"why\".", "Bundle.meta"});
    const auto outcome = read_json(text);
    ASSERT_TRUE(outcome) << text;
    const auto issue = *outcome->find("issue")->front();
    EXPECT_EQ(issue.text_at("code"), "not-supported");
    EXPECT_EQ(issue.text_at("diagnostics"), "Say \"why\".");
    EXPECT_EQ(issue.find("details")->find("coding")->front()->text_at("code"), "REC_UNPROCESSABLE_ENTITY");
    EXPECT_EQ(issue.find("expression")->front()->text(), "Bundle.meta");
}

TEST(Capability, NamesWhatIsServed) {
    const auto text = encode_capability(served(), "https://hubs.example.test");
    const auto statement = read_json(text);
    ASSERT_TRUE(statement) << text;
    EXPECT_EQ(statement->text_at("fhirVersion"), "4.0.1");
    EXPECT_EQ(statement->text_at("version"), "1.1.0");
    EXPECT_EQ(statement->find("messaging")->front()->find("supportedMessage")->size(), 2U);
}

TEST(Capability, DefinitionsAreFoundByServiceAndUseCase) {
    const auto ask = [](std::vector<std::string_view> contexts) {
        return encode_definitions(contexts, served(), "https://hubs.example.test");
    };
    const auto by_service = ask({"https://fhir.nhs.uk/Id/dos-service-id|9000000001"});
    ASSERT_TRUE(by_service);
    const auto bundle = read_json(*by_service);
    ASSERT_TRUE(bundle);
    EXPECT_EQ(bundle->find("total")->integer(), 2);
    EXPECT_EQ(bundle->find("entry")->front()->find("resource")->find("useContext")->size(), 3U);
    // The conformance tool sends both in one parameter, with the scheme http.
    EXPECT_TRUE(ask({"https://fhir.nhs.uk/CodeSystem/usecases-categories-bars|dhub1&context=http://fhir.nhs.uk/Id/dos-service-id|9000000001"}));
    EXPECT_EQ(ask({}).error().issue, "required");
    EXPECT_EQ(ask({""}).error().issue, "required");
    EXPECT_EQ(ask({"XXXXXXX"}).error().issue, "value");
    EXPECT_EQ(ask({"https://other.test|1"}).error().issue, "value");
    EXPECT_EQ(ask({"https://fhir.nhs.uk/Id/dos-service-id|1"}).error().status, 404U);
}

}  // namespace
}  // namespace hubward::server::wire::fhir
