// SPDX-License-Identifier: Apache-2.0
#include "server/wire/fhir/referral_mapping.hpp"

#include "server/wire/calendar.hpp"
#include "server/wire/fhir/staff_notes.hpp"
#include "tests/wire/fhir_support.hpp"

namespace hubward::server::wire::fhir {
namespace {

Submission mapped(const std::string& text, const Gazetteer& where = small_gazetteer()) {
    const auto message = read_message(text, served());
    EXPECT_TRUE(message) << (message ? std::string() : message.error().diagnostics);
    return message ? map_referral(*message, text, where, Served(), *parse_instant("2026-11-24T12:00:00Z"))
                   : Submission();
}

// A message has no field for the code of a place: the postcode of the patient says it.
TEST(BarsMapping, ThePlaceIsThePostcodes) {
    const auto where = gazetteer_of("postcode,latitude,longitude,place\nLS99,53.7997,-1.5492,riverside\n");
    EXPECT_EQ(mapped(good_message(), where).command.ask.place.view(), "riverside");
    EXPECT_TRUE(mapped(good_message()).command.ask.place.empty());
}

TEST(BarsMapping, WhatTheRouterLearns) {
    const auto submission = mapped(good_message());
    const auto& ask = submission.command.ask;
    EXPECT_EQ(submission.command.source, matcher::Source::bars);
    EXPECT_TRUE(submission.command.share_with_hub);
    ASSERT_EQ(ask.need_count, 1);
    EXPECT_EQ(ask.needs[0], matcher::Need::dev_loan);
    EXPECT_EQ(matcher::code(ask.language), "ur");
    EXPECT_TRUE(ask.access.has(matcher::Access::wheelchair));
    EXPECT_EQ(ask.urgency, matcher::Urgency::routine);
    EXPECT_EQ(ask.age, 75);
    EXPECT_EQ(ask.position.latitude_e7, 538'000'000);
    EXPECT_EQ(submission.practice_ref, "5f0f1c1e-0b52-4b6e-9b53-0f6f4b0a1001");
}

TEST(BarsMapping, TheWholeMessageStaysInTheDetails) {
    const auto submission = mapped(good_message());
    const auto details = read_json(submission.details, fhir_depth_max + 1);
    ASSERT_TRUE(details) << submission.details;
    EXPECT_EQ(details->find("bundle")->find("entry")->size(), 14U);
    const auto person = *details->find("person");
    EXPECT_EQ(person.text_at("name"), "Amina Testperson");
    EXPECT_EQ(person.text_at("postcode"), "LS99 9ZZ");
    EXPECT_EQ(person.find("contact")->front()->text_at("value"), "01632960001");
    EXPECT_NE(person.text_at("note").find("Lend a tablet"), std::string_view::npos);
    EXPECT_FALSE(person.find("nhs_number_warning"));
    const auto wrong = mapped(edited(good_message(), "9990123454", "9990123455"));
    EXPECT_NE(wrong.details.find("nhs_number_warning"), std::string::npos);
}

std::string lines_of(const Json& details, std::string_view name) {
    std::string text;
    if (const auto list = details.find(name)) {
        list->items([&](std::size_t, Json line) { text += "[" + std::string(line.text()) + "]"; });
    }
    return text;
}

TEST(BarsMapping, StaffAreToldInWordsWhatTheMessageSaysBesides) {
    auto text = edited(good_message(), "\"intent\": \"plan\",",
                       R"("intent": "plan", "PatientInstruction": "Bring glasses",
                          "note": [{"text": "Shy on the phone"}], "occurrencePeriod": {"end": "2026-04-01"},)");
    text = edited(text, "\"display\": \"self\"", "\"display\": \"daughter\"");
    text = edited(text, "\"code\": \"wheelchairaccess\"", "\"code\": \"somethingnew\"");
    text = edited(text, "\"display\": \"Wheelchair access\"", "\"display\": \"Something new\"");
    const auto submission = mapped(text);
    const auto details = read_json(submission.details, fhir_depth_max + 1);
    ASSERT_TRUE(details);
    EXPECT_EQ(lines_of(*details, "adjustments"), "[Something new]");
    EXPECT_NE(lines_of(*details, "referrer").find("[Sam Example, 01632960002]"), std::string::npos);
    EXPECT_EQ(lines_of(*details, "contact_people"), "[1: daughter, 01632960001]");
    EXPECT_EQ(details->text_at("by_when"), "2026-04-01");
    EXPECT_EQ(details->text_at("case_number"), "C-1001");
    const auto other = lines_of(*details, "other");
    EXPECT_NE(other.find("[ServiceRequest.PatientInstruction: Bring glasses]"), std::string::npos) << other;
    EXPECT_NE(other.find("[ServiceRequest: Shy on the phone]"), std::string::npos) << other;
    EXPECT_EQ(other.find("Lend a tablet"), std::string::npos) << "stands in the note already";
}

TEST(BarsMapping, ALongMessageSaysHowMuchMoreItHolds) {
    std::string notes;
    for (std::size_t i = 0; i < other_lines_max + 60; ++i) {
        notes += (i == 0 ? "" : ",") + std::string("{\"text\": \"line ") + std::to_string(i) + "\"}";
    }
    const auto submission = mapped(edited(good_message(), "\"intent\": \"plan\",",
                                          "\"intent\": \"plan\", \"note\": [" + notes + "],"));
    EXPECT_NE(submission.details.find("more in the message"), std::string::npos);
    EXPECT_NE(submission.details.find("line 99"), std::string::npos);  // in the message itself
}

// A name that is as long as a message may be stands before each text below it.
std::string with_unknown(std::size_t name_bytes, int texts) {
    std::string name;
    for (std::size_t i = 0; name.size() < name_bytes; ++i) {
        name += static_cast<char>('a' + (i * 7919) % 23);
    }
    std::string list;
    for (int i = 0; i < texts; ++i) {
        list += (i == 0 ? "\"t" : ",\"t") + std::to_string(i) + "\"";
    }
    return edited(good_message(), "\"intent\": \"plan\",",
                  "\"intent\": \"plan\", \"" + name + "\": [" + list + "],");
}

TEST(BarsMapping, ALongNameIsNotSaidInFullBeforeEveryTextBelowIt) {
    const auto plain = mapped(good_message()).details.size();
    for (const auto& text : {with_unknown(235'000, 7), with_unknown(60'000, 40)}) {
        const auto details = mapped(text).details;
        EXPECT_LE(details.size(), plain + text.size() + 16'384);
        EXPECT_NE(details.find("…: t6\""), std::string::npos) << "what it says is told all the same";
    }
    const auto name = edited(good_message(), "\"intent\": \"plan\",",
                             "\"intent\": \"plan\", \"" + std::string(84, 'n') + "ééé\": \"said\",");
    const auto details = read_json(mapped(name).details, fhir_depth_max + 1);
    ASSERT_TRUE(details);
    EXPECT_NE(lines_of(*details, "other").find(std::string(84, 'n') + "…: said]"), std::string::npos)
        << "not cut within a character";
}

// To look for every text of a message in a note of it would take the square of its length.
TEST(BarsMapping, TextsAreLookedForInALongNoteOnlySoOften) {
    std::string note = "stands here:";
    std::string list;
    for (int i = 0; i < 200; ++i) {
        note += " w" + std::to_string(i) + ";";
        list += (i == 0 ? "\"w" : ",\"w") + std::to_string(i) + ";\"";
    }
    const auto other_of = [&](const std::string& whole) {
        auto text = edited(good_message(), "\"intent\": \"plan\",", "\"intent\": \"plan\", \"Words\": [" + list + "],");
        text = edited(text, "Lend a tablet", whole);
        const auto details = read_json(mapped(text).details, fhir_depth_max + 1);
        return details ? lines_of(*details, "other") : "";
    };
    EXPECT_EQ(other_of(note).find("Words"), std::string::npos) << "all of them stand in the note";
    const std::string other = other_of(note + std::string(150'000, '.'));
    EXPECT_EQ(other.find("Words: w0;"), std::string::npos) << "the first were looked for";
    EXPECT_NE(other.find("Words: w30;"), std::string::npos) << "the others are told once more";
}

TEST(BarsMapping, APersonWithoutAFixedAddressIsTakenAndSaid) {
    const auto submission = mapped(edited(good_message(), "LS99 9ZZ", "zz993vz"));
    EXPECT_FALSE(submission.command.ask.position.known());
    EXPECT_NE(submission.details.find("no fixed address"), std::string::npos);
}

struct NeedCase {
    std::string_view category;
    matcher::Need need;
};
TEST(BarsMapping, NeedsFollowFromTheCategory) {
    for (const auto& [category, need] : {NeedCase{"digital-literacy", matcher::Need::skill_foundation},
                                         NeedCase{"language-access", matcher::Need::lang_support},
                                         NeedCase{"personal-health-literacy", matcher::Need::health_info},
                                         NeedCase{"social-connection", matcher::Need::social_connect},
                                         NeedCase{"something-else", matcher::Need::assess}}) {
        const auto ask = mapped(edited(good_message(), "\"digital-access\"",
                                       "\"" + std::string(category) + "\"")).command.ask;
        ASSERT_EQ(ask.need_count, 1) << category;
        EXPECT_EQ(ask.needs[0], need) << category;
    }
    const auto exact = edited(edited(good_message(), "http://hl7.org/fhir/us/sdoh-clinicalcare/CodeSystem/SDOHCC-CodeSystemTemporaryCodes",
                                     "https://hubs.example.test/CodeSystem/hubward-need"),
                              "\"digital-access\"", "\"nhs-app\"");
    EXPECT_EQ(mapped(exact).command.ask.needs[0], matcher::Need::nhs_app);
}

TEST(BarsMapping, WhatMayGiveWayIsAPermittedActionOfTheConsent) {
    using matcher::Requirement;
    const auto agreed = [](std::string_view status, const std::string& provision) {
        const auto text = edited(good_message(), "\"status\": \"active\",\n    \"scope\"",
                                 "\"status\": \"" + std::string(status) + "\", \"provision\": " + provision + ", \"scope\"");
        return mapped(text).command.ask.may_relax;
    };
    const auto action = [](std::string_view code) {
        return R"("action": [{"coding": [{"system": "https://hubs.example.test/CodeSystem/hubward-may-relax", "code": ")" +
               std::string(code) + R"("}]}])";
    };
    EXPECT_TRUE(mapped(good_message()).command.ask.may_relax.empty());
    const auto both = agreed("active", "{" + action("language") + R"(, "provision": [{"type": "permit", )" + action("travel") + "}]}");
    EXPECT_TRUE(both.has(Requirement::language) && both.has(Requirement::travel) && !both.has(Requirement::times));
    EXPECT_TRUE(agreed("inactive", "{" + action("language") + "}").empty());
    EXPECT_TRUE(agreed("active", R"({"type": "deny", )" + action("language") + "}").empty());
    EXPECT_TRUE(agreed("active", "{" + action("times") + R"(, "provision": [{"type": "deny", )" + action("times") + "}]}").empty());
    EXPECT_TRUE(agreed("active", R"({"action": {}, "provision": {"action": [1, {"coding": 2}]}})").empty()) << "nonsense";
}

TEST(BarsMapping, LanguagesOfUkCore) {
    const auto with = [](std::string_view code) {
        return mapped(edited(good_message(), "\"code\": \"ur\"", "\"code\": \"" + std::string(code) + "\"")).command.ask;
    };
    EXPECT_EQ(matcher::code(with("q4").language), "bfi");
    EXPECT_EQ(matcher::code(with("pl").language), "pl");
    EXPECT_TRUE(with("q1").access.has(matcher::Access::braille));
    EXPECT_TRUE(with("q5").access.has(matcher::Access::makaton));
    EXPECT_EQ(with("zz").language, matcher::Language::not_stated);
}

TEST(BarsMapping, FlagsByBarsWordAndBySnomed) {
    EXPECT_EQ(access_from_bars("britishsignlanguageinterpreterneeded"), matcher::Access::bsl_interpreter);
    EXPECT_EQ(access_from_bars("requiresinformationineasyread"), matcher::Access::easy_read);
    EXPECT_EQ(access_from_bars("Wheelchair access"), matcher::Access::wheelchair);
    EXPECT_FALSE(access_from_bars("somethingnew"));
    const auto snomed = edited(edited(good_message(), "https://fhir.nhs.uk/CodeSystem/reasonable-adjustment-codes-bars", "http://snomed.info/sct"),
                               "\"wheelchairaccess\"", "\"1325371000000107\"");
    EXPECT_TRUE(mapped(snomed).command.ask.access.has(matcher::Access::home_visit));
}

TEST(BarsMapping, UrgencyFollowsFromPriorityAndDeadline) {
    const auto priority = edited(good_message(), "\"intent\": \"plan\",", "\"intent\": \"plan\", \"priority\": \"asap\",");
    EXPECT_EQ(mapped(priority).command.ask.urgency, matcher::Urgency::urgent);
    const auto deadline = [](std::string_view end) {
        return edited(good_message(), "\"status\": \"requested\",",
                      "\"status\": \"requested\", \"restriction\": {\"period\": {\"end\": \"" + std::string(end) + "\"}},");
    };
    EXPECT_EQ(mapped(deadline("2026-03-05")).command.ask.urgency, matcher::Urgency::urgent);
    EXPECT_EQ(mapped(deadline("2026-03-05T12:00:00Z")).command.ask.urgency, matcher::Urgency::urgent);
    EXPECT_EQ(mapped(deadline("2026-06-05")).command.ask.urgency, matcher::Urgency::routine);
}

TEST(BarsMapping, ASwappedLocationIsReadTheRightWayRound) {
    auto text = edited(good_message(), "LS99 9ZZ", "ZZ99 3VZ");
    text = edited(text, "\"resourceType\": \"Flag\",",
                  R"("resourceType": "Location", "position": {"longitude": 53.78, "latitude": -1.55},)");
    EXPECT_EQ(mapped(text).command.ask.position.latitude_e7, 537'800'000);
}

}  // namespace
}  // namespace hubward::server::wire::fhir
