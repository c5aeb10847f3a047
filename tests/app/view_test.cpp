// SPDX-License-Identifier: Apache-2.0
//
// The view is the fold of what was durable: equal to the engine's own state, and its listings equal
// to what a look through the whole state would give.
#include "server/view.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "matcher/engine.hpp"
#include "tests/support/generator.hpp"
#include "tests/support/manual_clock.hpp"

namespace hubward::server {
namespace {

using matcher::State;

void expect_listings(const View& view) {
    const State& state = view.state();
    std::map<std::string, std::vector<matcher::ReferralIndex>> by_practice;
    std::vector<matcher::ReferralIndex> gaps;
    std::vector<matcher::ReferralIndex> with_people;
    for (std::uint32_t i = 0; i < state.referrals.size(); ++i) {
        const matcher::Referral& referral = state.referrals[i];
        by_practice[std::string(referral.practice.view())].push_back(matcher::ReferralIndex{i});
        for (std::size_t n = 0; n < referral.ask.need_count; ++n) {
            if (referral.needs[n].status == matcher::NeedStatus::gap) {
                gaps.push_back(matcher::ReferralIndex{i});
                break;
            }
        }
        const bool live = referral.status == matcher::ReferralStatus::active ||
                          referral.status == matcher::ReferralStatus::on_hold;
        for (std::size_t n = 0; live && n < referral.ask.need_count; ++n) {
            if (referral.needs[n].status == matcher::NeedStatus::with_referrer ||
                referral.needs[n].status == matcher::NeedStatus::with_owner) {
                with_people.push_back(matcher::ReferralIndex{i});
                break;
            }
        }
    }
    for (const auto& [code, referrals] : by_practice) {
        EXPECT_EQ(view.of_practice(matcher::PracticeCode(code)), referrals);
    }
    EXPECT_EQ(view.open_gaps(), gaps);
    EXPECT_EQ(view.with_people(), with_people);
    std::map<std::uint32_t, std::vector<matcher::OfferIndex>> by_hub;
    std::uint64_t open = 0;
    for (std::uint32_t i = 0; i < state.offers.size(); ++i) {
        by_hub[static_cast<std::uint32_t>(state.offers[i].hub)].push_back(matcher::OfferIndex{i});
        open += state.offers[i].status == matcher::OfferStatus::requested ||
                        state.offers[i].status == matcher::OfferStatus::received
                    ? 1U
                    : 0U;
    }
    for (const auto& [hub, offers] : by_hub) {
        EXPECT_EQ(view.of_hub(matcher::HubIndex{hub}), offers);
    }
    EXPECT_EQ(view.open_offers(), open);
    for (std::uint32_t i = 0; i < state.hubs.size(); ++i) {
        EXPECT_EQ(view.hub_by_slug(state.hubs[i].profile.slug.view()), matcher::HubIndex{i});
    }
}

// The counts kept event by event are those of a look at every referral.
void expect_numbers(const View& view) {
    const State& state = view.state();
    matcher::NetworkCounts counted;
    for (const matcher::Referral& referral : state.referrals) {
        counted.add(matcher::share_of(state, referral));
    }
    for (const matcher::Hub& hub : state.hubs) {
        counted.add(hub, state.policy, state.last_time);
    }
    EXPECT_TRUE(view.network(state.last_time) == counted);
    // A slow second opinion on the median: the wait of the middle one, sorted.
    std::vector<std::int64_t> waits;
    for (const matcher::Referral& referral : state.referrals) {
        std::int64_t first = INT64_MAX;
        for (const matcher::Offer& offer : state.offers) {
            if (offer.taken && state.at(offer.referral).id == referral.id) {
                first = std::min(first, (offer.answered - referral.created).count());
            }
        }
        if (first != INT64_MAX && referral.status != matcher::ReferralStatus::entered_in_error) {
            waits.push_back(first);
        }
    }
    ASSERT_EQ(counted.accepted, waits.size());
    if (!waits.empty()) {
        std::ranges::sort(waits);
        const auto middle = static_cast<double>(waits[(waits.size() + 1) / 2 - 1]) / 1000;
        const auto told = static_cast<double>(*counted.wait_s(50));
        EXPECT_GE(told, middle);
        EXPECT_LE(told, middle * 1.125 + 1);
    }
}

class ViewFollows : public testing::TestWithParam<std::uint64_t> {};

TEST_P(ViewFollows, TheEngineThroughAnyStream) {
    test::Generator generator(GetParam());
    test::ManualClock clock;
    matcher::Engine engine;
    View view{State{}};
    std::uint64_t most_open = 0;
    std::size_t most_gaps = 0;
    for (int round = 0; round < 400; ++round) {
        auto batch = std::make_shared<matcher::Batch>();
        batch->first = engine.state().last + 1;
        for (int i = 0; i < 5; ++i) {
            matcher::Envelope envelope = generator.next(engine.state());
            (void)engine.step(envelope, clock.now(), *batch);  // refusals leave nothing, and some are wanted
            clock.advance(generator.pause());
        }
        view.apply(*batch);
        ASSERT_EQ(view.state().state_hash(), engine.state().state_hash()) << "round " << round;
        if (round % 20 == 0) {
            expect_listings(view);
        }
        most_open = std::max(most_open, view.open_offers());
        most_gaps = std::max(most_gaps, view.open_gaps().size());
    }
    expect_listings(view);
    expect_numbers(view);
    const View again(engine.state());  // as after a restart
    expect_listings(again);
    EXPECT_TRUE(again.network(view.state().last_time) == view.network(view.state().last_time));
    EXPECT_EQ(again.open_offers(), view.open_offers());
    EXPECT_EQ(again.open_gaps(), view.open_gaps());
    EXPECT_GT(most_open, 0U);
    EXPECT_GT(most_gaps, 0U);
}

INSTANTIATE_TEST_SUITE_P(Seeds, ViewFollows, testing::Values(1, 2, 3, 4, 5, 6));

// Readers who hand over to each other, so that some look is always under way; they end only when the
// writer got in, or when their time is up and it has not.
TEST(View, LooksWithoutAPauseDoNotKeepTheEngineOut) {
    using Clock = std::chrono::steady_clock;
    View view{State{}};
    std::atomic<std::uint64_t> entered{0};
    std::atomic<bool> written{false};
    const auto give_up = Clock::now() + std::chrono::seconds(20);
    const auto look_on = [&] {
        while (!written && Clock::now() < give_up) {
            view.look([&](const View&) {
                const std::uint64_t mine = ++entered;
                const auto next_in = Clock::now() + std::chrono::milliseconds(5);
                while (entered == mine && Clock::now() < next_in) {
                    std::this_thread::yield();
                }
            });
        }
    };
    std::vector<std::thread> readers;
    readers.reserve(3);
    for (int i = 0; i < 3; ++i) {
        readers.emplace_back(look_on);
    }
    while (entered < 100) {
        std::this_thread::yield();
    }
    for (int round = 0; round < 20; ++round) {
        view.apply(matcher::Batch{});
    }
    written = true;
    const bool in_time = Clock::now() < give_up;
    for (std::thread& reader : readers) {
        reader.join();
    }
    EXPECT_TRUE(in_time) << "the engine got in only when nobody looked any more";
}

TEST(View, KnowsNothingOfStrangers) {
    const View view{State{}};
    EXPECT_TRUE(view.of_practice(matcher::PracticeCode("B81001")).empty());
    EXPECT_TRUE(view.of_hub(matcher::HubIndex{3}).empty());
    EXPECT_FALSE(view.hub_by_slug("library"));
}

}  // namespace
}  // namespace hubward::server
