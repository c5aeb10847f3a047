// SPDX-License-Identifier: Apache-2.0
#include "matcher/explain.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <map>

#include "tests/support/world.hpp"

namespace hubward::test {
namespace {

using namespace matcher;

// Random hubs and people; each case is looked at with all its hubs.
struct Town {
    explicit Town(std::uint64_t seed) : generator(seed, {.hubs = 25, .town_metres = 9'000}) {
        for (std::size_t h = 0; h < 25; ++h) {
            world.must(generator.sound_hub(h));
        }
        for (int i = 0; i < 20; ++i) {  // people who hold some of the units
            const SubmitReferral sent = generator.referral();
            (void)world.send(sent, as_practice(sent.practice.view()));
        }
        policy = world.state().policy;
        policy.spare = 400;
        policy.wait = 120;
        policy.times = 40;
    }
    World world;
    Generator generator;
    Policy policy;
};

TEST(Explain, ContributionsAddUpToTheScoreInTenThousandCases) {
    int cases = 0;
    for (std::uint64_t seed = 1; cases < 10'000; ++seed) {
        Town town(seed);
        const SubmitReferral sent = town.generator.referral();
        const Question q = question(sent.ask, town.policy, town.world.clock.now());
        const Explanation told = explain(town.world.state(), q, 25);
        std::uint32_t stopped = 0;
        for (const std::uint32_t n : told.stopped) {
            stopped += n;
        }
        ASSERT_EQ(told.passed + stopped, 25U);
        Points before = INT32_MAX;
        for (const Explained& it : told.hubs) {
            Points sum = 0;
            for (const Term& term : it.terms) {
                sum += term.points();
                ASSERT_LE(std::abs(term.points()), std::abs(term.weight));
            }
            ASSERT_EQ(sum, it.score.total()) << "seed " << seed;
            ASSERT_EQ(it.score, judge(q, town.world.state().at(it.hub)).score);
            ASSERT_LE(sum, before);
            before = sum;
            ++cases;
        }
    }
}

// Every reported change is made, and the answer is another; half of it is made, and it is not.
TEST(Explain, EachSmallestChangeFlipsTheAnswerAndHalfOfItDoesNot) {
    std::map<Lever, int> tried;
    for (std::uint64_t seed = 1; seed <= 900; ++seed) {
        Town town(seed);
        const SubmitReferral sent = town.generator.referral();
        Question q = question(sent.ask, town.policy, town.world.clock.now());
        q.practice = sent.practice;
        std::vector<HubIndex> all;
        for (std::uint32_t h = 0; h < town.world.state().hubs.size(); ++h) {
            all.push_back(HubIndex{h});
        }
        const Explanation told = explain(town.world.state(), q, 0, all);
        const auto first = std::ranges::find(told.hubs, 1U, &Explained::rank);
        for (const Explained& it : told.hubs) {
            const Hub& hub = town.world.state().at(it.hub);
            if (!it.change) {
                continue;
            }
            const auto flips = [&](const Change& change) {
                if (!makes_eligible(change.lever)) {
                    Merits m = merits(q, hub, it.sieved.facts);
                    apply_change(change, m);
                    return better(score(terms(q, m)).total(), hub.profile.id,
                                  first->score.total(),
                                  town.world.state().at(first->hub).profile.id);
                }
                Ask ask = sent.ask;
                Hub changed = hub;
                apply_change(change, ask, changed, q.practice, q.at);
                Question then = q;
                then.ask = &ask;
                return judge(then, changed).filter == Filter::passed;
            };
            const Change& change = *it.change;
            ASSERT_TRUE(flips(change)) << "seed " << seed;
            const std::int64_t step = change.to - change.from;
            if (std::abs(step) > 1) {
                Change half = change;
                half.to = change.from + step / 2;
                ASSERT_FALSE(flips(half))
                    << "seed " << seed << " lever " << static_cast<int>(change.lever);
            }
            ++tried[change.lever];
        }
    }
    // Each kind that random towns can bring about was tried.
    for (const Lever lever :
         {Lever::take_part, Lever::dates, Lever::offer_need, Lever::free_units,
          Lever::speak_language, Lever::meet_access, Lever::agreement, Lever::catchment,
          Lever::welcome_place, Lever::age_limit, Lever::opening_time, Lever::travel_further,
          Lever::accept_hub, Lever::nearer, Lever::free_places, Lever::shorter_wait,
          Lever::staff_language, Lever::community, Lever::ask_by_name, Lever::grant_wishes}) {
        EXPECT_GT(tried[lever], 0) << static_cast<int>(lever);
    }
}

TEST(Explain, NamesTheFirstFilterAndAllOthers) {
    World world;
    world.hub("hub").at(9'000).places(0);
    ReferralStory story = world.refer().at(0);
    story.command().ask.travel_max = 1'000;
    story.command().ask.access.add(Access::wheelchair);
    const Ask ask = story.command().ask;
    const Question q = question(ask, world.state().policy);
    const HubIndex hub{0};
    const Explained it = explain(world.state(), q, 3, std::span(&hub, 1)).hubs.front();
    EXPECT_EQ(it.sieved.first, Filter::no_free_unit);
    EXPECT_EQ(std::popcount(it.sieved.failed.bits), 3);
    EXPECT_TRUE(it.sieved.failed.has(Filter::access_missing));
    EXPECT_TRUE(it.sieved.failed.has(Filter::beyond_travel));
    EXPECT_FALSE(it.change);  // three things would have to change
}

TEST(Explain, SaysHowFarSomebodyWouldHaveToTravel) {
    World world;
    world.hub("hub").at(3'000);
    Ask ask = world.refer().at(0).command().ask;
    ask.travel_max = 1'000;
    const Question q = question(ask, world.state().policy);
    const auto change = to_be_eligible(q, world.hub_state("hub"));
    ASSERT_TRUE(change);
    EXPECT_EQ(change->lever, Lever::travel_further);
    EXPECT_EQ(change->from, 1'000);
    EXPECT_NEAR(static_cast<double>(change->to), 3'000, 2);
}

// The only place is held by this very referral: it must not look full because of that.
TEST(Explain, DoesNotCountTheUnitsThatTheReferralHoldsItself) {
    World world;
    world.hub("hub").places(1);
    const Person person = world.refer().send();
    const Referral& referral = world.state().at(*world.state().find(person.id()));
    const Question q = question(referral.ask, world.state().policy);
    const HubIndex hub{0};
    EXPECT_EQ(explain(world.state(), q, 1, std::span(&hub, 1)).hubs[0].sieved.first,
              Filter::no_free_unit);
    const auto held = held_by(world.state(), referral);
    EXPECT_EQ(explain(world.state(), q, 1, {}, held).hubs[0].rank, 1U);
}

// Group data never moves a score, a rank or a verdict while the policy gives it no weight.
TEST(Explain, GroupsAreTakenOutOfTheAnswerUnlessThePolicyWantsThem) {
    int moved_with_weight = 0;
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        Town town(seed);
        SubmitReferral sent = town.generator.referral();
        const auto answer = [&] {
            const Question q = question(sent.ask, town.policy, town.world.clock.now());
            std::vector<std::pair<HubIndex, Score>> all;
            for (const Explained& it : explain(town.world.state(), q, 25).hubs) {
                all.emplace_back(it.hub, it.score);
            }
            return all;
        };
        sent.ask.groups = {};
        const auto without_groups = answer();
        sent.ask.groups.bits = 0xf'ffff;
        EXPECT_EQ(answer(), without_groups) << "seed " << seed;
        town.policy.groups = 100;
        moved_with_weight += answer() != without_groups ? 1 : 0;
    }
    EXPECT_GT(moved_with_weight, 50);
}

}  // namespace
}  // namespace hubward::test
