// SPDX-License-Identifier: Apache-2.0
#include "server/metrics/recent.hpp"

#include <gtest/gtest.h>

namespace hubward::server::metrics {
namespace {

constexpr std::int64_t second_ms = 1'000;
constexpr std::int64_t second_ns = 1'000'000'000;

// A house whose numbers a test moves by hand, looked at every five seconds.
struct House {
    Stages stages{1};
    matcher::PipelineStats pipeline;
    http::ServerStats http;
    FeedNumbers feed;
    storage::StoreStats store;
    bool ready = true;
    Recent recent;
    std::int64_t seconds = 0;

    void look() {
        Sources sources;
        sources.stages = &stages;
        sources.pipeline = &pipeline;
        sources.http = &http;
        sources.store = [this] { return store; };
        sources.feed = [this] { return feed; };
        sources.ready = [this] { return ready; };
        recent.take(sources, seconds * second_ms, seconds * second_ns);
        seconds += 5;
    }
    void answer(unsigned times, std::int64_t took_ns) {
        for (unsigned i = 0; i < times; ++i) {
            stages.answered(0, Walk{1, 2, {3, 4, took_ns - 1}, took_ns + 1, {}});
        }
        pipeline.commands += times;
    }
};

TEST(Recent, IsEmptyBeforeTheFirstLook) {
    const Picture picture = Recent().picture();
    EXPECT_TRUE(picture.samples.empty());
    EXPECT_TRUE(picture.happened.empty());
    EXPECT_EQ(picture.stages[0].count, 0U);
}

TEST(Recent, TellsRatesAndTimesSinceTheLookBefore) {
    House house;
    house.look();
    house.answer(50, 2'000'000);
    house.pipeline.events += 100;
    house.look();
    house.look();
    const Picture picture = house.recent.picture();
    ASSERT_EQ(picture.samples.size(), 3U);
    EXPECT_DOUBLE_EQ(picture.samples[1].commands_per_s, 10);
    EXPECT_DOUBLE_EQ(picture.samples[1].events_per_s, 20);
    EXPECT_GE(picture.samples[1].most_ns, 2'000'000U);
    EXPECT_LT(picture.samples[1].most_ns, 2'600'000U);
    EXPECT_EQ(picture.samples[2].most_ns, 0U) << "nothing was answered in the last span";
    EXPECT_EQ(picture.minute_commands, 50U);
}

// Whatever happens in a year, the ring holds a quarter of an hour, in order.
TEST(Recent, ForgetsWhatIsOlderThanTheRing) {
    House house;
    for (std::size_t i = 0; i < samples_max + 40; ++i) {
        house.pipeline.queue_depth = i;
        house.look();
    }
    const Picture picture = house.recent.picture();
    ASSERT_EQ(picture.samples.size(), samples_max);
    EXPECT_EQ(picture.samples.front().queue_depth, 40U);
    EXPECT_EQ(picture.samples.back().queue_depth, samples_max + 39);
    EXPECT_EQ(picture.samples.back().at_ms - picture.samples.front().at_ms, 895 * second_ms);
}

TEST(Recent, StagesAreThoseOfTheLastQuarterOfAnHour) {
    House house;
    house.look();
    house.answer(1'000, 900'000'000);  // a bad minute, long ago
    for (int i = 0; i < 16 * 12 + 1; ++i) {
        house.look();
    }
    house.answer(100, 1'000'000);
    house.look();
    const Picture picture = house.recent.picture();
    const HistogramCounts& total = picture.stages[static_cast<std::size_t>(Stage::total)];
    EXPECT_EQ(total.count, 100U);
    EXPECT_LT(total.quantile_ns(0.99), 2'000'000U);
}

TEST(Recent, ListsWhatIsOutOfTheOrdinaryNewestFirst) {
    House house;
    house.look();
    house.feed.cut_off = 3;
    house.look();
    house.ready = false;
    house.store.sync_failures = 1;
    house.look();
    house.ready = true;
    house.look();
    const Picture picture = house.recent.picture();
    ASSERT_EQ(picture.happened.size(), 5U);
    EXPECT_EQ(picture.happened[0].what, Happening::ready);
    EXPECT_EQ(picture.happened[1].what, Happening::not_ready);
    EXPECT_EQ(picture.happened[2].what, Happening::sync_failed);
    EXPECT_EQ(picture.happened[3].what, Happening::cut_off);
    EXPECT_EQ(picture.happened[3].count, 3U);
    EXPECT_EQ(picture.happened[4].what, Happening::started);
    for (std::size_t i = 0; i < happenings_max + 10; ++i) {
        ++house.http.guard_refusals;
        house.look();
    }
    EXPECT_EQ(house.recent.picture().happened.size(), happenings_max);
    EXPECT_EQ(house.recent.picture().happened.back().what, Happening::unsound);
}

}  // namespace
}  // namespace hubward::server::metrics
