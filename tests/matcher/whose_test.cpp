// SPDX-License-Identifier: Apache-2.0
//
// Whose a referral is, asked of the core alone: whatever an edge lets through.
#include "matcher/whose.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "tests/support/world.hpp"

namespace hubward::test {
namespace {

using namespace matcher;

Actor as_place(std::string_view name) { return {Role::place, HubSlug(name)}; }

AdoptPolicy rules(std::string_view place, std::string_view within) {
    return {Policy{}, PlaceCode(place), PlaceCode(within)};
}

Person from(World& world, std::string_view place) {
    ReferralStory story = world.refer().at(0);
    story.command().ask.place = PlaceCode(place);
    return story.send();
}

// All that anybody but a hub can do with a referral.
std::vector<Command> acts_on(World& world, ReferralId id) {
    const Timestamp soon{world.clock.now().ms + 3'600'000};
    PurposeSet share;
    share.add(Purpose::share_with_hub);
    Consent consent;
    consent.purposes = share;
    MovePerson move;
    move.referral = id;
    move.place = PlaceCode("bradford");
    RecordPersonWord word;
    word.referral = id;
    word.outcome = Outcome::need_met;
    ReopenReferral reopen;
    reopen.referral = id;
    PauseReferral pause;
    pause.referral = id;
    pause.reason = Reason::person_unavailable;
    pause.review_at = soon;
    WithdrawReferral withdraw;
    withdraw.referral = id;
    withdraw.reason = Reason::withdrawn_by_person;
    return {pause,
            ResumeReferral{id},
            reopen,
            MarkError{id},
            ReleaseNeeds{id},
            CloseNeed{id, 0, Outcome::need_met},
            AssignOwner{id, OwnerName("duty-desk")},
            GiveConsent{id, consent},
            WithdrawConsent{id, share},
            EraseReferral{id},
            word,
            CloseFollowUp{id},
            move,
            ChooseHub{.referral = id, .no_digital = true},
            withdraw};
}

struct Whose : testing::Test {
    // A city with a ward in it, and another town beside.
    Whose() {
        world.must(rules("city", ""));
        world.must(rules("ward", "city"));
        world.must(rules("bradford", ""));
    }
    bool does_not_exist(const Command& command, std::string_view place) {
        const auto sent = world.send(command, as_place(place));
        return !sent && sent.error().why == Refused::not_found;
    }
    bool has(std::string_view place, const Person& person) const {
        return looks_after(world.state(), place, person.referral());
    }
    World world;
};

TEST_F(Whose, NoActOfAnotherPlaceReachesWhoeverWaitsWithoutAnOffer) {
    const Person person = from(world, "ward");
    ASSERT_EQ(person.need(), NeedStatus::gap);
    const std::uint64_t before = world.state().state_hash();
    for (const char* other : {"bradford", "hills", "war", ""}) {
        for (const Command& command : acts_on(world, person.id())) {
            EXPECT_TRUE(does_not_exist(command, other)) << other << ", command " << command.index();
        }
    }
    EXPECT_EQ(world.state().state_hash(), before);
}

TEST_F(Whose, EveryActOfTheOwnPlaceAndOfTheOneAroundItIsConsidered) {
    for (const char* own : {"ward", "city"}) {
        const std::size_t acts = acts_on(world, {}).size();
        for (std::size_t i = 0; i < acts; ++i) {
            const Person person = from(world, "ward");
            EXPECT_FALSE(does_not_exist(acts_on(world, person.id())[i], own)) << own << ", act " << i;
        }
    }
}

TEST_F(Whose, BeforeAnOfferItIsWhereThePersonLives) {
    const Person inside = from(world, "ward");
    EXPECT_TRUE(has("ward", inside));
    EXPECT_TRUE(has("city", inside));
    EXPECT_FALSE(has("bradford", inside));
    EXPECT_FALSE(has("", inside));
    const Person in_city = from(world, "city");
    EXPECT_TRUE(has("city", in_city));
    EXPECT_FALSE(has("ward", in_city)) << "a ward has no say in the rest of its city";
    const Person unruled = from(world, "over-the-border");
    EXPECT_TRUE(has("over-the-border", unruled)) << "a place needs no rules to have its own";
    EXPECT_FALSE(has("city", unruled));
    const Person anywhere = from(world, "");
    EXPECT_TRUE(has("ward", anywhere)) << "somebody must look at them";
    EXPECT_TRUE(has("bradford", anywhere));
}

TEST_F(Whose, WhomEveryPlaceLooksAfterOnlyTheOperatorsErase) {
    const Person anywhere = from(world, "");
    EXPECT_TRUE(does_not_exist(EraseReferral{anywhere.id()}, "ward"));
    EXPECT_FALSE(does_not_exist(AssignOwner{anywhere.id(), OwnerName("duty-desk")}, "ward"));
    EXPECT_TRUE(world.send(EraseReferral{anywhere.id()}, Actor{Role::ops, HubSlug("night-watch")}));
}

TEST_F(Whose, FromTheFirstOfferItIsThePlaceOfAHubThatWasAsked) {
    world.hub("near").at(0).places(1).in_place("bradford");
    Person person = from(world, "ward");
    ASSERT_EQ(person.hub(), "near");
    EXPECT_TRUE(has("bradford", person));
    EXPECT_FALSE(has("ward", person));
    person.declined(Reason::no_slot);
    EXPECT_TRUE(has("bradford", person)) << "what it was asked once stays its own to look after";
    EXPECT_TRUE(does_not_exist(AssignOwner{person.id(), OwnerName("duty-desk")}, "ward"));
    EXPECT_FALSE(does_not_exist(AssignOwner{person.id(), OwnerName("duty-desk")}, "bradford"));
}

TEST_F(Whose, APracticeHasItsOwnAndThoseWhoRunTheServiceHaveAll) {
    const Person person = world.refer().by("B81001").send();
    const Referral& it = person.referral();
    EXPECT_TRUE(owns(world.state(), as_practice("B81001"), it));
    EXPECT_FALSE(owns(world.state(), as_practice("B81002"), it));
    EXPECT_TRUE(owns(world.state(), Actor{Role::ops, HubSlug("night-watch")}, it));
    EXPECT_TRUE(owns(world.state(), Actor{}, it));
}

}  // namespace
}  // namespace hubward::test
