// SPDX-License-Identifier: Apache-2.0
//
// Who suits whom, told as stories: the cases that the people who asked for Hubward told us.
#include <gtest/gtest.h>

#include "tests/support/world.hpp"

namespace hubward::test {
namespace {

using namespace matcher;
using namespace std::chrono_literals;

constexpr std::uint32_t somali = 1U << 3;
constexpr std::uint32_t dementia = 1U << 7;

// A café for people with dementia and their families takes them from everywhere, and only them.
TEST(Suits, TheDementiaCafeTakesItsPeopleFromAnywhereAndNobodyElse) {
    World world;
    {
        HubStory cafe = world.hub("memory-cafe");
        cafe.at(14'000);
        cafe.command().profile.communities = dementia;
        cafe.command().profile.interest_only = true;
    }
    world.hub("library").at(6'000);
    ReferralStory other = world.refer().at(0);
    EXPECT_EQ(other.send().hub(), "library");
    ReferralStory kin = world.refer().at(0);
    kin.command().ask.communities = dementia;
    EXPECT_EQ(kin.send().hub(), "memory-cafe");
}

// Half the way counts to one's own community: 14 km there are felt as 7.
TEST(Suits, DistanceCountsLessToOnesOwnCommunity) {
    World world;
    world.hub("centre").at(14'000).command().profile.communities = somali;
    ReferralStory story = world.refer().at(0);
    story.command().ask.communities = somali;
    story.send();
    const Score score = std::get<Offered>(world.batch.events.back()).score;
    EXPECT_NEAR(score.distance, 400 * 8 / 15, 1);
    EXPECT_EQ(score.community, 100);
}

TEST(Suits, AHubThatThePersonTrustsIsPreferredButNeverAgainstANeed) {
    World world;
    world.hub("near").at(100);
    world.hub("old-friend").at(4'000).offers({Need::nhs_app});
    ReferralStory story = world.refer().at(0);
    story.command().ask.trusted_hub = hub_id_of("old-friend");
    EXPECT_EQ(story.send().hub(), "old-friend");
    ReferralStory sim = world.refer().at(0).needs({Need::data_sim});
    sim.command().ask.trusted_hub = hub_id_of("old-friend");
    EXPECT_EQ(sim.send().hub(), "near");
}

TEST(Suits, HavingAttendedCountsLessThanAskingByName) {
    const auto trust_points = [](Trust trust) {
        World world;
        world.hub("hub");
        ReferralStory story = world.refer();
        story.command().ask.trusted_hub = hub_id_of("hub");
        story.command().ask.trust = trust;
        story.send();
        return std::get<Offered>(world.batch.events.back()).score.trust;
    };
    EXPECT_EQ(trust_points(Trust::asked_by_name), 150);
    EXPECT_EQ(trust_points(Trust::attended_before), 112);
    EXPECT_EQ(trust_points(Trust::known_there), 75);
}

// She works mornings: only the hub with an evening will do.
TEST(Suits, WhoCanOnlyComeInTheEveningIsSentWhereThereIsOne) {
    World world;
    world.hub("mornings").at(100).command().profile.open.add(HalfDay::tue_am);
    world.hub("evenings").at(4'000).command().profile.open.add(HalfDay::tue_eve);
    ReferralStory story = world.refer().at(0);
    story.command().ask.available.add(HalfDay::tue_eve);
    story.command().ask.available.add(HalfDay::thu_eve);
    EXPECT_EQ(story.send().hub(), "evenings");
    ReferralStory any_time = world.refer().at(0);
    EXPECT_EQ(any_time.send().hub(), "mornings");
}

TEST(Suits, AHubThatStatesNoHoursIsTakenAsOpen) {
    World world;
    world.hub("silent");
    ReferralStory story = world.refer();
    story.command().ask.available.add(HalfDay::sun_eve);
    EXPECT_EQ(story.send().hub(), "silent");
}

// Harehills lies in both partnerships; each takes its own.
TEST(Suits, OverlappingPlacesBothTakeWhoLivesInBoth) {
    World world;
    world.hub("east").at(100).command().profile.serves[0] = PlaceCode("east-leeds");
    {
        HubStory ward = world.hub("ward");
        ward.at(3'000).places(2);
        ward.command().profile.serves[0] = PlaceCode("north-leeds");
        ward.command().profile.serves[1] = PlaceCode("east-leeds");
    }
    const auto from = [&](std::string_view place) {
        ReferralStory story = world.refer().at(0);
        story.command().ask.place = PlaceCode(place);
        return story.send().hub();
    };
    EXPECT_EQ(from("east-leeds"), "east");
    EXPECT_EQ(from("north-leeds"), "ward");
    EXPECT_EQ(from("west-leeds"), "");
    EXPECT_EQ(from("east-leeds"), "ward");  // the nearer one is full now
}

TEST(Suits, OneOfRadiusAreaAndPlaceIsEnough) {
    World world;
    {
        HubStory hub = world.hub("hub");
        hub.at(0).places(9);
        hub.command().profile.catchment = 1'000;
        hub.command().profile.serves[2] = PlaceCode("ward");
    }
    EXPECT_EQ(world.refer().at(900).send().hub(), "hub");
    EXPECT_EQ(world.refer().at(1'100).send().hub(), "");
    ReferralStory from_the_ward = world.refer().at(9'000);
    from_the_ward.command().ask.place = PlaceCode("ward");
    EXPECT_EQ(from_the_ward.send().hub(), "hub");
}

TEST(Suits, AnAgreementNamesPracticesOrTheBeginningOfTheirCodes) {
    World world;
    world.hub("leeds-only").at(0).places(9).command().profile.takes_from[3] = PracticeCode("B86");
    EXPECT_EQ(world.refer().by("B86001").send().hub(), "leeds-only");
    Person refused = world.refer().by("A81001").send();
    EXPECT_EQ(refused.hub(), "");
    EXPECT_EQ(std::get<GapRecorded>(world.batch.events.back()).nearest_miss, Filter::no_agreement);
}

TEST(Suits, ASeasonalProgrammeIsAskedWhileItLasts) {
    World world;
    {
        HubStory hub = world.hub("summer");
        hub.places(9);
        hub.command().profile.opens = world.clock.now() + 24h;
        hub.command().profile.closes = world.clock.now() + 48h;
    }
    EXPECT_EQ(world.refer().send().hub(), "");
    world.pass(36h);
    EXPECT_EQ(world.refer().send().hub(), "summer");
    world.pass(24h);
    EXPECT_EQ(world.refer().send().hub(), "");
}

TEST(Suits, AComplexCaseTakesUpSeveralPlaces) {
    World world;
    world.hub("small").at(0).places(2);
    world.hub("large").at(5'000).places(5);
    ReferralStory story = world.refer().at(0);
    story.command().ask.load = 3;
    Person person = story.send();
    EXPECT_EQ(person.hub(), "large");
    EXPECT_EQ(world.places("large").free(), 2);
    person.accepted();
    EXPECT_EQ(world.places("large").used, 3);
    person.outcome(Outcome::need_met);
    EXPECT_EQ(world.places("large").free(), 5);
}

TEST(Suits, AnExtendedAppointmentIsOneAndAHalf) {
    World world;
    world.hub("small").at(0).places(1);
    world.hub("large").at(5'000).places(2);
    ReferralStory story = world.refer().at(0);
    story.command().ask.access.add(Access::extended_appointment);
    EXPECT_EQ(story.send().hub(), "large");
    EXPECT_EQ(world.places("large").free(), 0);
}

// Session, tablet and SIM together or not at all: the near hub has no SIM left.
TEST(Suits, ABundleIsTakenWholeOrNotAtAll) {
    World world;
    world.hub("near").at(0).places(5).devices(5).sims(0);
    world.hub("far").at(5'000).places(1).devices(1).sims(1);
    ReferralStory whole = world.refer().at(0).needs({Need::nhs_app, Need::dev_loan, Need::data_sim});
    whole.command().ask.together = true;
    Person person = whole.send();
    EXPECT_EQ(person.hub(0) + person.hub(1) + person.hub(2), "farfarfar");
    ReferralStory again = world.refer().at(0).needs({Need::nhs_app, Need::dev_loan, Need::data_sim});
    again.command().ask.together = true;
    EXPECT_EQ(again.send().hub(), "");
    EXPECT_EQ(world.hub_state("near").capacity[0].free(), 5);
    Person split = world.refer().at(0).needs({Need::nhs_app, Need::data_sim}).send();
    EXPECT_EQ(split.hub(0), "near");
    EXPECT_EQ(split.need(1), NeedStatus::gap);
}

// How to write to somebody is no reason to send them nowhere.
TEST(Suits, LargePrintExcludesNobody) {
    World world;
    world.hub("hub");
    ReferralStory story = world.refer();
    story.command().ask.access.add(Access::large_print);
    story.command().ask.other_access[0] = 1'108'111'000'000'107;
    EXPECT_EQ(story.send().hub(), "hub");
}

// What the person would like sends them there when all else is equal, and keeps them from nowhere.
TEST(Suits, AWishForAccessBringsPointsAndExcludesNobody) {
    World world;
    world.hub("a-plain").at(0);
    world.hub("loop").at(200).with(Access::hearing_loop);
    ReferralStory story = world.refer().at(0);
    story.command().ask.access_preferred.add(Access::hearing_loop);
    story.command().ask.access_preferred.add(Access::low_noise);
    EXPECT_EQ(story.send().hub(), "loop");
    EXPECT_EQ(std::get<Offered>(world.batch.events.back()).score.access, 25);  // one of two: half of 50
    world.capacity("loop", UnitKind::place, 0);
    ReferralStory again = world.refer().at(0);
    again.command().ask.access_preferred.add(Access::hearing_loop);
    EXPECT_EQ(again.send().hub(), "a-plain");
    EXPECT_EQ(std::get<Offered>(world.batch.events.back()).score.access, 0);
}

TEST(Suits, AWishForAccessCountsWhatThePolicySays) {
    World world;
    world.hub("a-plain").at(0);
    world.hub("loop").at(200).with(Access::hearing_loop);
    Policy policy;
    policy.version = 2;
    policy.access = 0;
    world.adopt(policy);
    ReferralStory story = world.refer().at(0);
    story.command().ask.access_preferred.add(Access::hearing_loop);
    EXPECT_EQ(story.send().hub(), "a-plain");
}

TEST(Suits, AShortStatedWaitIsWorthItsWeight) {
    World world;
    world.hub("quick").at(1'000).command().profile.wait_days = 0;
    world.hub("silent").at(0);
    Policy policy;
    policy.version = 2;
    policy.wait = 100;
    world.adopt(policy);
    EXPECT_EQ(world.refer().at(0).send().hub(), "quick");
    EXPECT_EQ(std::get<Offered>(world.batch.events.back()).score.wait, 100);
}

TEST(Suits, OnFootAKilometreIsLonger) {
    World world;
    world.hub("hub").at(3'000);
    ReferralStory story = world.refer().at(0);
    story.command().ask.mode = TravelMode::walk;
    story.send();
    EXPECT_NEAR(std::get<Offered>(world.batch.events.back()).score.distance, 400 * 6 / 15, 1);
}

// Three kilometres are three by car, four and a half by bus, nine on foot; who named a limit of their
// own has allowed for how they travel.
TEST(Suits, HowThePersonTravelsMakesTheWayLonger) {
    World world;
    world.hub("hub").at(3'000).places(9);
    const auto points = [&](TravelMode mode, Metres own_limit = 0) {
        ReferralStory story = world.refer().at(0);
        story.command().ask.mode = mode;
        story.command().ask.travel_max = own_limit;
        story.send();
        return std::get<Offered>(world.batch.events.back()).score.distance;
    };
    EXPECT_NEAR(points(TravelMode::car), 400 * 120 / 150, 1);
    EXPECT_NEAR(points(TravelMode::bus), 400 * 105 / 150, 1);
    EXPECT_NEAR(points(TravelMode::walk), 400 * 60 / 150, 1);
    EXPECT_EQ(points(TravelMode::not_stated), points(TravelMode::car));
    EXPECT_EQ(points(TravelMode::walk, 15'000), points(TravelMode::car, 15'000));
}

// Planning keeps the nearest hub for later; the price is bounded by the policy and refuses nobody.
TEST(Suits, APriceThatPlanningSetsIsTakenFromTheScore) {
    World world;
    world.hub("near").at(100).places(9);
    world.hub("next").at(3'000).places(9);
    EXPECT_EQ(world.refer().at(0).send().hub(), "near");
    world.must(SetPrice{hub_id_of("near"), 150}, {Role::ops, HubSlug("planner")});
    EXPECT_EQ(world.told(), "PriceSet");
    EXPECT_EQ(world.refer().at(0).send().hub(), "next");
    world.must(SetPrice{hub_id_of("near"), 9'999}, {Role::ops, HubSlug("planner")});
    world.capacity("next", UnitKind::place, 0);
    EXPECT_EQ(world.refer().at(0).send().hub(), "near");
    EXPECT_EQ(std::get<Offered>(world.batch.events.back()).score.price, -200);
    EXPECT_FALSE(world.send(SetPrice{hub_id_of("near"), 0}, as_hub("near")));
    EXPECT_FALSE(world.send(SetPrice{hub_id_of("near"), 0}, {Role::place, HubSlug("east")}));
}

// Group data changes no score unless a policy gives it weight.
TEST(Suits, AGroupCountsOnlyWhereThePolicySaysSo) {
    World world;
    world.hub("near").at(0).places(9);
    {
        HubStory hostel = world.hub("hostel");
        hostel.at(200).places(9);
        hostel.command().profile.groups.add(Group::homeless);
    }
    const auto ask = [&] {
        ReferralStory story = world.refer().at(0);
        story.command().ask.groups.add(Group::homeless);
        return story.send().hub();
    };
    EXPECT_EQ(ask(), "near");
    Policy policy;
    policy.version = 2;
    policy.groups = 50;
    world.adopt(policy);
    EXPECT_EQ(ask(), "hostel");
}

// A hub on the date line and one at a pole are as near as they are.
TEST(Suits, DistancesHoldAtTheDateLineAndAtThePole) {
    World world;
    const Position west_of_it{.x = -536'870'000, .y = 600'000};
    const Position east_of_it{.x = -536'870'000, .y = -600'000};
    const Position pole{.z = 1 << 29};
    world.hub("across").command().profile.position = east_of_it;
    world.hub("pole").command().profile.position = pole;
    ReferralStory story = world.refer();
    story.command().ask.position = west_of_it;
    EXPECT_EQ(story.send().hub(), "across");
    EXPECT_EQ(std::get<Offered>(world.batch.events.back()).distance, 14'240U);
    ReferralStory polar = world.refer();
    polar.command().ask.position = {.x = 400'000, .z = 536'870'700};
    EXPECT_EQ(polar.send().hub(), "pole");
}

}  // namespace
}  // namespace hubward::test
