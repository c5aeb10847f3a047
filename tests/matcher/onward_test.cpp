// SPDX-License-Identifier: Apache-2.0
//
// A need that leads elsewhere gets a referral of its own: each knows the other, and only within a practice.
#include <gtest/gtest.h>

#include "tests/support/summary.hpp"
#include "tests/support/world.hpp"

namespace hubward::test {
namespace {

using namespace matcher;

struct OnwardNeeds : testing::Test {
    OnwardNeeds() { world.hub("near").at(0).places(9).sims(9); }
    ~OnwardNeeds() override { EXPECT_EQ(broken_rule(world.state()), ""); }

    // Sends one for the need of `of`; what came of it.
    std::expected<Receipt, Rejection> made_for(ReferralId of, std::uint8_t need,
                                               std::string_view practice = "A81001") {
        ReferralStory story = world.refer().needs({Need::data_sim}).by(practice);
        story.command().onward_of = of;
        story.command().onward_need = need;
        return world.send(story.command(), as_practice(practice));
    }
    World world;
};

TEST_F(OnwardNeeds, EachShowsTheOther) {
    Person origin = world.refer().by("A81001").needs({Need::nhs_app, Need::data_sim}).send();
    ASSERT_TRUE(made_for(origin.id(), 1));
    EXPECT_EQ(world.told(), "ReferralSubmitted OnwardLinked Offered");
    ASSERT_TRUE(made_for(origin.id(), 0));
    const auto& all = world.state().referrals;
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[1].onward_of, ReferralIndex{0});
    EXPECT_EQ(all[1].onward_need, 1);
    // The newest first.
    EXPECT_EQ(all[0].onward_first, ReferralIndex{2});
    EXPECT_EQ(all[2].onward_next, ReferralIndex{1});
    EXPECT_EQ(all[1].onward_next, no_referral);
    EXPECT_EQ(all[0].onward_of, no_referral);
}

TEST_F(OnwardNeeds, AnEndedReferralMayLeadOnToo) {
    Person origin = world.refer().by("A81001").send();
    origin.withdrawn();
    EXPECT_TRUE(made_for(origin.id(), 0));
    EXPECT_EQ(origin.status(), ReferralStatus::revoked);
}

TEST_F(OnwardNeeds, NotAcrossPracticesNorForWhatIsNotThere) {
    Person origin = world.refer().by("A81001").send();
    const std::size_t before = world.state().referrals.size();
    for (const auto& no : {made_for(origin.id(), 0, "B86001"), made_for(origin.id(), 1),
                           made_for({7, 7}, 0)}) {
        ASSERT_FALSE(no);
        EXPECT_EQ(no.error().why, Refused::onward_invalid);
    }
    world.must(EraseReferral{origin.id(), 0});
    const auto erased = made_for(origin.id(), 0);
    ASSERT_FALSE(erased);
    EXPECT_EQ(erased.error().why, Refused::onward_invalid);
    EXPECT_EQ(world.state().referrals.size(), before);  // nothing was stored
}

}  // namespace
}  // namespace hubward::test
