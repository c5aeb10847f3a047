// SPDX-License-Identifier: Apache-2.0
//
// What a hub is told after it let go of somebody is what became of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "matcher/reasons.hpp"
#include "server/api/offer_link.hpp"
#include "server/pages/texts.hpp"
#include "tests/pages/paged.hpp"

namespace hubward::tests {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string_view expected(matcher::Next next, std::string_view goes_on) {
    switch (next) {
        using enum matcher::Next;
        case reroute:
        case narrow_travel:
        case want_home_visit:
        case referrer_if_second:  // the first one
            return goes_on;
        case choice:
            return "ended_choice";
        case referrer:
            return "ended_practice";
        case owner:
        case owner_of_all:
            return "ended_place";
        case close:
        case revoke:
            return "ended_over";
    }
    return "";
}

// Refers somebody to a hub of their own and gives the offer.
std::string offered(PagedRig& rig, const std::string& hub) {
    rig.add_hub(hub);
    return text_at(rig.submitted(Rig::referral(R"("nhs-app")", R"(,"chosen_hub":")" + hub + R"(")")), "/offers/0/id");
}

TEST(OfferEnd, EveryReasonIsAnsweredByWhatFollowsFromIt) {
    PagedRig rig;
    int n = 0;
    for (const matcher::ReasonRow& row : matcher::reason_rows()) {
        if (!matcher::hub_may_decline_with(row.reason)) {
            continue;
        }
        const std::string reason(matcher::name(row.reason));
        const std::string form = "note=Because&reason=" + reason + "&key=";
        const std::string first = fmt::format("hub-{}", n++);
        const std::string path = fmt::format("/hub/{}/offers/{}/", first, offered(rig, first));
        EXPECT_EQ(behind(PagedRig::send(rig.hub(first), path + "decline", form + fresh_key()), "done="),
                  expected(row.next, "declined"))
            << reason;
        const std::string second = fmt::format("hub-{}", n++);
        const std::string offer = offered(rig, second);
        const std::string back = fmt::format("/hub/{}/offers/{}/", second, offer);
        ASSERT_EQ(rig.hub(second).post("/v1/offers/" + offer + "/accept").status, 200);
        const std::string key = fresh_key();
        EXPECT_EQ(behind(PagedRig::send(rig.hub(second), back + "return", form + key), "done="),
                  expected(row.next, "returned"))
            << reason;
        EXPECT_EQ(behind(PagedRig::send(rig.hub(second), back + "return", form + key), "done="),
                  expected(row.next, "returned"))
            << reason << ", sent twice";
        const auto& words = server::pages::words_in(server::pages::languages().front());
        const bool goes_on = expected(row.next, "declined") == "declined";
        EXPECT_EQ(words.text("flash", expected(row.next, "declined")).find("look for another hub") != std::string_view::npos,
                  goes_on)
            << reason;
    }
    EXPECT_GT(n, 20);
}

// The second hub that finds itself not suitable sends the person back to the practice, and says so.
TEST(OfferEnd, TheSecondNotSuitableGoesToThePractice) {
    PagedRig rig;
    rig.add_hub("holbeck-library");
    rig.add_hub("armley-hub");
    const std::string id = text_at(rig.submitted(Rig::referral()), "/id");
    std::string told;
    for (const char* ordinal : {".1", ".2"}) {
        std::string hub;
        rig.state([&](const matcher::State& state) {
            hub = state.at(state.offers.back().hub).profile.slug.view();
        });
        told += behind(PagedRig::send(rig.hub(hub), fmt::format("/hub/{}/offers/{}{}/decline", hub, id, ordinal),
                                      "reason=not-suitable&key=" + fresh_key()),
                       "done=") +
                " ";
    }
    EXPECT_EQ(told, "declined ended_practice ");
}

struct ByLink : testing::Test {
    PagedRig rig;
    std::string id;
    std::string path;

    ByLink() {
        rig.add_hub("holbeck-library");
        id = text_at(rig.submitted(Rig::referral()), "/id");
        server::auth::Principal hub;
        hub.role = matcher::Role::hub;
        hub.subject = "holbeck-library";
        const auto link = server::api::make_link(*rig.services, hub, id + ".1");
        path = link ? link->url.substr(link->url.find("/answer/")) : "";
    }
    Answer decline(const std::string& form) { return PagedRig::send(rig.nobody(), path + "/decline", form); }
};

// A reason that the page offers can be given on the page.
TEST_F(ByLink, SomethingElseIsSaidInWords) {
    EXPECT_THAT(rig.nobody().get(path).body, HasSubstr(R"(id="why-note" name="note")"));
    const Answer without = decline("reason=other");
    EXPECT_EQ(without.status, 422);
    EXPECT_THAT(without.body, HasSubstr("Say in a few words why"));
    const Answer with = decline("reason=other&note=The+lift+is+broken");
    EXPECT_EQ(with.status, 200);
    EXPECT_THAT(with.body, HasSubstr("We look for another hub"));
    const Answer said = PagedRig::send(rig.practice(), "/practice/referrals/" + id + "/said", "");
    EXPECT_THAT(said.body, HasSubstr("The lift is broken"));
}

TEST_F(ByLink, WhatIsMissingReachesThePractice) {
    const Answer asked = decline("ask=yes&note=Which+phone+do+they+have");
    EXPECT_EQ(asked.status, 200);
    EXPECT_THAT(asked.body, HasSubstr("The practice is asked for what is missing"));
    EXPECT_THAT(PagedRig::send(rig.practice(), "/practice/referrals/" + id + "/said", "").body,
                HasSubstr("Which phone do they have"));
}

TEST_F(ByLink, ADangerIsNotSaidToGoToAnotherHub) {
    const Answer told = decline("reason=safety-concern");
    EXPECT_EQ(told.status, 200);
    EXPECT_THAT(told.body, HasSubstr("Somebody at the place must decide"));
    EXPECT_THAT(told.body, Not(HasSubstr("another hub")));
}

}  // namespace
}  // namespace hubward::tests
