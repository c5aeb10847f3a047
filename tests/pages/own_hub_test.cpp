// SPDX-License-Identifier: Apache-2.0
//
// What the page of a hub is made of, out of a real view.
#include "server/pages/own_hub.hpp"

#include <gtest/gtest.h>

#include "tests/api/rig.hpp"

namespace hubward::tests {
namespace {

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

}  // namespace
}  // namespace hubward::tests
