// SPDX-License-Identifier: Apache-2.0
//
// What hubs say about themselves.
#include <gtest/gtest.h>

#include "tests/support/summary.hpp"
#include "tests/support/world.hpp"

namespace hubward::test {
namespace {

using namespace matcher;
using namespace std::chrono_literals;

Refused why(const std::expected<Receipt, Rejection>& result) {
    return result.error().why;
}

UpsertHub described(std::string_view name) {
    World elsewhere;
    return HubStory(elsewhere, name).command();
}

TEST(UpsertHub, ANewHubStartsAtItsTotals) {
    World world;
    world.hub("near").places(4).devices(0).sims(2);
    EXPECT_EQ(world.told(), "HubUpserted CapacityReported CapacityReported");
    EXPECT_EQ(world.places("near").total, 4);
    EXPECT_EQ(world.places("near").updated, world.clock.now());
    EXPECT_EQ(world.hub_state("near").version, 3U);
    EXPECT_EQ(world.hub_state("near").feed_head, 3U);
}

TEST(UpsertHub, AKnownHubKeepsItsUnitsUnlessToldOtherwise) {
    World world;
    world.hub("near").places(4);
    UpsertHub command = described("near");
    command.totals = {9, 9, 9};
    command.set_totals = false;
    world.must(command);
    EXPECT_EQ(world.told(), "HubUpserted");
    EXPECT_EQ(world.places("near").total, 4);
    command.set_totals = true;
    world.must(command);
    EXPECT_EQ(world.places("near").total, 9);
}

TEST(UpsertHub, AClosingHubKeepsItsPeopleAndLetsTheOthersGo) {
    World world;
    world.hub("near").at(0).places(3);
    world.hub("far").at(9'000).places(1);
    Person kept = world.refer().send();
    kept.accepted();
    const Person moved = world.refer().send();
    const Person waits = world.refer().send();
    world.hub("near").at(0).closed();
    EXPECT_EQ(world.told(), "HubUpserted OfferCancelled Offered OfferCancelled GapRecorded");
    EXPECT_EQ(kept.offer_state().status, OfferStatus::accepted);
    EXPECT_EQ(moved.hub(), "far");
    EXPECT_EQ(waits.need(), NeedStatus::gap);
    EXPECT_EQ(world.places("near").held, 0);
    EXPECT_EQ(world.places("near").used, 1);
    EXPECT_EQ(world.state().at(*world.state().offer(moved.referral(), 1)).reason,
              Reason::hub_closed);
    EXPECT_EQ(broken_rule(world.state()), "");
}

// It was not the hub's judgement of the person that ended the offer.
TEST(UpsertHub, AHubThatOpensAgainMayBeAskedAgain) {
    World world;
    world.hub("near");
    const Person person = world.refer().send();
    world.hub("near").closed();
    EXPECT_EQ(person.need(), NeedStatus::gap);
    world.hub("near");
    EXPECT_EQ(person.hub(), "near");
    EXPECT_EQ(person.need(), NeedStatus::offered);
}

TEST(UpsertHub, ALargeClosureIsRoutedInHandfuls) {
    World world;
    world.hub("large").at(0).places(300);
    world.hub("far").at(900).places(300);
    for (int i = 0; i < 300; ++i) {
        world.refer().send();
    }
    const auto before = world.places("large").held;
    EXPECT_GT(before, 140);
    world.hub("large").at(0).closed();
    EXPECT_EQ(world.places("large").held, 0);
    EXPECT_EQ(broken_rule(world.state()), "");
    world.tick();
    world.tick();
    EXPECT_EQ(world.places("far").held, 300);
}

TEST(UpsertHub, SpeaksForItselfOrThroughItsPlace) {
    World world;
    const UpsertHub command = described("near");
    EXPECT_EQ(why(world.send(command, as_hub("far"))), Refused::not_found);
    EXPECT_EQ(why(world.send(command, as_practice("A81001"))), Refused::not_found);
    EXPECT_EQ(why(world.send(command, {Role::place, HubSlug("city")})), Refused::not_found);
    EXPECT_TRUE(world.send(command, {Role::place, HubSlug("town")}));
    EXPECT_TRUE(world.send(command, as_hub("near")));
    EXPECT_TRUE(world.send(command, {Role::ops, HubSlug("ops")}));
    UpsertHub stolen = command;  // a place may not take another place's hub
    stolen.profile.place = PlaceCode("city");
    EXPECT_EQ(why(world.send(stolen, {Role::place, HubSlug("city")})), Refused::not_found);
}

TEST(UpsertHub, TheSlugStaysBecauseItNamesTheStream) {
    World world;
    world.hub("near");
    UpsertHub renamed = described("near");
    renamed.profile.slug = HubSlug("nearby");
    EXPECT_EQ(why(world.send(renamed)), Refused::id_taken);
}

TEST(UpsertHub, VersionAndUnitsAreChecked) {
    World world;
    UpsertHub command = described("near");
    command.expected_version = 1;
    EXPECT_EQ(why(world.send(command)), Refused::version_changed);
    command.expected_version = 0;
    command.totals[1] = limits::units_max + 1;
    EXPECT_EQ(why(world.send(command)), Refused::units_out_of_range);
    command.totals[1] = limits::units_max;
    EXPECT_TRUE(world.send(command));
    command.expected_version = world.hub_state("near").version;
    EXPECT_TRUE(world.send(command));
    EXPECT_EQ(why(world.send(command)), Refused::version_changed);
}

TEST(SetCapacity, KeepsPromisesWhenTheTotalFallsBelowThem) {
    World world;
    world.hub("near").places(3);
    Person person = world.refer().send();
    person.accepted();
    world.refer().send();
    world.capacity("near", UnitKind::place, 1);
    EXPECT_EQ(world.places("near").held, 1);
    EXPECT_EQ(world.places("near").used, 1);
    EXPECT_EQ(world.places("near").free(), 0);
    person.outcome(Outcome::need_met);
    EXPECT_EQ(world.places("near").free(), 0);  // the other one has the place
    EXPECT_EQ(broken_rule(world.state()), "");
}

TEST(SetCapacity, OwnerVersionAndRangeAreChecked) {
    World world;
    world.hub("near").places(3);
    SetCapacity command{.hub = hub_id_of("near"), .kind = UnitKind::place, .total = 2};
    EXPECT_EQ(why(world.send(command, as_hub("far"))), Refused::not_found);
    EXPECT_TRUE(world.send(command, as_hub("near")));
    command.total = limits::units_max + 1;
    EXPECT_EQ(why(world.send(command, as_hub("near"))), Refused::units_out_of_range);
    command.total = 1;
    command.expected_version = 1;
    EXPECT_EQ(why(world.send(command, as_hub("near"))), Refused::version_changed);
    command.hub = hub_id_of("nowhere");
    EXPECT_EQ(why(world.send(command)), Refused::not_found);
}

}  // namespace
}  // namespace hubward::test
