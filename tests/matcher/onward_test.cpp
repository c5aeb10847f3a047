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

// The danger is about the person: a referral more of the same practice is no way past whoever has to look.
struct OnwardDanger : OnwardNeeds {
    // A referral whose hub named a danger, and one that the practice makes for its need then.
    OnwardDanger() : origin(world.refer().by("A81001").send()) {
        world.pass(std::chrono::minutes(1));
        origin.declined(Reason::safety_concern);
        world.pass(std::chrono::minutes(1));
    }
    const Referral& newest() const { return world.state().referrals.back(); }
    void reopen_as_practice() {
        world.must(WithdrawReferral{newest().id, Reason::recalled_by_referrer}, practice);
        world.must(ReopenReferral{.referral = newest().id, .note_slot = 77}, practice);
    }
    Person origin;
    const Actor practice = as_practice("A81001");
    const Actor town{Role::place, HubSlug("town")};
};

TEST_F(OnwardDanger, IsLookedAtInEveryReferralThatFollows) {
    ASSERT_TRUE(made_for(origin.id(), 0));
    EXPECT_EQ(world.told(), "ReferralSubmitted OnwardLinked HandedToOwner");
    EXPECT_EQ(newest().needs[0].status, NeedStatus::with_owner);
    EXPECT_EQ(world.send(ReleaseNeeds{newest().id}, practice).error().why, Refused::state_forbids);
    ASSERT_TRUE(made_for(newest().id, 0)) << "nor by one more";
    EXPECT_EQ(world.told(), "ReferralSubmitted OnwardLinked HandedToOwner");
    reopen_as_practice();
    EXPECT_EQ(world.told(), "Reopened HandedToOwner");
    origin.withdrawn();
    ASSERT_TRUE(made_for(origin.id(), 0)) << "nor once the first has ended";
    EXPECT_EQ(world.told(), "ReferralSubmitted OnwardLinked HandedToOwner");
}

TEST_F(OnwardDanger, IsOverOnceThePlaceLetThemGoOn) {
    ASSERT_TRUE(made_for(origin.id(), 0));
    world.must(ReleaseNeeds{newest().id}, town);
    EXPECT_EQ(world.told(), "NeedsReleased Offered");
    reopen_as_practice();
    EXPECT_EQ(world.told(), "Reopened Offered");
}

TEST_F(OnwardDanger, OfAReferralThatWasMadeBeforeIsLookedAtWhenItIsReopened) {
    Person first = world.refer().by("A81001").send();
    ASSERT_TRUE(made_for(first.id(), 0));
    EXPECT_EQ(world.told(), "ReferralSubmitted OnwardLinked Offered");
    world.pass(std::chrono::minutes(1));
    first.declined(Reason::safety_concern);
    reopen_as_practice();
    EXPECT_EQ(world.told(), "Reopened HandedToOwner");
}

}  // namespace
}  // namespace hubward::test
