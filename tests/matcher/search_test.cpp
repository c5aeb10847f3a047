// SPDX-License-Identifier: Apache-2.0
//
// The search finds what ranking every hub finds: same hubs, same points, on every instruction set,
// whatever changed in between.
#include "matcher/search.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "tests/support/naive_matcher.hpp"
#include "tests/support/world.hpp"

namespace hubward::test {
namespace {

using namespace matcher;

// The scalar oracle: look at every hub, keep the best ten.
std::vector<Found> oracle(const State& state, const Question& q) {
    std::vector<Found> best;
    for (std::uint32_t i = 0; i < state.hubs.size(); ++i) {
        const Verdict verdict = judge(q, state.hubs[i]);
        if (verdict.filter != Filter::passed) {
            continue;
        }
        const Found found{HubIndex{i}, state.hubs[i].profile.id, verdict};
        best.insert(std::ranges::find_if(best,
                                         [&](const Found& f) {
                                             return better(verdict.score.total(), found.id,
                                                           f.verdict.score.total(), f.id);
                                         }),
                    found);
        best.resize(std::min<std::size_t>(best.size(), 10));
    }
    return best;
}

// One of the seven data sets: what it does to a hub and to a person.
struct Case {
    const char* name;
    std::function<void(UpsertHub&, Random&)> hub;
    std::function<void(Ask&, Random&)> person;
};

void no_limit(Ask& ask) {
    ask.travel_max = 0;
}
Position far_away(Random& random, std::int32_t x, std::int32_t y, std::int32_t z) {
    const auto near = [&](std::int32_t v) {
        return v + static_cast<std::int32_t>(random.below(2'000'000)) - 1'000'000;
    };
    return {.x = near(x), .y = near(y), .z = near(z)};
}

const Case cases[] = {
    {"base", [](auto&, auto&) {}, [](auto&, auto&) {}},
    {"95 % full",
     [](UpsertHub& hub, Random& r) { hub.totals = r.chance(95) ? Units{} : hub.totals; },
     [](auto&, auto&) {}},
    {"99.5 % full",
     [](UpsertHub& hub, Random& r) { hub.totals = r.below(200) != 0 ? Units{} : Units{1, 1, 1}; },
     [](auto&, auto&) {}},
    {"everybody travels", [](auto&, auto&) {}, [](Ask& ask, auto&) { ask.travel_max = 100'000; }},
    {"no distances at all",
     [](UpsertHub& hub, Random&) {
         hub.profile.is_virtual = true;
         hub.profile.catchment = 0;
     },
     [](Ask& ask, auto&) { no_limit(ask); }},
    {"rare language, no limit, nearly full",
     [](UpsertHub& hub, Random& r) { hub.totals = r.chance(99) ? Units{} : hub.totals; },
     [](Ask& ask, auto&) {
         no_limit(ask);
         ask.language = *parse_language("ur");
         ask.language_required = true;
     }},
    {"date line and poles",
     [](UpsertHub& hub, Random& r) {
         hub.profile.position = r.chance(50) ? far_away(r, -536'870'000, 0, 0)
                                             : far_away(r, 0, 0, r.chance(50) ? 536'870'000 : -536'870'000);
     },
     [](Ask& ask, Random& r) {
         ask.position = r.chance(50) ? far_away(r, -536'870'000, 0, 0) : far_away(r, 0, 0, 536'870'000);
     }},
};

void put(World& world, Generator& generator, const Case& it, std::size_t index) {
    UpsertHub hub = generator.sound_hub(index);
    hub.set_totals = true;
    it.hub(hub, generator.random());
    world.must(hub);
}

bool same(const std::vector<Found>& a, const std::vector<Found>& b) {
    return std::ranges::equal(a, b, [](const Found& x, const Found& y) {
        return x.hub == y.hub && x.verdict.score == y.verdict.score &&
               x.verdict.needs == y.verdict.needs && x.verdict.distance == y.verdict.distance;
    });
}

TEST(Search, EqualsTheScalarOracleOnEveryInstructionSetWithUpdatesInBetween) {
    constexpr std::size_t hubs = 300;
    std::size_t asked = 0;
    std::size_t found = 0;
    for (const Case& it : cases) {
        Generator generator(41, {.hubs = hubs, .town_metres = 40'000});
        World world;
        for (std::size_t h = 0; h < hubs; ++h) {
            put(world, generator, it, h);
        }
        Policy policy = world.state().policy;
        policy.wait = 80;
        policy.times = 60;
        policy.groups = 40;
        for (int i = 0; i < 15'000; ++i) {
            if (i % 10 == 0) {
                put(world, generator, it, generator.random().below(hubs));
            }
            SubmitReferral sent = generator.referral();
            it.person(sent.ask, generator.random());
            Question q = question(sent.ask, policy, world.clock.now());
            q.practice = sent.practice;
            const std::vector<Found> expected = oracle(world.state(), q);
            for (const Isa isa : {Isa::baseline, Isa::v3, Isa::v4}) {
                if (supported(isa)) {
                    ASSERT_TRUE(same(best_hubs(world.state(), q, 10, {}, isa), expected))
                        << it.name << " referral " << i << " " << name_of(isa);
                }
            }
            ASSERT_TRUE(same(best_hubs_by_scan(world.state(), q, 10), expected)) << it.name << " " << i;
            ++asked;
            found += expected.empty() ? 0U : 1U;
        }
    }
    EXPECT_GE(asked, 100'000U);
    EXPECT_GT(found, asked / 10);
}

// The bits themselves are equal, not only what follows from them.
TEST(Scan, GivesTheSameBitsOnEveryInstructionSet) {
    Random random(5);
    Lanes lanes;
    Sight s;
    for (int round = 0; round < 20'000; ++round) {
        const auto coordinate = [&] { return static_cast<float>(random.below(40'000)) - 20'000.0F; };
        for (std::size_t i = 0; i < block_lanes; ++i) {
            lanes.x[i] = coordinate();
            lanes.y[i] = coordinate();
            lanes.z[i] = coordinate();
            lanes.radius[i] = static_cast<float>(random.below(900));
            lanes.serves_max[i] = static_cast<float>(random.below(60'000));
            lanes.needs[i] = random.next() & random.next();
            lanes.access[i] = random.next() | random.next();
            lanes.languages[i] = static_cast<std::uint32_t>(random.next() | random.next());
        }
        s.x = coordinate();
        s.y = coordinate();
        s.z = coordinate();
        s.travel_max = static_cast<float>(random.below(60'000));
        s.needs = std::uint64_t{3} << random.below(60);
        s.needs_all = random.chance(20) ? s.needs : 0;
        s.access = random.chance(30) ? std::uint64_t{1} << random.below(60) : 0;
        s.languages = random.chance(30) ? 1U << random.below(32) : 0;
        const std::uint64_t expected = scan_for(Isa::baseline)(lanes, s);
        for (const Isa isa : {Isa::v3, Isa::v4}) {
            if (supported(isa)) {
                ASSERT_EQ(scan_for(isa)(lanes, s), expected) << name_of(isa) << " round " << round;
            }
        }
    }
}

// What the search relies on: a lane never promises less than the hub's exact terms are worth.
TEST(Weigh, NeverSaysLessThanTheExactTermsAndTheSameOnEveryInstructionSet) {
    std::size_t weighed = 0;
    std::int64_t above = 0;
    for (const Case& it : cases) {
        Generator generator(43, {.hubs = 200, .town_metres = 40'000});
        World world;
        for (std::size_t h = 0; h < 200; ++h) {
            put(world, generator, it, h);
        }
        const Blocks& blocks = world.state().blocks;
        for (int i = 0; i < 300; ++i) {
            SubmitReferral sent = generator.referral();
            it.person(sent.ask, generator.random());
            Policy policy = world.state().policy;
            policy.distance = static_cast<Points>(generator.random().below(10'001));
            policy.community_distance_percent = static_cast<std::uint16_t>(generator.random().below(101));
            const Question q = question(sent.ask, policy, world.clock.now());
            const Sight s = sight(q);
            for (std::size_t b = 0; b < blocks.block_count(); ++b) {
                const bool kin = (sent.ask.communities & blocks.merits(0, b).communities) != 0;
                LanePoints points;
                weigh_for(Isa::baseline)(blocks.block(b), s, kin, points);
                for (const Isa isa : {Isa::v3, Isa::v4}) {
                    LanePoints again;
                    if (supported(isa)) {
                        weigh_for(isa)(blocks.block(b), s, kin, again);
                        ASSERT_EQ(again.most, points.most) << it.name << " " << name_of(isa);
                    }
                }
                for (std::size_t lane = 0; lane < block_lanes; ++lane) {
                    if (blocks.hubs_of(b)[lane] == no_hub) {
                        continue;
                    }
                    const Score exact = judge(q, world.state().at(blocks.hubs_of(b)[lane])).score;
                    const Points sum = exact.distance + exact.language + exact.spare;
                    ASSERT_GE(points.most[lane], sum) << it.name << " referral " << i;
                    weighed += exact != Score{} ? 1U : 0U;
                    above += exact != Score{} && !kin ? points.most[lane] - sum : 0;
                }
            }
        }
    }
    EXPECT_GT(weighed, 5'000U);
    EXPECT_LT(above, static_cast<std::int64_t>(20 * weighed));  // and not much more either
}

// Hubs come one by one, past the sizes at which the tree grows by a level, and nothing is lost.
TEST(Search, FindsNewcomersOfEveryNumberOfHubs) {
    Generator generator(47, {.hubs = 5'000, .town_metres = 90'000});
    World world;
    for (std::size_t h = 0; h < 4'200; ++h) {
        world.must(generator.sound_hub(h));
        const std::size_t hubs = h + 1;
        if (hubs % 64 > 1 && hubs % 97 != 0) {
            continue;
        }
        const SubmitReferral sent = generator.referral();
        const Question q = question(sent.ask, world.state().policy, world.clock.now());
        ASSERT_TRUE(same(best_hubs(world.state(), q, 10), oracle(world.state(), q))) << hubs;
    }
    EXPECT_EQ(world.state().blocks.level_count(), 3U);
}

// Enough hubs for decisions to go through the search, against the twin that looks at every hub.
TEST(Search, DecisionsThroughItAreThoseOfTheNaiveTwin) {
    constexpr std::size_t hubs = limits::counted_hubs_max + 20;
    Generator generator(17, {.hubs = hubs, .town_metres = 30'000, .with_keys = false});
    World world;
    NaiveMatcher naive;
    for (std::size_t h = 0; h < hubs; ++h) {
        UpsertHub hub = generator.sound_hub(h);
        world.must(hub);
        ASSERT_TRUE(naive.run(hub, {}, world.clock.now()).accepted);
    }
    for (int i = 0; i < 400; ++i) {
        world.pass(generator.pause());
        Envelope envelope = generator.next(world.state());
        const bool taken = world.send(envelope.command, envelope.actor).has_value();
        ASSERT_EQ(taken, naive.run(envelope.command, envelope.actor, world.clock.now()).accepted);
        ASSERT_EQ(first_difference(summarise(world.state()), naive.summary()), "") << i;
    }
}

// Blocks made anew from the hubs say nothing else than blocks that followed every event.
TEST(Search, SurvivesARebuildOfTheBlocks) {
    Generator generator(3, {.hubs = 200});
    World world;
    for (int i = 0; i < 1500; ++i) {
        world.pass(generator.pause());
        Envelope envelope = generator.next(world.state());
        (void)world.send(envelope.command, envelope.actor);
    }
    State again = world.state();
    again.rebuild_indexes();
    for (int i = 0; i < 500; ++i) {
        const SubmitReferral sent = generator.referral();
        const Question q = question(sent.ask, again.policy, world.clock.now());
        ASSERT_TRUE(same(best_hubs(world.state(), q, 5), best_hubs(again, q, 5))) << i;
    }
}

}  // namespace
}  // namespace hubward::test
