// SPDX-License-Identifier: Apache-2.0
//
// A referral written by hand, from the form to what is kept: whose it is, where the person lives, and what somebody is
// told who sends it twice.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include <fmt/format.h>

#include "matcher/state.hpp"
#include "tests/pages/paged.hpp"

namespace hubward::tests {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string form(const std::string& key, const std::string& as, const std::string& more = "") {
    return fmt::format("as={}&key={}&name=Amina+Testperson&phone=01632+960001&needs=nhs-app&consent=yes{}", as, key, more);
}

struct NewReferral : testing::Test {
    PagedRig rig;

    Answer sent(const std::string& form, const std::string& practice = "A12345") {
        return PagedRig::send(rig.practice(practice), "/practice/new", form);
    }
    std::size_t kept() {
        std::size_t count = 0;
        rig.state([&](const matcher::State& state) { count = state.referrals.size(); });
        return count;
    }
    // Where the person lives, and who was asked.
    std::string place_and_hub(const std::string& id) {
        std::string said;
        rig.state([&](const matcher::State& state) {
            const auto index = state.find(*server::wire::parse_id(id));
            ASSERT_TRUE(index);
            const matcher::Referral& referral = state.at(*index);
            said = std::string(referral.ask.place.view()) + " ";
            if (referral.first_offer != matcher::no_offer) {
                said += state.at(state.at(referral.first_offer).hub).profile.slug.view();
            }
        });
        return said;
    }
};

// What was ticked is seen again, also among what is asked for less often.
TEST_F(NewReferral, MoreKindsOfHelpStayOpenWhereOneOfThemIsChosen) {
    const auto more = [](const char* open) {
        return HasSubstr(fmt::format(R"(<details class="nhsuk-details"{}><summary class="nhsuk-details__summary">)"
                                     R"(<span class="nhsuk-details__summary-text">More kinds of help<)", open));
    };
    const std::string unnamed = "as=A12345&key=" + fresh_key() + "&phone=01632+960001&consent=yes&needs=nhs-app";
    EXPECT_THAT(sent(unnamed + "&needs=skill-safe").body, AllOf(more(" open"), HasSubstr(R"(value="skill-safe" checked)")));
    EXPECT_THAT(sent(unnamed).body, more(""));
    EXPECT_THAT(rig.practice().get("/practice/new").body, more(""));
}

// A hub that serves a whole place, and no circle around it, is asked for whoever lives there, however they come.
TEST_F(NewReferral, APostcodeReachesAHubThatServesByPlace) {
    const auto file = rig.folder / "gazetteer.csv";
    std::ofstream(file) << "postcode,latitude,longitude,place\nLS99,53.79,-1.55,riverside\n";
    rig.gazetteer = *server::wire::Gazetteer::load(file);
    ASSERT_EQ(rig.ops()
                  .put("/v1/hubs/riverside-library",
                       R"({"name":"Riverside","place":"riverside","location":{"latitude":53.79,"longitude":-1.55},)"
                       R"("needs":["nhs-app"],"serves":["riverside"],"capacity":{"place":5}})")
                  .status,
              201);
    const std::string by_form = behind(sent(form(fresh_key(), "A12345", "&postcode=LS99+9ZZ")), "/referrals/");
    EXPECT_EQ(place_and_hub(by_form), "riverside riverside-library");
    const std::string by_json = text_at(
        rig.submitted(Rig::referral(R"("nhs-app")", R"(,"place":"riverside")")), "/id");
    EXPECT_EQ(place_and_hub(by_json), place_and_hub(by_form)) << "the same by both ways";

    const std::string nowhere = behind(sent(form(fresh_key(), "A12345")), "/referrals/");
    EXPECT_EQ(place_and_hub(nowhere), " ") << "whoever says no postcode lives in no place that is known";

    // Nobody can help with this: until somebody is asked it is the place's where the person lives, and no other's.
    const std::string unserved = text_at(
        rig.submitted(R"({"needs":["dev-gift"],"consent":{"share_with_hub":true},"person":{"postcode":"LS99 9ZZ"}})"), "/id");
    EXPECT_EQ(rig.place("riverside").get("/v1/referrals/" + unserved).status, 200);
    EXPECT_EQ(rig.place("hillside").get("/v1/referrals/" + unserved).status, 404);
    EXPECT_EQ(rig.place("hillside").post("/v1/referrals/" + unserved + "/release").status, 404);
}

// Somebody logged in as another practice in a second tab: the first tab's form is not that practice's.
TEST_F(NewReferral, AFormOfOnePracticeIsNotSentByAnother) {
    rig.add_hub("holbeck-library");
    const std::string opened = rig.practice("A12345").get("/practice/new").body;
    EXPECT_THAT(opened, HasSubstr(R"(name="as" value="A12345")"));
    const std::string key = fresh_key();
    const Answer other = sent(form(key, "A12345", "&note=Rings+before"), "B67890");
    EXPECT_EQ(other.status, 422);
    EXPECT_THAT(other.body, AllOf(HasSubstr("You are logged in as B67890 now"), HasSubstr("Amina Testperson"),
                                  HasSubstr("Rings before"), HasSubstr(R"(name="as" value="B67890")")));
    for (const char* button : {"&do=look", "&do=check"}) {
        EXPECT_EQ(sent(form(key, "A12345", button), "B67890").status, 422) << button;
    }
    EXPECT_EQ(kept(), 0U);
    EXPECT_EQ(sent(form(key, "B67890"), "B67890").status, 303) << "who has read it may send it";
    EXPECT_EQ(kept(), 1U);
}

// The first answer did not come through; what was changed meanwhile does not make a second referral, and nobody is
// told that nothing was sent.
TEST_F(NewReferral, WhatWasSentBeforeIsSaidToBeSent) {
    rig.add_hub("holbeck-library");
    const std::string key = fresh_key();
    const std::string id = behind(sent(form(key, "A12345")), "/referrals/");
    ASSERT_FALSE(id.empty());
    EXPECT_EQ(behind(sent(form(key, "A12345")), "/referrals/"), id) << "the same again is the same one";
    const Answer changed = sent(form(key, "A12345", "&note=Rings+before"));
    EXPECT_EQ(changed.status, 303);
    EXPECT_EQ(behind(changed, "/referrals/"), id);
    EXPECT_EQ(behind(changed, "refused="), "sent_before");
    EXPECT_THAT(rig.practice().get("/practice/referrals/" + id + "?refused=sent_before").body,
                HasSubstr("This was sent already, as it was first"));
    EXPECT_EQ(kept(), 1U);
}

std::string times(const std::string& what, int n) {
    std::string out;
    for (int i = 0; i < n; ++i) {
        out += what;
    }
    return out;
}

// Letters are counted as the browser counts them, in every script, and a line break is one.
TEST_F(NewReferral, ALongNoteInAnyScriptIsTaken) {
    const std::string alef = "%D8%A7";
    EXPECT_EQ(sent(form(fresh_key(), "A12345", "&note=" + times(alef, 1000))).status, 303);
    EXPECT_EQ(sent(form(fresh_key(), "A12345", "&note=" + times("abcd%0D%0A", 199) + "abcde")).status, 303);
    const Answer long_one = sent(form(fresh_key(), "A12345", "&note=" + times(alef, 1001)));
    EXPECT_EQ(long_one.status, 422);
    EXPECT_THAT(long_one.body, AllOf(HasSubstr(R"(href="#note">This is too long)"), Not(HasSubstr("Nothing was sent"))));
}

}  // namespace
}  // namespace hubward::tests
