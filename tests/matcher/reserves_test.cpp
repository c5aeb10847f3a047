// SPDX-License-Identifier: Apache-2.0
//
// Places that a hub keeps for some: who finds them, who does not, and that none is counted twice.
#include <gtest/gtest.h>

#include "matcher/explain.hpp"
#include "tests/support/summary.hpp"
#include "tests/support/world.hpp"

namespace hubward::test {
namespace {

using namespace matcher;
using namespace std::chrono_literals;

struct Reserved : testing::Test {
    ~Reserved() override { EXPECT_EQ(broken_rule(world.state()), ""); }

    void library(std::uint16_t places, std::initializer_list<Reserve> rows) {
        HubStory hub = world.hub("library");
        hub.at(0).places(places).devices(9);
        std::size_t i = 0;
        for (const Reserve& row : rows) {
            hub.command().profile.kept[i++] = row;
        }
    }
    std::string routine() { return world.refer().send().hub(); }
    std::string urgent() { return world.refer().urgent().send().hub(); }

    World world;
};

constexpr Reserve for_urgent(std::uint16_t count, UnitKind kind = UnitKind::place) {
    return {count, kind, KeptFor::urgent, {}, {}};
}

TEST_F(Reserved, TheLastPlacesAreForThoseWhomTheyAreKeptFor) {
    library(3, {for_urgent(2)});
    EXPECT_EQ(routine(), "library");
    EXPECT_EQ(routine(), "");
    EXPECT_EQ(std::get<GapRecorded>(world.batch.events.back()).nearest_miss,
              Filter::kept_for_others);
    EXPECT_EQ(urgent(), "library");
    EXPECT_EQ(urgent(), "library");
    EXPECT_EQ(urgent(), "");
    EXPECT_EQ(world.places("library").held, 3);
    EXPECT_EQ(std::get<GapRecorded>(world.batch.events.back()).nearest_miss, Filter::no_free_unit);
}

// The rules of a place say the same for all hubs, to those who live there, and add to what a hub keeps.
TEST_F(Reserved, ThePolicyOfAPlaceLeavesTheLastPlacesToUrgentReferrals) {
    library(4, {for_urgent(1)});
    Policy rules;
    rules.version = 1;
    rules.urgent_places = 2;
    world.must(AdoptPolicy{rules, PlaceCode("mill-town"), {}}, {Role::ops, HubSlug("ops")});
    const auto from_there = [&](Urgency urgency) {
        ReferralStory story = world.refer();
        story.command().ask.place = PlaceCode("mill-town");
        story.command().ask.urgency = urgency;
        return story.send();
    };
    EXPECT_EQ(from_there(Urgency::routine).hub(), "library");
    const Person second = from_there(Urgency::routine);
    EXPECT_EQ(second.hub(), "");
    EXPECT_EQ(std::get<GapRecorded>(world.batch.events.back()).nearest_miss, Filter::kept_for_others);
    const Asked asked_for = asked(world.state(), second.referral(), world.clock.now());
    const HubIndex hub{0};
    const Explained it = explain(world.state(), asked_for.question, 0, std::span(&hub, 1)).hubs[0];
    EXPECT_EQ(it.kept_for_others, 0b10001);  // the hub's own row, and the place's
    ASSERT_TRUE(it.change);
    EXPECT_EQ(it.change->lever, Lever::free_units);
    EXPECT_EQ(it.change->to, 4);  // one for them beside three that are kept
    EXPECT_EQ(routine(), "library");  // from elsewhere, where only the hub's own row counts
    EXPECT_EQ(from_there(Urgency::urgent).hub(), "library");
    EXPECT_EQ(from_there(Urgency::urgent).hub(), "library");
    EXPECT_EQ(from_there(Urgency::urgent).hub(), "");
}

TEST_F(Reserved, WhoWaitsForAPlaceIsNotGivenOneThatIsKept) {
    library(2, {for_urgent(1)});
    Person first = world.refer().send();
    Person waiting = world.refer().send();
    ASSERT_EQ(waiting.need(), NeedStatus::gap);
    Person hurried = world.refer().urgent().send();
    ASSERT_EQ(hurried.hub(), "library");
    hurried.withdrawn();
    EXPECT_EQ(waiting.need(), NeedStatus::gap);  // the place that came free is the kept one
    first.withdrawn();
    EXPECT_EQ(waiting.hub(), "library");
}

TEST_F(Reserved, ANeedAReferrerOrAPlaceMayBeTheCondition) {
    NeedSet repair;
    repair.add(Need::dev_repair);
    library(3, {{1, UnitKind::place, KeptFor::need, repair, {}},
                {1, UnitKind::place, KeptFor::referrer, {}, PlaceCode("B86")},
                {1, UnitKind::place, KeptFor::place, {}, PlaceCode("harehills")}});
    const auto asks = [&](Need need, std::string_view practice, std::string_view place) {
        ReferralStory story = world.refer().needs({need}).by(practice);
        story.command().ask.place = PlaceCode(place);
        return story.send();
    };
    EXPECT_EQ(asks(Need::nhs_app, "A81001", "").hub(), "");
    // Each condition opens its own row and no other.
    EXPECT_EQ(asks(Need::dev_repair, "A81001", "").hub(), "library");
    EXPECT_EQ(asks(Need::nhs_app, "B86001", "").hub(), "");
    EXPECT_EQ(asks(Need::nhs_app, "B86001", "harehills").hub(), "library");
    EXPECT_EQ(asks(Need::dev_repair, "B86001", "harehills").hub(), "library");
}

TEST_F(Reserved, AnotherKindOfUnitIsNotTouched) {
    library(1, {for_urgent(9, UnitKind::device)});
    EXPECT_EQ(world.refer().needs({Need::dev_loan}).send().hub(), "");
    EXPECT_EQ(routine(), "library");
}

TEST_F(Reserved, ACaseThatWeighsMoreNeedsMoreBesideWhatIsKept) {
    library(5, {for_urgent(2)});
    ReferralStory four = world.refer();
    four.command().ask.load = 4;
    EXPECT_EQ(four.send().hub(), "");
    ReferralStory three = world.refer();
    three.command().ask.load = 3;
    EXPECT_EQ(three.send().hub(), "library");
}

TEST_F(Reserved, AClaimInABroadcastTakesNoPlaceThatIsKept) {
    Care care = world.state().care;
    ++care.version;
    care.mode_routine = OfferMode::broadcast;
    world.must(AdoptCare{care});
    library(2, {for_urgent(1)});
    Person a = world.refer().send();
    Person b = world.refer().send();
    ASSERT_EQ(b.hub(), "library");  // asked without a hold, like the first
    a.accepted();
    const auto late = world.send(AcceptOffer{b.offer()}, as_hub("library"));
    ASSERT_FALSE(late.has_value());
    EXPECT_EQ(late.error().why, Refused::no_unit_left);
    EXPECT_EQ(world.places("library").used, 1);
    Person c = world.refer().urgent().send();
    c.accepted();
    EXPECT_EQ(world.places("library").free(), 0);
}

TEST_F(Reserved, AnExplanationNamesTheRowsAndWhatWouldBeEnough) {
    library(2, {for_urgent(2)});
    Person person = world.refer().send();
    const Asked it = asked(world.state(), person.referral(), world.clock.now());
    const Explanation all = explain(world.state(), it.question, 3, {{HubIndex{0}}});
    ASSERT_EQ(all.hubs.size(), 1U);
    EXPECT_EQ(all.hubs[0].sieved.first, Filter::kept_for_others);
    EXPECT_EQ(all.hubs[0].kept_for_others, 1);
    ASSERT_TRUE(all.hubs[0].change.has_value());
    EXPECT_EQ(*all.hubs[0].change, (Change{Lever::free_units, 2, 3, 0}));
}

TEST_F(Reserved, ARowForNobodyIsRefused) {
    const auto why = [&](Reserve row, std::size_t at = 0) {
        UpsertHub command;
        command.profile.id = hub_id_of("new");
        command.profile.slug = HubSlug("new");
        command.profile.kept[at] = row;
        const auto sent = world.send(command);
        return sent ? Refused::not_found : sent.error().why;
    };
    EXPECT_EQ(why({1, UnitKind::place, KeptFor::need, {}, {}}), Refused::reserve_invalid);
    EXPECT_EQ(why({1, UnitKind::place, KeptFor::referrer, {}, {}}), Refused::reserve_invalid);
    EXPECT_EQ(why({1, UnitKind::place, KeptFor::referrer, {}, PlaceCode("ABCDEFGHIJKLM")}),
              Refused::reserve_invalid);
    EXPECT_EQ(why({1, UnitKind::place, KeptFor::place, {}, {}}), Refused::reserve_invalid);
    EXPECT_EQ(why({10'001, UnitKind::place, KeptFor::urgent, {}, {}}), Refused::reserve_invalid);
    EXPECT_EQ(why({0, UnitKind::place, KeptFor::place, {}, PlaceCode("x")}), Refused::reserve_invalid);
    EXPECT_EQ(why(for_urgent(1), 1), Refused::reserve_invalid);  // a row after an empty one
}

}  // namespace
}  // namespace hubward::test
