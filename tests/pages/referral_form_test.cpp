// SPDX-License-Identifier: Apache-2.0
#include "server/pages/referral_form.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/wire/hub_json.hpp"
#include "server/wire/referral_json.hpp"

namespace hubward::tests {
namespace {

using namespace server::pages;
using testing::ElementsAre;

constexpr std::string_view full =
    "name=Amina+Testperson&phone=01632+960001&safe=yes&postcode=LS99+9ZZ&needs=nhs-app&needs=dev-loan&"
    "urgency=urgent&language=ur&access=wheelchair&nhs_number=999+000+0018&note=Rings%0Abefore&consent=yes";

std::vector<std::string_view> fields(const std::vector<FieldFault>& faults) {
    std::vector<std::string_view> names;
    for (const FieldFault& fault : faults) {
        names.push_back(fault.field);
    }
    return names;
}

// What the form makes is what the API takes: nothing is lost and nothing is refused.
TEST(ReferralForm, MakesTheDocumentOfTheApi) {
    const auto form = Form::read(full);
    ASSERT_TRUE(form);
    EXPECT_TRUE(missing_in(*form).empty());
    std::string json = referral_json(*form);
    json.reserve(json.size() + 64);
    const auto read = server::wire::decode_referral(json, server::wire::Gazetteer());
    ASSERT_TRUE(read) << read.error().front().pointer << read.error().front().detail;
    EXPECT_EQ(read->command.ask.need_count, 2);
    EXPECT_EQ(read->command.ask.urgency, matcher::Urgency::urgent);
    EXPECT_EQ(matcher::code(read->command.ask.language), "ur");
    EXPECT_TRUE(read->command.share_with_hub);
    EXPECT_THAT(read->details, testing::HasSubstr("Amina Testperson"));
    EXPECT_TRUE(read->command.ask.may_relax.empty()) << "nobody agreed to it";
}

TEST(ReferralForm, OneBoxLetsEverythingGiveWayThatCan) {
    std::string json = referral_json(*Form::read(std::string(full) + "&relax=yes"));
    json.reserve(json.size() + 64);
    const auto read = server::wire::decode_referral(json, server::wire::Gazetteer());
    ASSERT_TRUE(read) << read.error().front().pointer << read.error().front().detail;
    for (const auto what : {matcher::Requirement::language, matcher::Requirement::times, matcher::Requirement::travel}) {
        EXPECT_TRUE(read->command.ask.may_relax.has(what)) << matcher::name(what);
    }
    EXPECT_TRUE(read->command.ask.access.has(matcher::Access::wheelchair)) << "which never gives way";
}

// While somebody writes, the router is asked about the needs and never told who it is about.
TEST(ReferralForm, AsksTheRouterWithoutThePerson) {
    std::string json = matching_json(*Form::read(full));
    EXPECT_THAT(json, testing::AllOf(testing::HasSubstr("nhs-app"), testing::HasSubstr("LS99 9ZZ")));
    for (const char* personal : {"Amina", "01632", "999", "Rings"}) {
        EXPECT_THAT(json, testing::Not(testing::HasSubstr(personal)));
    }
    json.reserve(json.size() + 64);
    const auto read = server::wire::decode_referral(json, server::wire::Gazetteer());
    ASSERT_TRUE(read) << read.error().front().pointer << read.error().front().detail;
    EXPECT_TRUE(read->command.share_with_hub);
    EXPECT_EQ(read->command.ask.urgency, matcher::Urgency::urgent);
    EXPECT_TRUE(read->command.ask.access.has(matcher::Access::wheelchair));
}

// The person's choice decides who is asked first, so the router must know it before it is sent.
TEST(ReferralForm, AsksTheRouterWithTheChosenHub) {
    std::string json = matching_json(*Form::read(std::string(full) + "&chosen_hub=holbeck-library"));
    json.reserve(json.size() + 64);
    const auto read = server::wire::decode_referral(json, server::wire::Gazetteer());
    ASSERT_TRUE(read) << read.error().front().pointer << read.error().front().detail;
    EXPECT_EQ(read->command.ask.chosen_hub, server::wire::hub_id("holbeck-library"));
}

// Everything that is missing is asked for at once, in the order of the page.
TEST(ReferralForm, AsksForEverythingThatIsMissing) {
    EXPECT_THAT(fields(missing_in(*Form::read(""))), ElementsAre("name", "phone", "needs", "consent"));
    EXPECT_THAT(fields(missing_in(*Form::read("name=+&phone=%20&needs=nhs-app&consent=no"))),
                ElementsAre("name", "phone", "consent"));
    std::string many = "name=A&phone=1&consent=yes";
    for (int i = 0; i < 9; ++i) {
        many += "&needs=nhs-app";
    }
    EXPECT_THAT(fields(missing_in(*Form::read(many))), ElementsAre("needs"));
}

// Nobody is turned away for having no phone, and nobody is sent without a way to reach them.
TEST(ReferralForm, TakesAnotherWayInPlaceOfAPhone) {
    const auto contact_of = [](std::string_view way) {
        const auto form = Form::read("name=A&needs=nhs-app&consent=yes&other_way=" + std::string(way));
        EXPECT_TRUE(missing_in(*form).empty());
        std::string json = referral_json(*form);
        json.reserve(json.size() + 64);
        const auto read = server::wire::decode_referral(json, server::wire::Gazetteer());
        EXPECT_TRUE(read) << way;
        return read ? read->details : std::string();
    };
    EXPECT_THAT(contact_of("Bakery+next+door+tells+them"), testing::HasSubstr(R"("system":"post")"));
    EXPECT_THAT(contact_of("amina@example.test"), testing::HasSubstr(R"("system":"email")"));
    EXPECT_THAT(fields(missing_in(*Form::read("name=A&needs=nhs-app&consent=yes&other_way=+"))), ElementsAre("phone"));
}

// What the API finds wrong leads to the field that it stands in, each once.
TEST(ReferralForm, LeadsEachFaultToItsField) {
    const Form empty = *Form::read("");
    auto problem = server::api::problem("invalid-content", "");
    problem.errors = {{"/person/nhs_number", "", "format"}, {"/needs/0", "", "code"}, {"/needs/1", "", "code"},
                      {"/age", "", "range"}};
    EXPECT_THAT(fields(faults_of(problem, empty)), ElementsAre("nhs_number", "needs", ""));
    problem.errors.clear();
    EXPECT_THAT(fields(faults_of(problem, empty)), ElementsAre(""));
}

// By the document that the form makes, so that the order of the ways to reach somebody is the true one.
TEST(ReferralForm, SaysOfEachFieldWhatIsWrongWithIt) {
    const auto faults = [](const std::string& more) {
        const auto form = Form::read("needs=nhs-app&consent=yes&" + more);
        std::string json = referral_json(*form);
        json.reserve(json.size() + 64);
        const auto read = server::wire::decode_referral(json, server::wire::Gazetteer());
        return read ? std::vector<FieldFault>() : faults_of(server::api::faulty(read.error()), *form);
    };
    const std::string alef = "%D8%A7";
    const auto repeated = [&](int n) {
        std::string text;
        for (int i = 0; i < n; ++i) {
            text += alef;
        }
        return text;
    };
    EXPECT_THAT(faults("name=" + repeated(200) + "&phone=01632960001&note=" + repeated(1000)), ElementsAre());
    EXPECT_THAT(faults("name=" + repeated(201) + "&phone=01632960001"), ElementsAre(FieldFault{"name", "n_e_long"}));
    EXPECT_THAT(faults("name=A%01&phone=01632960001"), ElementsAre(FieldFault{"name", "n_e_signs"}));
    EXPECT_THAT(faults("name=A&phone=01632960001&note=" + repeated(1001)), ElementsAre(FieldFault{"note", "n_e_long"}));
    EXPECT_THAT(faults("name=A&phone=01632960001&note=a%01"), ElementsAre(FieldFault{"note", "n_e_signs"}));
    EXPECT_THAT(faults("name=A&phone=01632960001+ext+12"), ElementsAre(FieldFault{"phone", "n_e_phone_wrong"}));
    EXPECT_THAT(faults("name=A&phone=01632960001&other_way=amina@"), ElementsAre(FieldFault{"other_way", "n_e_mail"}));
    EXPECT_THAT(faults("name=A&other_way=amina@"), ElementsAre(FieldFault{"other_way", "n_e_mail"}));
    EXPECT_THAT(faults("name=A&other_way=" + repeated(401)), ElementsAre(FieldFault{"other_way", "n_e_long"}));
}

}  // namespace
}  // namespace hubward::tests
