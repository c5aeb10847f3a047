// SPDX-License-Identifier: Apache-2.0
#include "matcher/score.hpp"

#include <gtest/gtest.h>

#include "tests/support/generator.hpp"

namespace hubward::matcher {
namespace {

using test::position_at;

Hub hub_at(std::int64_t metres) {
    Hub hub;
    hub.profile.id = {1, 1};
    hub.profile.position = position_at(metres, 0);
    hub.profile.needs.add(Need::nhs_app);
    hub.profile.needs.add(Need::dev_loan);
    hub.capacity[0].total = 4;
    hub.capacity[1].total = 1;
    return hub;
}

Ask ask_for(std::initializer_list<Need> needs) {
    Ask ask;
    ask.position = position_at(0, 0);
    for (const Need need : needs) {
        ask.needs[ask.need_count++] = need;
    }
    return ask;
}

Verdict judge(const Ask& ask, NeedMask open, const Hub& hub, const Policy& policy) {
    Question q = question(ask, policy);
    q.open = open;
    return matcher::judge(q, hub);
}

TEST(Distance, IsTheStraightLineInMetres) {
    EXPECT_EQ(distance(position_at(0, 0), position_at(0, 0)), 0U);
    EXPECT_NEAR(distance(position_at(0, 0), position_at(3'000, 4'000)), 5'000, 1);
    EXPECT_NEAR(distance(position_at(-10'000, 0), position_at(10'000, 0)), 20'000, 1);
}

// The sum of squares is 2^60 here, the most it can be.
TEST(Distance, ReachesThroughTheWholeEarth) {
    Position here{.x = 1 << 29};
    Position there{.x = -(1 << 29)};
    EXPECT_EQ(distance(here, there), 2U * earth_radius_metres);
}

TEST(Distance, IsZeroWhenAPositionIsUnknown) {
    EXPECT_EQ(distance(Position{}, position_at(9'000, 0)), 0U);
}

TEST(Judge, GivesAllPointsAtTheDoorAndNoneAtTheReach) {
    const Policy policy;
    const Ask ask = ask_for({Need::nhs_app});
    EXPECT_EQ(judge(ask, 1, hub_at(0), policy).score.distance, policy.distance);
    EXPECT_EQ(judge(ask, 1, hub_at(30'000), policy).score.distance, 0);
    EXPECT_NEAR(judge(ask, 1, hub_at(7'500), policy).score.distance, policy.distance / 2, 1);
}

TEST(Judge, MeasuresAgainstTheLimitThatThePersonNamed) {
    Ask ask = ask_for({Need::nhs_app});
    ask.travel_max = 2'000;
    EXPECT_NEAR(judge(ask, 1, hub_at(1'000), {}).score.distance, 200, 1);
    EXPECT_EQ(judge(ask, 1, hub_at(2'002), {}).filter, Filter::beyond_travel);
}

TEST(Judge, AVirtualHubIsAtEveryonesDoor) {
    Hub hub = hub_at(500'000);
    hub.profile.is_virtual = true;
    hub.profile.catchment = 100;
    const Verdict verdict = judge(ask_for({Need::nhs_app}), 1, hub, {});
    EXPECT_EQ(verdict.filter, Filter::passed);
    EXPECT_EQ(verdict.distance, 0U);
}

TEST(Judge, CountsTheShareOfNeedsThatOneVisitServes) {
    const Ask ask = ask_for({Need::nhs_app, Need::data_sim, Need::dev_loan, Need::assess});
    const Verdict verdict = judge(ask, 0b1111, hub_at(0), {});
    EXPECT_EQ(verdict.needs, 0b0101);
    EXPECT_EQ(verdict.score.needs, 125);
    EXPECT_EQ(judge(ask, 0b0001, hub_at(0), {}).score.needs, 250);
}

TEST(Judge, ADeviceNeedWantsAFreeDeviceAndNotAPlace) {
    Hub hub = hub_at(0);
    hub.capacity[0].held = 4;
    EXPECT_EQ(judge(ask_for({Need::dev_loan}), 1, hub, {}).filter, Filter::passed);
    EXPECT_EQ(judge(ask_for({Need::nhs_app}), 1, hub, {}).filter, Filter::no_free_unit);
    hub.capacity[1].used = 1;
    EXPECT_EQ(judge(ask_for({Need::dev_loan}), 1, hub, {}).filter, Filter::no_free_unit);
}

// A hub that lowered its total below what it promised has nothing free, and less than nothing
// never.
TEST(Judge, AnOverfullHubHasNothingFree) {
    Hub hub = hub_at(0);
    hub.capacity[0] = {.total = 1, .held = 2, .used = 3};
    EXPECT_EQ(hub.capacity[0].free(), 0);
    EXPECT_EQ(judge(ask_for({Need::nhs_app}), 1, hub, {}).filter, Filter::no_free_unit);
}

TEST(Judge, TheFirstFilterThatFailsIsNamed) {
    const Policy policy;
    Ask ask = ask_for({Need::nhs_app});
    Hub hub = hub_at(5'000);
    const auto verdict = [&] { return judge(ask, 1, hub, policy).filter; };

    ask.refused_hubs[1] = hub.profile.id;
    EXPECT_EQ(verdict(), Filter::refused_by_person);
    ask.travel_max = 1'000;
    EXPECT_EQ(verdict(), Filter::beyond_travel);
    ask.available.add(HalfDay::mon_am);
    hub.profile.open.add(HalfDay::tue_am);
    EXPECT_EQ(verdict(), Filter::times_differ);
    ask.age = 30;
    hub.profile.age_min = 50;
    EXPECT_EQ(verdict(), Filter::age_outside);
    hub.profile.catchment = 4'000;
    EXPECT_EQ(verdict(), Filter::outside_catchment);
    hub.profile.takes_from[0] = PracticeCode("B86");
    EXPECT_EQ(verdict(), Filter::no_agreement);
    ask.access.add(Access::wheelchair);
    EXPECT_EQ(verdict(), Filter::access_missing);
    ask.language = *parse_language("ur");
    ask.language_required = true;
    EXPECT_EQ(verdict(), Filter::language_missing);
    hub.capacity[0].used = 4;
    EXPECT_EQ(verdict(), Filter::no_free_unit);
    hub.profile.needs = {};
    EXPECT_EQ(verdict(), Filter::need_not_offered);
    hub.profile.closes = {-1};
    EXPECT_EQ(verdict(), Filter::outside_dates);
    hub.profile.active = false;
    EXPECT_EQ(verdict(), Filter::hub_inactive);
    EXPECT_EQ(judge(ask, 1, hub, policy).score, Score{});
}

TEST(Judge, AgeLimitsIncludeTheirEnds) {
    Ask ask = ask_for({Need::nhs_app});
    Hub hub = hub_at(0);
    hub.profile.age_min = 50;
    hub.profile.age_max = 60;
    for (const auto& [age, filter] : {std::pair{49, Filter::age_outside},
                                      {50, Filter::passed},
                                      {60, Filter::passed},
                                      {61, Filter::age_outside},
                                      {255, Filter::passed}}) {
        ask.age = static_cast<std::uint8_t>(age);
        EXPECT_EQ(judge(ask, 1, hub, {}).filter, filter) << age;
    }
}

TEST(Judge, SoftWishesAddPointsAndNeverExclude) {
    Ask ask = ask_for({Need::nhs_app});
    Hub hub = hub_at(0);
    ask.language = *parse_language("ur");
    ask.communities = 0b110;
    ask.trusted_hub = {9, 9};
    Score score = judge(ask, 1, hub, {}).score;
    EXPECT_EQ(score.language + score.community + score.trust, 0);
    hub.profile.languages.add(ask.language);
    hub.profile.communities = 0b010;
    ask.trusted_hub = hub.profile.id;
    score = judge(ask, 1, hub, {}).score;
    EXPECT_EQ(score.language, 150);
    EXPECT_EQ(score.community, 100);
    EXPECT_EQ(score.trust, 150);
    EXPECT_EQ(score.total(), score.distance + score.needs + 400 + score.spare + score.confidence);
    EXPECT_EQ(score.confidence, 50);
}

TEST(Judge, SpareIsTheShareOfPlacesThatAreFree) {
    Hub hub = hub_at(0);
    hub.capacity[0].used = 3;
    EXPECT_EQ(judge(ask_for({Need::nhs_app}), 1, hub, {}).score.spare, 12);
    hub.capacity[0] = {};
    EXPECT_EQ(judge(ask_for({Need::dev_loan}), 1, hub, {}).score.spare, 0);
}

TEST(UnitsFor, OneOfEachKindHoweverManyNeeds) {
    const Ask ask = ask_for({Need::nhs_app, Need::nhs_login, Need::dev_loan, Need::dev_gift});
    EXPECT_EQ(units_for(ask, 0b1111), (Units{1, 1, 0}));
    EXPECT_EQ(units_for(ask, 0b0010), (Units{1, 0, 0}));
    EXPECT_EQ(units_for(ask, 0), (Units{}));
}

}  // namespace
}  // namespace hubward::matcher
