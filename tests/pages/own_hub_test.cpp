// SPDX-License-Identifier: Apache-2.0
//
// What the page of a hub is made of, out of a real view.
#include "server/pages/own_hub.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "matcher/state.hpp"
#include "tests/pages/paged.hpp"

namespace hubward::tests {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

matcher::NeedState need_of(Rig& rig, const std::string& hub, const std::string& offer) {
    server::auth::Principal who;
    who.role = matcher::Role::hub;
    who.subject = hub;
    const auto at = server::pages::own_offer(*rig.services, who, hub, offer);
    EXPECT_TRUE(at) << hub;
    return at ? at->needs[0] : matcher::NeedState{};
}

TEST(OwnOffer, TellsNothingOfWhatCameOfThePersonAtAnotherHub) {
    Rig rig;
    rig.add_hub("holbeck-library");
    const std::string id = text_at(rig.submitted(Rig::referral()), "/id");
    EXPECT_EQ(need_of(rig, "holbeck-library", id + ".1").status, matcher::NeedStatus::offered);
    rig.add_hub("armley-hub");
    ASSERT_EQ(rig.hub().post("/v1/offers/" + id + ".1/decline", R"({"reason":"no-slot"})").status, 200);
    Caller second = rig.hub("armley-hub");
    ASSERT_EQ(second.post("/v1/offers/" + id + ".2/accept").status, 200);
    ASSERT_EQ(second.post("/v1/offers/" + id + ".2/outcome", R"({"need":0,"outcome":"need-met"})").status, 200);
    EXPECT_EQ(need_of(rig, "holbeck-library", id + ".1"), matcher::NeedState{});
    EXPECT_EQ(need_of(rig, "armley-hub", id + ".2").outcome, matcher::Outcome::need_met);
}

// Whoever is helped longest, and whose date is over without a result, must not fall off behind the many who came since.
TEST(OwnHub, KeepsWhoeverIsHelpedLongestAndCountsThemAll) {
    PagedRig rig;
    rig.add_hub("holbeck-library", 1000);
    Caller hub = rig.hub();
    std::vector<std::string> ids;
    constexpr std::size_t in_care = 203;
    while (ids.size() < in_care) {
        ids.push_back(text_at(rig.submitted(Rig::referral()), "/id"));
        ASSERT_EQ(hub.post("/v1/offers/" + ids.back() + ".1/accept").status, 200);
    }
    const std::string page = "/hub/holbeck-library";
    const auto stands = [](const std::string& id) { return HasSubstr("/offers/" + id + ".1\""); };
    EXPECT_THAT(hub.get(page).body,
                AllOf(stands(ids.front()), Not(stands(ids.back())), HasSubstr("<b>203</b> <span>people in your care"),
                      HasSubstr("3 more are not listed here")));
    const auto in_an_hour = server::wire::time_text(rig.clock.now() + std::chrono::hours(1));
    ASSERT_EQ(hub.post("/v1/offers/" + ids.back() + ".1/appointment", R"({"starts":")" + in_an_hour + R"("})").status, 200);
    EXPECT_THAT(hub.get(page).body, Not(stands(ids.back()))) << "the date lies ahead";
    rig.clock.jump(std::chrono::hours(2));
    const std::string body = hub.get(page + "?show=people").body;
    EXPECT_THAT(body, AllOf(stands(ids.back()), stands(ids.front()), HasSubstr("3 more are not listed here")));
    EXPECT_LT(body.find(ids.back()), body.find(ids.front())) << "whose date has come stands first";
}

// The list of a page ends at 200; what staff are told to hurry for does not.
TEST(OwnHub, CountsAllWhoAreUrgentOrDueSoonAlsoWhomItDoesNotList) {
    PagedRig rig;
    rig.add_hub("holbeck-library", 1000);
    for (int i = 0; i < 203; ++i) {
        rig.submitted(Rig::referral(R"("nhs-app")", R"(,"urgency":"urgent")"));
    }
    const auto many = [](const char* what) { return HasSubstr(std::string("<b>203</b> <span>") + what); };
    const std::string page = "/hub/holbeck-library";
    EXPECT_THAT(rig.hub().get(page).body, AllOf(many("urgent"), HasSubstr("<b>0</b> <span>to answer within 4 hours")));
    rig.clock.jump(std::chrono::hours(5));
    EXPECT_THAT(rig.hub().get(page).body, AllOf(many("urgent"), many("to answer within 4 hours"), HasSubstr("3 more")));
}

}  // namespace
}  // namespace hubward::tests
