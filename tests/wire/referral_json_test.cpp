// SPDX-License-Identifier: Apache-2.0
#include "server/wire/referral_json.hpp"

#include <fmt/format.h>

#include "server/wire/calendar.hpp"
#include "server/wire/hub_json.hpp"
#include "server/wire/json_reader.hpp"
#include "server/wire/parts_json.hpp"
#include "tests/wire/support.hpp"

namespace hubward::server::wire {
namespace {

TEST(DecodeReferral, TakesTheWholeDocument) {
    const auto read = decode_referral(data("referrals/full.json"), small_gazetteer());
    ASSERT_TRUE(read) << shown(read.error());
    const auto& ask = read->command.ask;
    EXPECT_EQ(ask.need_count, 2);
    EXPECT_EQ(ask.needs[0], matcher::Need::dev_loan);
    EXPECT_EQ(ask.needs[1], matcher::Need::nhs_app);
    EXPECT_EQ(matcher::code(ask.language), "ur");
    EXPECT_TRUE(ask.language_required);
    EXPECT_TRUE(ask.access.has(matcher::Access::wheelchair));
    EXPECT_TRUE(ask.access.has(matcher::Access::easy_read));
    EXPECT_EQ(ask.urgency, matcher::Urgency::urgent);
    EXPECT_EQ(ask.travel_max, 3000U);
    EXPECT_EQ(ask.age, 74);
    EXPECT_EQ(ask.communities, 0b100001U);
    EXPECT_TRUE(read->command.share_with_hub);
    EXPECT_EQ(read->practice_ref, "A-1001");
    EXPECT_EQ(read->command.ask.trusted_hub, hub_id("holbeck-library"));
    EXPECT_EQ(read->command.ask.refused_hubs[0], hub_id("beeston-centre"));
    EXPECT_FALSE(read->command.ask.refused_hubs[1]);
    // LS99 9 is 53.7997, -1.5492: only its cell of 0.01 degrees gets out.
    EXPECT_EQ(ask.position.latitude_e7, 538'000'000);
    EXPECT_EQ(ask.position.longitude_e7, -15'500'000);
}

// Who writes by hand has no code of a place: the postcode says it. What is said is not put right.
TEST(DecodeReferral, TakesThePlaceFromThePostcode) {
    const auto where = gazetteer_of("postcode,latitude,longitude,place\nLS99,53.7997,-1.5492,riverside\n");
    const auto place = [&](std::string_view more, std::string_view postcode) {
        const auto read = decode_referral(
            fmt::format(R"({{"needs":["nhs-app"],"consent":{{"share_with_hub":true}},{}"person":{{"postcode":"{}"}}}})",
                        more, postcode),
            where);
        return read ? std::string(read->command.ask.place.view()) : shown(read.error());
    };
    EXPECT_EQ(place("", "LS99 9ZZ"), "riverside");
    EXPECT_EQ(place(R"("place":"hill-side",)", "LS99 9ZZ"), "hill-side");
    EXPECT_EQ(place("", "YO1 1AA"), "");
}

TEST(DecodeReferral, TheDetailsHoldEverythingPersonalAndWhatHasNoRule) {
    const auto read = decode_referral(data("referrals/full.json"), small_gazetteer());
    ASSERT_TRUE(read);
    const auto details = read_json(read->details);
    ASSERT_TRUE(details) << read->details;
    const auto person = details->find("person");
    ASSERT_TRUE(person);
    EXPECT_EQ(person->text_at("name"), "Amina Testperson");
    EXPECT_EQ(person->text_at("postcode"), "LS99 9ZZ");
    EXPECT_EQ(person->find("carer")->text_at("name"), "Bilal Testperson");
    EXPECT_EQ(details->text_at("practice_reference"), "A-1001");
    // A valid concept without a routing rule: requires reasonable adjustment.
    EXPECT_EQ(details->find("other_access")->front()->text(), "1108111000000107");
}

// What somebody would like goes with the same words; what they must have is no wish beside it.
TEST(DecodeReferral, WishesAreKeptApartFromWhatIsRequired) {
    const auto read = decode_referral(
        R"({"needs":["nhs-app"],"access":["wheelchair"],)"
        R"("access_preferred":["hearing-loop","wheelchair","1108111000000107"],)"
        R"("consent":{"share_with_hub":true}})",
        Gazetteer());
    ASSERT_TRUE(read) << shown(read.error());
    const matcher::Ask& ask = read->command.ask;
    EXPECT_EQ(ask.access.bits, matcher::AccessSet::mask(matcher::Access::wheelchair));
    EXPECT_EQ(ask.access_preferred.bits, matcher::AccessSet::mask(matcher::Access::hearing_loop));
    EXPECT_EQ(ask.other_access[0], 1'108'111'000'000'107ULL);
    std::string out;
    JsonWriter json(out);
    json.open_object();
    write_ask(json, ask);
    json.close_object();
    EXPECT_NE(out.find(R"("access_preferred":["hearing-loop"])"), std::string::npos) << out;
}

TEST(DecodeReferral, TheSmallestOneIsTaken) {
    const auto read = decode_referral(data("referrals/small.json"), Gazetteer());
    ASSERT_TRUE(read) << shown(read.error());
    EXPECT_FALSE(read->command.ask.position.known());
    EXPECT_EQ(read->command.ask.age, 255);
}

TEST(DecodeReferral, AnAgeFollowsFromTheBirthdayOnlyWithAClock) {
    const auto body = edited(data("referrals/full.json"), "\"age\": 74,", "");
    EXPECT_EQ(decode_referral(body, Gazetteer())->command.ask.age, 255);
    EXPECT_EQ(decode_referral(body, Gazetteer(), *parse_instant("2026-11-24T12:00:00Z"))->command.ask.age, 75);
}

TEST(DecodeReferral, AStatedPlaceWinsOverThePostcodeAndIsMadeCoarse) {
    const auto body = edited(data("referrals/full.json"), "\"age\": 74",
                             R"("age": 74, "location": {"latitude": 53.78449, "longitude": -1.55667})");
    const auto read = decode_referral(body, small_gazetteer());
    ASSERT_TRUE(read) << shown(read.error());
    EXPECT_EQ(read->command.ask.position.latitude_e7, 537'800'000);
    EXPECT_EQ(read->command.ask.position.longitude_e7, -15'600'000);
    EXPECT_EQ(read->details.find("53.78449"), std::string::npos);
}

TEST(DecodeReferral, WithoutConsentTheCommandSaysSo) {
    const auto body = edited(data("referrals/small.json"), "true", "false");
    EXPECT_FALSE(decode_referral(body, Gazetteer())->command.share_with_hub);
}

constexpr Edit edits[] = {
    {"\"dev-loan\"", "\"fly\"", "/needs/0", "code"},
    {"\"nhs-app\"", "7", "/needs/1", "type"},
    {"\"nhs-app\"", "\"\"", "/needs/1", "required"},
    {"\"nhs-app\"", "\"dev-loan\"", "/needs/1", "duplicate"},
    {"[\"dev-loan\", \"nhs-app\"]", "[]", "/needs", "required"},
    {"[\"dev-loan\", \"nhs-app\"]", "{}", "/needs", "type"},
    {"\"needs\"", "\"need\"", "/needs", "required"},
    {"\"needs\"", "\"need\"", "/need", "unknown"},
    {"[\"dev-loan\", \"nhs-app\"]",
     R"(["dev-loan","dev-gift","dev-repair","dev-setup","data-sim","data-wifi","at-assist","nhs-app","assess"])",
     "/needs", "limit"},
    {"999 012 3454", "999 012 3455", "/person/nhs_number", "format"},
    {"\"999 012 3454\"", "9990123454", "/person/nhs_number", "type"},
    {"1951-07-14", "1951-02-30", "/person/date_of_birth", "format"},
    {"1951-07-14", "14/07/1951", "/person/date_of_birth", "format"},
    {"\"Amina Testperson\"", "[]", "/person/name", "type"},
    {"\"phone\"", "\"fax\"", "/person/contact/0/system", "code"},
    {"01632 960001", "call me", "/person/contact/0/value", "format"},
    {"\"safe\": true", "\"safe\": \"yes\"", "/person/contact/0/safe", "type"},
    {"amina@example.test", "amina", "/person/contact/1/value", "format"},
    {"{\"system\": \"phone\", ", "{", "/person/contact/0/system", "required"},
    {"LS99 9ZZ", "ABC 1234", "/person/postcode", "format"},
    {"\"relationship\"", "\"relation\"", "/person/carer/relation", "unknown"},
    {"\"name\": \"Bilal Testperson\", ", "", "/person/carer/name", "required"},
    {"\"ur\"", "\"xx-unknown\"", "/language", "code"},
    {"\"language\": \"ur\",", "", "/language", "required"},
    {"\"language_required\": true", "\"language_required\": 1", "/language_required", "type"},
    {"\"wheelchair\"", "\"jetpack\"", "/access/0", "code"},
    {"796161000000101", "796161000000102", "/access/1", "code"},
    {"796161000000101", "1082661000000100", "/access/1", "code"},
    {"\"urgent\"", "\"now\"", "/urgency", "code"},
    {"3000", "0", "/travel_max_metres", "range"},
    {"3000", "2.5", "/travel_max_metres", "type"},
    {"74", "131", "/age", "range"},
    {"[0, 5]", "[0, 32]", "/communities/1", "range"},
    {"\"holbeck-library\"", "\"Holbeck Library\"", "/trusted_hub", "format"},
    {"[\"beeston-centre\"]", "[\"a\",\"b\",\"c\"]", "/refused_hubs", "limit"},
    {"\"beeston-centre\"", "\"-\"", "/refused_hubs/0", "format"},
    {"\"share_with_hub\": true, ", "", "/consent/share_with_hub", "required"},
    {"\"share_with_hub\": true", "\"share_with_hub\": \"true\"", "/consent/share_with_hub", "type"},
    {"\"self\"", "\"neighbour\"", "/consent/given_by", "code"},
    {"\"verbal\"", "\"shouted\"", "/consent/how", "code"},
    {"2026-03-02", "2026-03-32", "/consent/when", "format"},
    {"\"consent\"", "\"consents\"", "/consent", "required"},
    {"\"A-1001\"", "\"\"", "/practice_reference", "required"},
    {"\"urgency\": \"urgent\"", "\"urgency\": \"urgent\", \"urgency\": \"urgent\"", "/urgency", "duplicate"},
};

TEST(DecodeReferral, EachFaultNamesItsField) {
    const auto good = data("referrals/full.json");
    const auto gazetteer = small_gazetteer();
    for (const auto& edit : edits) {
        const auto read = decode_referral(edited(good, edit.from, edit.to), gazetteer);
        ASSERT_FALSE(read) << edit.from << " -> " << edit.to;
        EXPECT_TRUE(names(read.error(), edit.pointer, edit.kind))
            << edit.from << " -> " << edit.to << "\n" << shown(read.error());
    }
}

TEST(DecodeReferral, AllFaultsAreToldAtOnce) {
    const auto read = decode_referral(R"({"needs":["x"],"age":-1,"consent":{}})", Gazetteer());
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().size(), 3U) << shown(read.error());
}

// Counted in letters, as JSON Schema counts: a script of two or four bytes a letter has the same room.
TEST(DecodeReferral, TextFieldsEndAtTheirBound) {
    const auto note_of = [](std::size_t letters, std::string_view letter) {
        std::string note;
        for (std::size_t i = 0; i < letters; ++i) {
            note += letter;
        }
        return decode_referral(
            R"({"needs":["assess"],"consent":{"share_with_hub":true},"person":{"note":")" + note + "\"}}", Gazetteer());
    };
    for (const std::string_view letter : {"x", "\u0627", "\u0a2e", "\U0001F600"}) {
        EXPECT_TRUE(note_of(1000, letter)) << letter;
        const auto read = note_of(1001, letter);
        ASSERT_FALSE(read) << letter;
        EXPECT_TRUE(names(read.error(), "/person/note", "limit")) << letter;
    }
}

}  // namespace
}  // namespace hubward::server::wire
