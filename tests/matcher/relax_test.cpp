// SPDX-License-Identifier: Apache-2.0
//
// Requirements give way when the place's policy lets them and the person agreed; what the person
// cannot do without never does.
#include <gtest/gtest.h>

#include <functional>

#include "tests/support/world.hpp"

namespace hubward::test {
namespace {

using namespace matcher;
using namespace std::chrono_literals;

constexpr std::int64_t hour_ms = 3'600'000;

Policy strict() {
    Policy policy;
    policy.version = 2;
    policy.language_hard = true;
    policy.relax_language_working_ms = 8 * hour_ms;
    policy.relax_times_working_ms = 16 * hour_ms;
    policy.relax_travel_working_ms = 24 * hour_ms;
    policy.relaxed_travel_percent = 150;
    return policy;
}

// A library whose staff speak English only, open in the morning, four kilometres away.
struct Library : World {
    Library() {
        adopt(strict());
        HubStory story = hub("library");
        story.at(4'000).places(9);
        story.command().profile.open.add(HalfDay::tue_am);
    }
    Person ask(RequirementSet agreed, const std::function<void(Ask&)>& change) {
        ReferralStory story = refer().at(0);
        story.command().ask.may_relax = agreed;
        change(story.command().ask);
        return story.send();
    }
    void wait(std::chrono::hours time) {
        pass(time);
        tick();
    }
};

RequirementSet all() {
    RequirementSet set;
    for (const auto what : {Requirement::language, Requirement::times, Requirement::travel}) {
        set.add(what);
    }
    return set;
}
void prefers_polish(Ask& ask) { ask.language = *parse_language("pl"); }

TEST(Relax, APreferredLanguageGivesWayAfterTheWorkingHoursOfThePolicy) {
    Library town;
    const Person person = town.ask(all(), prefers_polish);
    EXPECT_EQ(person.hub(), "");
    // Monday 9:00 in January: eight working hours are over at 17:00.
    EXPECT_EQ(person.referral().review_at.ms, ManualClock::monday_ms + 8 * hour_ms);
    town.wait(7h);
    EXPECT_EQ(person.hub(), "");
    town.wait(1h);
    EXPECT_EQ(town.told(), "RequirementRelaxed Offered");
    EXPECT_EQ(person.hub(), "library");
    const auto& said = std::get<RequirementRelaxed>(town.batch.events.front());
    EXPECT_EQ(said.what, Requirement::language);
    EXPECT_EQ(said.policy, 2U);
    EXPECT_EQ(said.after_working_ms, 8 * hour_ms);
}

TEST(Relax, NothingGivesWayWithoutThePersonsWord) {
    Library town;
    const Person person = town.ask({}, prefers_polish);
    town.wait(24h * 21);
    EXPECT_EQ(person.hub(), "");
    EXPECT_TRUE(person.referral().relaxed.empty());
}

TEST(Relax, WhatThePersonCannotDoWithoutStaysHard) {
    Library town;
    const Person person = town.ask(all(), [](Ask& ask) {
        prefers_polish(ask);
        ask.language_required = true;
    });
    const Person in_wheelchair = town.ask(all(), [](Ask& ask) { ask.access.add(Access::wheelchair); });
    town.wait(24h * 21);
    EXPECT_EQ(person.hub(), "");
    EXPECT_EQ(in_wheelchair.hub(), "");
}

TEST(Relax, NothingGivesWayWhereThePolicyDoesNotSaySo) {
    Library town;
    Policy hard = strict();
    hard.version = 3;
    hard.relax_language_working_ms = 0;
    town.adopt(hard);
    const Person person = town.ask(all(), prefers_polish);
    town.wait(24h * 21);
    EXPECT_EQ(person.hub(), "");
}

TEST(Relax, TheWaysLimitGrowsByThePolicysShareAndNoFurther) {
    Library town;
    const Person short_way = town.ask(all(), [](Ask& ask) { ask.travel_max = 2'700; });
    const Person shorter = town.ask(all(), [](Ask& ask) { ask.travel_max = 2'600; });
    town.wait(24h * 2);
    EXPECT_EQ(short_way.hub(), "");
    town.wait(24h * 5);
    EXPECT_EQ(short_way.hub(), "library");  // 4,050 m are enough
    EXPECT_EQ(shorter.hub(), "");           // 3,900 m are not
    EXPECT_TRUE(shorter.referral().relaxed.has(Requirement::travel));
}

TEST(Relax, AWayCalledTooFarIsTooFarForALimitThatGaveWay) {
    Library town;
    HubStory(town, "beyond").at(4'100).places(9);
    Person person = town.ask(all(), [](Ask& ask) {
        ask.travel_max = 2'800;
        ask.trusted_hub = hub_id_of("library");
    });
    town.wait(24h * 7);
    ASSERT_EQ(person.hub(), "library");
    person.declined(Reason::too_far);
    EXPECT_EQ(town.told(), "Declined AskNarrowed GapRecorded") << "4,200 m were enough for either";
    EXPECT_EQ(person.hub(), "library");
}

// Friday 16:30 with a bank holiday on Monday.
TEST(Relax, TheClockRunsInWorkingHoursOnly) {
    Library town;
    CalendarYear year{2026, 0, 60, {}, {}, 1, {}};
    year.closed[0] = 12;  // Monday 12 January
    town.must(SetCalendarYear{year}, {Role::ops, HubSlug("ops")});
    town.pass(24h * 4 + 7h + 30min);
    const Person person = town.ask(all(), prefers_polish);
    // Half an hour is left on Friday, the rest falls on Tuesday 13 January: until 16:30.
    EXPECT_EQ(person.referral().review_at.ms, ManualClock::monday_ms + (8 * 24 + 7) * hour_ms + hour_ms / 2);
}

TEST(Relax, AReopenedReferralBeginsAnew) {
    Library town;
    Person person = town.ask(all(), prefers_polish);
    town.wait(8h);
    ASSERT_EQ(person.hub(), "library");
    person.withdrawn(Reason::recalled_by_referrer);
    town.pass(24h * 7);
    town.must(ReopenReferral{.referral = person.id(), .note_slot = 1}, as_practice(person.referral().practice.view()));
    EXPECT_TRUE(person.referral().relaxed.empty());
    EXPECT_EQ(person.need(), NeedStatus::gap);
}

TEST(Relax, SoftTimesLetAHubBeAskedThatIsShutWhenThePersonIsFree) {
    Library town;
    const auto evenings = [](Ask& ask) { ask.available.add(HalfDay::sun_eve); };
    EXPECT_EQ(town.ask({}, evenings).hub(), "");
    Policy soft = strict();
    soft.version = 3;
    soft.times_hard = false;
    town.adopt(soft);
    EXPECT_EQ(town.ask({}, evenings).hub(), "library");
}

// However everything that may give way has given way: a hub that passes has what the person cannot do
// without.
TEST(Relax, HardNeedsHoldInAMillionRandomQuestions) {
    Generator generator(23, {.hubs = 40});
    Random& random = generator.random();
    std::vector<Hub> hubs(40);
    for (std::size_t h = 0; h < hubs.size(); ++h) {
        const UpsertHub command = generator.sound_hub(h);
        hubs[h].profile = command.profile;
        for (std::size_t k = 0; k < unit_kinds; ++k) {
            hubs[h].capacity[k].total = command.totals[k];
        }
    }
    int passed = 0;
    for (int i = 0; i < 1'000'000;) {
        const SubmitReferral sent = generator.referral();
        Policy policy = strict();
        policy.language_hard = random.chance(50);
        policy.times_hard = random.chance(50);
        Question q = question(sent.ask, policy);
        q.relaxed.bits = static_cast<std::uint8_t>(random.below(8));
        for (const Hub& hub : hubs) {
            ++i;
            if (sieve(q, hub, Sieve::until_first).first != Filter::passed) {
                continue;
            }
            ++passed;
            const Ask& ask = sent.ask;
            ASSERT_TRUE(!ask.language_required || ask.language == Language::not_stated ||
                        hub.profile.languages.has(ask.language));
            ASSERT_TRUE(!ask.access.has(Access::wheelchair) || hub.profile.access.has(Access::wheelchair));
            ASSERT_TRUE(ask.age == 255 || (ask.age >= hub.profile.age_min && ask.age <= hub.profile.age_max));
        }
    }
    EXPECT_GT(passed, 20'000);
}

}  // namespace
}  // namespace hubward::test
