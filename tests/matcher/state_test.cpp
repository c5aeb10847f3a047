// SPDX-License-Identifier: Apache-2.0
#include "matcher/state.hpp"

#include <gtest/gtest.h>

#include "matcher/apply.hpp"
#include "tests/support/summary.hpp"
#include "tests/support/world.hpp"

namespace hubward::test {
namespace {

using namespace matcher;

// The state after a seeded stream, and all its batches.
struct Stream {
    explicit Stream(std::uint64_t seed, int commands = 300) {
        Generator generator(seed);
        ManualClock clock;
        for (int i = 0; i < commands; ++i) {
            clock.advance(generator.pause());
            Envelope envelope = generator.next(engine.state());
            Batch batch;
            batch.first = engine.state().last + 1;
            if (engine.step(envelope, clock.now(), batch) && !batch.entries.empty()) {
                batches.push_back(std::move(batch));
            }
        }
    }
    Engine engine;
    std::vector<Batch> batches;
};

TEST(State, IsTheFoldOfItsEvents) {
    const Stream stream(3);
    State folded;
    for (const Batch& batch : stream.batches) {
        for (const Entry& entry : batch.entries) {
            apply(folded, batch, entry);
        }
    }
    EXPECT_EQ(folded.state_hash(), stream.engine.state().state_hash());
    EXPECT_EQ(folded.timers, stream.engine.state().timers);
    EXPECT_EQ(folded.waiting, stream.engine.state().waiting);
    EXPECT_EQ(broken_rule(folded), "");
}

// What a snapshot does: keep the primary data, make the rest anew.
TEST(State, IndexesMadeAnewFindTheSameThings) {
    const Stream stream(4);
    const State& kept = stream.engine.state();
    State made;
    made.policy = kept.policy;
    made.care = kept.care;
    made.places = kept.places;
    made.calendar = kept.calendar;
    made.hubs = kept.hubs;
    made.referrals = kept.referrals;
    made.offers = kept.offers;
    made.practices = kept.practices;
    made.last = kept.last;
    made.last_time = kept.last_time;
    made.keys_by_age = kept.keys_by_age;
    made.remembered = kept.remembered;
    made.keys_forgotten = kept.keys_forgotten;
    made.rebuild_indexes();
    EXPECT_EQ(made.state_hash(), kept.state_hash());
    EXPECT_EQ(made.timers, kept.timers);
    EXPECT_EQ(made.waiting, kept.waiting);
    EXPECT_EQ(made.live_by_practice_ref.size(), kept.live_by_practice_ref.size());
    for (std::size_t i = 0; i < kept.referrals.size(); ++i) {
        EXPECT_EQ(made.find(kept.referrals[i].id), kept.find(kept.referrals[i].id));
    }
    for (const Hub& hub : kept.hubs) {
        EXPECT_EQ(made.find(hub.profile.id), kept.find(hub.profile.id));
    }
    for (const auto& [key, at] : kept.keys_by_age) {
        ASSERT_TRUE(made.remembered_for(key));
        EXPECT_EQ(made.remembered_for(key)->number, kept.remembered_for(key)->number);
    }
    for (const Practice& practice : kept.practices) {
        EXPECT_EQ(made.practice_head(practice.code), practice.feed_head);
    }
}

TEST(StateHash, MovesWithEveryField) {
    const Stream stream(5, 60);
    const State base = stream.engine.state();
    ASSERT_FALSE(base.referrals.empty());
    ASSERT_FALSE(base.offers.empty());
    ASSERT_FALSE(base.keys_by_age.empty());
    const std::uint64_t hash = base.state_hash();
    int fields = 0;
    const auto moves = [&](auto change) {
        State other = base;
        change(other);
        EXPECT_NE(other.state_hash(), hash) << "field " << fields;
        ++fields;
    };
    moves([](State& s) { ++s.last; });
    moves([](State& s) { ++s.last_time.ms; });
    moves([](State& s) { ++s.policy.spare; });
    moves([](State& s) { ++s.policy.gap_review_after_ms; });
    moves([](State& s) { s.policy.language_hard = !s.policy.language_hard; });
    moves([](State& s) { s.places.set({PlaceCode("elsewhere"), {}, s.policy}); });
    moves([](State& s) { s.referrals[0].relaxed.bits ^= 1; });
    moves([](State& s) { ++s.referrals[0].waits_since.ms; });
    moves([](State& s) { s.referrals[0].ask.may_relax.bits ^= 4; });
    moves([](State& s) { ++s.keys_forgotten; });
    moves([](State& s) { ++s.hubs[0].capacity[2].used; });
    moves([](State& s) { ++s.hubs[0].feed_head; });
    moves([](State& s) { ++s.hubs[0].open_offers; });
    moves([](State& s) { s.hubs[0].profile.slug.bytes[3] = 'x'; });
    moves([](State& s) { s.hubs[0].profile.languages.words[3] ^= 1; });
    moves([](State& s) { ++s.hubs[0].profile.age_max; });
    moves([](State& s) { ++s.referrals[0].version; });
    moves([](State& s) { ++s.referrals[0].key_slot; });
    moves([](State& s) { s.referrals[0].needs[7].outcome = Outcome::other; });
    moves([](State& s) { ++s.referrals[0].ask.refused_hubs[1].low; });
    moves([](State& s) { s.offers[0].reason = Reason::other; });
    moves([](State& s) { ++s.offers[0].answered.ms; });
    moves([](State& s) { ++s.offers[0].units[1]; });
    moves([](State& s) { ++s.practices[0].feed_head; });
    moves([](State& s) { ++s.keys_by_age[0].key.high; });
    moves([](State& s) { ++s.remembered[0].fingerprint; });
    moves([](State& s) { s.offers.push_back(s.offers[0]); });
}

TEST(PracticeKey, DifferentCodesAreDifferentKeys) {
    EXPECT_NE(key_of(PracticeCode("A81001")), key_of(PracticeCode("A81002")));
    EXPECT_NE(key_of(PracticeCode("A")), key_of(PracticeCode(std::string_view("A\0", 2))));
    EXPECT_NE(key_of(PracticeCode("ABCDEFGHIJKL")), key_of(PracticeCode("BBCDEFGHIJKL")));
}

TEST(State, AHoleInTheEventsAborts) {
    State state;
    const Event event = PolicyAdopted{};
    EXPECT_DEATH(apply(state, event, 2, 2, Timestamp{1}), "out of order");
    EXPECT_DEATH(apply(state, CapacityReported{HubIndex{0}, 2}, 1, 1, Timestamp{1}), "hole");
}

TEST(State, AUnitThatIsNotThereIsNeverPromised) {
    World world;
    world.hub("near").places(0);
    world.refer().send();
    State state = world.state();
    Offered event;
    event.on = {ReferralIndex{0}, OfferIndex{0}, HubIndex{0}, 3, state.hubs[0].feed_head + 1};
    event.needs = 1;
    event.units = {1, 0, 0};
    EXPECT_DEATH(apply(state, event, state.last + 1, state.last + 1, state.last_time),
                 "promised that nobody vouches for");
}

}  // namespace
}  // namespace hubward::test
