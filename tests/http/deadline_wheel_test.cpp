// SPDX-License-Identifier: Apache-2.0
#include "server/http/deadline_wheel.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <vector>

namespace hubward::server::http {
namespace {

class Watched final : public DeadlineWheel::Entry {
  public:
    int fired = 0;
    std::function<void()> then;

  private:
    void expired() override {
        ++fired;
        if (then) {
            then();
        }
    }
};

TEST(DeadlineWheel, FiresOnceAndNeverEarly) {
    DeadlineWheel wheel(5'000);
    Watched entry;
    wheel.set(entry, 5'250);
    wheel.advance(5'249);
    EXPECT_EQ(entry.fired, 0);
    wheel.advance(5'300);
    EXPECT_EQ(entry.fired, 1);
    wheel.advance(500'000);
    EXPECT_EQ(entry.fired, 1);
}

TEST(DeadlineWheel, ALaterDeadlineReplacesTheEarlier) {
    DeadlineWheel wheel(0);
    Watched entry;
    wheel.set(entry, 200);
    wheel.set(entry, 900);
    wheel.advance(800);
    EXPECT_EQ(entry.fired, 0);
    wheel.advance(900);
    EXPECT_EQ(entry.fired, 1);
}

TEST(DeadlineWheel, ANearerDeadlineIsNotForgottenBehindAFarOne) {
    DeadlineWheel wheel(0);
    Watched entry;
    wheel.set(entry, 60'000);
    wheel.set(entry, 300);
    wheel.advance(300);
    EXPECT_EQ(entry.fired, 1);
}

TEST(DeadlineWheel, AClearedDeadlineDoesNotFire) {
    DeadlineWheel wheel(0);
    Watched entry;
    wheel.set(entry, 300);
    wheel.clear(entry);
    wheel.advance(1'000);
    EXPECT_EQ(entry.fired, 0);
    wheel.set(entry, 1'200);
    wheel.advance(1'200);
    EXPECT_EQ(entry.fired, 1);
}

TEST(DeadlineWheel, DeadlinesBeyondOneTurnComeRoundAgain) {
    DeadlineWheel wheel(0);
    Watched entry;
    wheel.set(entry, 250'000);
    for (std::int64_t now = 0; now < 250'000; now += 100) {
        wheel.advance(now);
    }
    EXPECT_EQ(entry.fired, 0);
    wheel.advance(250'000);
    EXPECT_EQ(entry.fired, 1);
}

TEST(DeadlineWheel, AfterALongPauseEverythingDueFires) {
    DeadlineWheel wheel(0);
    Watched near;
    Watched far;
    wheel.set(near, 300);
    wheel.set(far, 90'000);
    wheel.advance(10'000'000);
    EXPECT_EQ(near.fired, 1);
    EXPECT_EQ(far.fired, 1);
}

TEST(DeadlineWheel, AnEntryMaySetAnotherDeadlineWhenItFires) {
    DeadlineWheel wheel(0);
    Watched entry;
    entry.then = [&] { wheel.set(entry, 700); };
    wheel.set(entry, 300);
    wheel.advance(300);
    entry.then = nullptr;
    wheel.advance(700);
    EXPECT_EQ(entry.fired, 2);
}

TEST(DeadlineWheel, ADestroyedEntryLeavesTheWheel) {
    DeadlineWheel wheel(0);
    Watched before;
    auto gone = std::make_unique<Watched>();
    Watched after;
    wheel.set(before, 300);
    wheel.set(*gone, 300);
    wheel.set(after, 300);
    gone.reset();
    wheel.advance(300);
    EXPECT_EQ(before.fired, 1);
    EXPECT_EQ(after.fired, 1);
}

// Against the plain way: look at every entry at every tick.
TEST(DeadlineWheel, AgreesWithTheNaiveTwin) {
    const unsigned seed = std::random_device()();
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    DeadlineWheel wheel(0);
    std::vector<std::unique_ptr<Watched>> entries;
    std::vector<std::optional<std::int64_t>> deadlines(200);
    std::vector<int> fired(200);
    for (std::size_t i = 0; i < deadlines.size(); ++i) {
        entries.push_back(std::make_unique<Watched>());
    }
    for (std::int64_t now = 0; now < 400'000; now += 100) {
        for (int change = 0; change < 3; ++change) {
            const std::size_t i = random() % entries.size();
            if (random() % 4 == 0) {
                wheel.clear(*entries[i]);
                deadlines[i].reset();
            } else {
                deadlines[i] = now + 1 + static_cast<std::int64_t>(random() % 200'000);
                wheel.set(*entries[i], *deadlines[i]);
            }
        }
        wheel.advance(now + 100);
        for (std::size_t i = 0; i < entries.size(); ++i) {
            if (deadlines[i] && *deadlines[i] <= now + 100) {
                deadlines[i].reset();
                ++fired[i];
            }
            ASSERT_EQ(entries[i]->fired, fired[i]) << "entry " << i << " at " << now;
        }
    }
}

}  // namespace
}  // namespace hubward::server::http
