// SPDX-License-Identifier: Apache-2.0
//
// Each place has its own rules and lies within others.
#include "matcher/places.hpp"

#include <gtest/gtest.h>

#include "matcher/receipt.hpp"
#include "tests/support/world.hpp"

namespace hubward::test {
namespace {

using namespace matcher;

AdoptPolicy rules(std::string_view place, std::string_view within, const Policy& policy = {}) {
    return {policy, PlaceCode(place), PlaceCode(within)};
}

Person from(World& world, std::string_view place) {
    ReferralStory story = world.refer().at(0);
    story.command().ask.place = PlaceCode(place);
    return story.send();
}

const Offered& last_offer(const World& world) {
    return std::get<Offered>(world.batch.events.back());
}

// A city, a partnership in it, a ward in that.
void found(World& world, const Policy& of_ward = {}) {
    world.must(rules("city", ""));
    world.must(rules("hills", "city"));
    world.must(rules("ward", "hills", of_ward));
}

TEST(Places, AroundGivesTheInnermostFirst) {
    Places places;
    places.set({PlaceCode("city"), {}, {}});
    places.set({PlaceCode("hills"), PlaceCode("city"), {}});
    places.set({PlaceCode("ward"), PlaceCode("hills"), {}});
    const auto around = places.around(PlaceCode("ward"));
    EXPECT_EQ(around[0], PlaceCode("ward"));
    EXPECT_EQ(around[1], PlaceCode("hills"));
    EXPECT_EQ(around[2], PlaceCode("city"));
    EXPECT_TRUE(around[3].empty());
    EXPECT_EQ(places.around(PlaceCode("nowhere"))[0], PlaceCode("nowhere"));
    EXPECT_TRUE(places.around({})[0].empty());
}

TEST(Places, ADecisionIsMadeUnderTheRulesOfThePlaceWhereThePersonLives) {
    World world;
    Policy roomy;
    roomy.version = 7;
    roomy.distance = 0;
    roomy.spare = 1000;
    found(world, roomy);
    world.hub("near").at(100).places(2);
    world.hub("spare").at(5'000).places(9);
    from(world, "city");
    EXPECT_EQ(last_offer(world).policy, 1U);
    EXPECT_EQ(last_offer(world).cited.rules_of, PlaceCode("city"));
    EXPECT_EQ(from(world, "city").hub(), "near");
    EXPECT_EQ(from(world, "ward").hub(), "spare");
    EXPECT_EQ(last_offer(world).policy, 7U);
    EXPECT_EQ(last_offer(world).cited.rules_of, PlaceCode("ward"));
    EXPECT_EQ(last_offer(world).cited.rules, hash_of(roomy));
}

TEST(Places, WhereNoPlaceHasRulesThoseOfEverywhereHold) {
    World world;
    found(world);
    Policy everywhere;
    everywhere.version = 3;
    world.adopt(everywhere);
    world.hub("hub").places(5);
    for (const char* place : {"", "over-the-border"}) {
        from(world, place);
        EXPECT_EQ(last_offer(world).policy, 3U);
        EXPECT_TRUE(last_offer(world).cited.rules_of.empty());
    }
}

TEST(Places, NewRulesOfOnePlaceLeaveTheOthersAlone) {
    World world;
    found(world);
    Policy newer;
    newer.version = 2;
    newer.distance = 1;
    world.must(rules("hills", "city", newer));
    EXPECT_EQ(world.state().places.find(PlaceCode("hills"))->policy, newer);
    EXPECT_EQ(world.state().places.find(PlaceCode("ward"))->policy, Policy{});
    EXPECT_EQ(world.state().policy, Policy{});
}

TEST(Places, AHubThatServesACityServesTheWardsInIt) {
    World world;
    found(world);
    world.hub("town-hall").command().profile.serves[0] = PlaceCode("city");
    EXPECT_EQ(from(world, "ward").hub(), "town-hall");
    EXPECT_EQ(from(world, "over-the-border").hub(), "");
    World other;
    found(other);
    other.hub("ward-room").command().profile.serves[0] = PlaceCode("ward");
    EXPECT_EQ(from(other, "city").hub(), "");
}

TEST(Places, ATreeHasNoCirclesNoUnknownPartsAndFourLevels) {
    World world;
    found(world);
    Policy next;
    next.version = 2;
    const auto refused = [&](const AdoptPolicy& command) {
        const auto sent = world.send(command);
        return !sent && sent.error().why == Refused::policy_invalid;
    };
    EXPECT_TRUE(refused(rules("city", "ward", next)));
    EXPECT_TRUE(refused(rules("city", "city", next)));
    EXPECT_TRUE(refused(rules("street", "over-the-border")));
    EXPECT_TRUE(refused({next, PlaceCode(), PlaceCode("city")}));
    world.must(rules("street", "ward"));
    EXPECT_TRUE(refused(rules("house", "street")));
    world.must(rules("county", ""));
    EXPECT_TRUE(refused(rules("city", "county", next)));  // the street would be on the fifth level
    EXPECT_TRUE(refused(rules("ward", "hills")));         // its version must rise
}

TEST(Places, APlaceSpeaksForItselfOnly) {
    World world;
    found(world);
    Policy next;
    next.version = 2;
    const auto as_place = [](std::string_view name) { return Actor{Role::place, HubSlug(name)}; };
    EXPECT_FALSE(world.send(rules("ward", "hills", next), as_place("hills")));
    EXPECT_FALSE(world.send(rules("ward", "hills", next), as_practice("B81001")));
    EXPECT_TRUE(world.send(rules("ward", "hills", next), as_place("ward")));
}

TEST(Places, HowHubsAreAskedAndHowLongTheyHaveIsThePlacesToSay) {
    World world;
    Policy fast;
    fast.asking_routine = Asking::parallel;
    fast.asked_at_once = 2;
    fast.answer_routine_working_ms = 2 * 3'600'000;
    fast.contact_working_ms = 3'600'000;
    found(world, fast);
    for (const char* name : {"one", "two", "three"}) {
        HubStory hub = world.hub(name);
        hub.at(100);
        for (auto& day : hub.command().profile.hours.days) {
            day[0] = {9 * 60, 17 * 60};
        }
    }
    from(world, "hills");
    EXPECT_EQ(world.told(), "ReferralSubmitted Offered");
    Person person = from(world, "ward");
    EXPECT_EQ(world.told(), "ReferralSubmitted Offered Offered");
    EXPECT_EQ(last_offer(world).answer_by.ms - world.clock.now().ms, 2 * 3'600'000);
    person.accepted();
    EXPECT_EQ(std::get<Accepted>(world.batch.events.front()).due.ms - world.clock.now().ms, 3'600'000);
}

}  // namespace
}  // namespace hubward::test
