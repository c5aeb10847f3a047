// SPDX-License-Identifier: Apache-2.0
#include "matcher/pipeline.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <array>
#include <atomic>
#include <future>
#include <set>
#include <thread>

#include "matcher/batch_limits.hpp"
#include "matcher/limits.hpp"
#include "tests/matcher/corridor.hpp"
#include "tests/support/fake_journal.hpp"
#include "tests/support/generator.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/recording_outlet.hpp"
#include "tests/support/summary.hpp"
#include "tests/support/world.hpp"

namespace hubward::test {
namespace {

using namespace matcher;
using namespace std::chrono_literals;

TEST(Pipeline, AnswersAfterTheJournalAndInOrder) {
    Corridor c(FakeJournal::Answers::later);
    c.pipeline.start();
    c.submit(c.hub(100));
    for (int i = 0; i < 50; ++i) {
        c.submit(c.referral());
    }
    ASSERT_TRUE(c.outlet.wait_for_answers(51));
    c.pipeline.stop();
    Sequence last = 0;
    for (const auto& delivery : c.outlet.take()) {
        EXPECT_LE(delivery.batch->last(), c.journal.tail().number);
        for (const Answer& answer : delivery.answers) {
            ASSERT_TRUE(answer.result);
            EXPECT_GT(answer.result->number, last);
            last = answer.result->number;
            EXPECT_EQ(delivery.batch->entries[answer.result->entry].number, last);
        }
    }
    EXPECT_EQ(c.state_hash(), c.journal.fold().state_hash());
    EXPECT_EQ(c.pipeline.stats().accepted, 51U);
    EXPECT_EQ(c.pipeline.stats().events, c.journal.tail().number);
    EXPECT_EQ(c.outlet.stops(), 1);
    EXPECT_FALSE(c.pipeline.failed());
}

TEST(Pipeline, NothingIsSaidBeforeItIsDurable) {
    Corridor c(FakeJournal::Answers::by_hand);
    c.submit(c.referral());
    EXPECT_TRUE(c.pipeline.turn());
    EXPECT_EQ(c.outlet.answers(), 0U);
    EXPECT_TRUE(c.journal.complete());
    EXPECT_EQ(c.outlet.answers(), 0U);
    EXPECT_TRUE(c.pipeline.turn());
    EXPECT_EQ(c.outlet.answers(), 1U);
    EXPECT_FALSE(c.pipeline.turn());
}

// A refusal or a resend may rest on something that is not durable yet, so it waits for that.
TEST(Pipeline, ARefusalWaitsForWhatItRestsOn) {
    Corridor c(FakeJournal::Answers::by_hand);
    Envelope first = c.referral();
    Envelope again = first;
    again.ticket.generation = 900;
    c.submit(std::move(first));
    c.pipeline.turn();
    c.submit(std::move(again));
    c.pipeline.turn();
    EXPECT_EQ(c.outlet.answers(), 0U);
    c.journal.complete();
    c.pipeline.turn();
    ASSERT_EQ(c.outlet.answers(), 2U);
    EXPECT_TRUE(c.outlet.answer(900)->result->resend);
}

TEST(Pipeline, AFullDiskCostsTheBatchAndNothingElse) {
    Corridor c;
    c.pipeline.start();
    c.submit(c.hub(5));
    ASSERT_TRUE(c.outlet.wait_for_answers(1));
    c.journal.fail(Append::unavailable);
    const Envelope referral = c.referral();
    const std::uint64_t lost = c.submit(referral);
    ASSERT_TRUE(c.outlet.wait_for_answers(2));
    EXPECT_EQ(c.refusal(lost), Refused::full);
    EXPECT_EQ(c.recoveries, 1);
    EXPECT_FALSE(c.pipeline.failed());
    Envelope again = referral;  // as it was told to
    again.ticket.generation = 900;
    c.submit(std::move(again));
    ASSERT_TRUE(c.outlet.wait_for_answers(3));
    ASSERT_TRUE(c.outlet.answer(900)->result);
    EXPECT_FALSE(c.outlet.answer(900)->result->resend);
    EXPECT_EQ(c.state_hash(), c.journal.fold().state_hash());
}

TEST(Pipeline, WhatWasDecidedOnTopOfALostBatchFallsWithIt) {
    Corridor c(FakeJournal::Answers::by_hand);
    c.journal.fail(Append::unavailable);
    for (int i = 0; i < 3; ++i) {
        c.submit(c.referral());
        c.pipeline.turn();
    }
    EXPECT_EQ(c.journal.waiting(), 3U);
    c.journal.complete();
    c.pipeline.turn();
    EXPECT_EQ(c.outlet.answers(), 0U);  // two are still in flight
    while (c.journal.complete()) {
    }
    c.pipeline.turn();
    EXPECT_EQ(c.outlet.answers(), 3U);
    for (std::uint64_t g = 1; g <= 3; ++g) {
        EXPECT_EQ(c.refusal(g), Refused::full);
    }
    EXPECT_EQ(c.recoveries, 1);
    EXPECT_EQ(c.journal.tail().number, 0U);
}

// While the disk stays full, recovery may not eat the machine: it rests for four times as long.
TEST(Pipeline, RestsAfterARecoveryThatTookLong) {
    FakeJournal journal;
    RecordingOutlet outlet;
    ManualClock clock;
    Corridor maker;
    Pipeline pipeline(Engine(), journal, *journal.claim("test", 10s), outlet, clock, [&] {
        clock.advance(100ms);  // a large state
        return journal.fold();
    });
    journal.fail(Append::unavailable);
    pipeline.try_submit(maker.referral());
    while (pipeline.turn()) {
    }
    pipeline.try_submit(maker.referral());
    while (pipeline.turn()) {
    }
    EXPECT_EQ(outlet.answers(), 2U);
    EXPECT_EQ(journal.tail().number, 0U);
    clock.advance(400ms);
    pipeline.try_submit(maker.referral());
    while (pipeline.turn()) {
    }
    EXPECT_EQ(journal.tail().number, 2U);
}

// A start opens its doors while the engine still takes its copy of what was.
TEST(Pipeline, WhatIsSubmittedBeforeTheEngineHasItsStateWaits) {
    Corridor before;
    before.submit(before.hub(5));
    before.submit(before.referral());
    while (before.pipeline.turn()) {
    }
    FakeJournal& journal = before.journal;
    const Sequence there = journal.tail().number;
    RecordingOutlet outlet;
    ManualClock clock;
    Pipeline pipeline(Engine(), journal, *journal.claim("test", 10s), outlet, clock, [&] { return journal.fold(); });
    std::promise<void> go;
    pipeline.start([&] {
        go.get_future().wait();
        return journal.fold();
    });
    Envelope next = before.referral();
    const std::uint64_t ticket = next.ticket.generation;
    ASSERT_TRUE(pipeline.try_submit(std::move(next)));
    EXPECT_EQ(outlet.answers(), 0U);
    go.set_value();
    ASSERT_TRUE(outlet.wait_for_answers(1));
    ASSERT_TRUE(outlet.answer(ticket)->result) << "decided on what was there";
    EXPECT_EQ(outlet.answer(ticket)->result->number, there + 1);
    pipeline.stop();
    EXPECT_EQ(journal.fold().referrals.size(), 2U);
    EXPECT_EQ(journal.fold().hubs[0].capacity[0].held, 2U);
}

// A hub with ten thousand people closes, and others have asked behind it.
class ManyEvents : public testing::Test {
  protected:
    ManyEvents() {
        c.submit(c.hub(people));
        for (int i = 0; i < people; ++i) {
            c.submit(c.referral());
            if (i % 100 == 0) {
                turn();
            }
        }
        turn();
        EXPECT_EQ(c.pipeline.stats().accepted, std::uint64_t{people} + 1);
        Envelope close;
        close.command = CloseHub{{1, 1}};
        close.ticket.generation = ++c.sent;
        c.submit(close);
        for (std::uint64_t& ticket : behind) {
            ticket = c.submit(c.referral());
        }
    }
    void turn() {
        while (c.pipeline.turn()) {
        }
    }

    static constexpr std::uint16_t people = 10'000;
    Corridor c;
    std::array<std::uint64_t, 3> behind{};
};

// What one command makes may fill a batch: the journal could not take any number of such commands at once.
TEST_F(ManyEvents, FillABatchAndTheOthersGoIntoTheNext) {
    turn();
    const auto written = c.journal.written();
    const SharedBatch& closing = written[written.size() - 2];
    EXPECT_EQ(closing->entries.size(), 1U);
    EXPECT_GE(closing->events.size(), limits::events_per_batch_max);
    EXPECT_EQ(written.back()->entries.size(), behind.size());
    for (const std::uint64_t ticket : behind) {
        EXPECT_TRUE(c.outlet.answer(ticket)->result);
    }
}

TEST_F(ManyEvents, WhoWasLeftForTheNextBatchIsToldWhenTheJournalFails) {
    c.journal.fail(Append::unknown);
    turn();
    EXPECT_TRUE(c.pipeline.failed());
    for (const std::uint64_t ticket : behind) {
        ASSERT_TRUE(c.outlet.answer(ticket));
        EXPECT_EQ(c.refusal(ticket), Refused::journal_failed);
    }
}

class FailStop : public testing::TestWithParam<Append> {};

TEST_P(FailStop, EveryoneIsToldAndNothingGoesOn) {
    Corridor c;
    c.pipeline.start();
    c.submit(c.hub(5));
    ASSERT_TRUE(c.outlet.wait_for_answers(1));
    c.journal.fail(GetParam());
    const std::uint64_t lost = c.submit(c.referral());
    ASSERT_TRUE(c.outlet.wait_for_stop());
    EXPECT_EQ(c.refusal(lost), Refused::journal_failed);
    EXPECT_TRUE(c.pipeline.failed());
    EXPECT_FALSE(c.pipeline.try_submit(c.referral()));
    c.pipeline.stop();
    EXPECT_EQ(c.outlet.stops(), 1);
    EXPECT_EQ(c.outlet.answers(), 2U);
}

INSTANTIATE_TEST_SUITE_P(Pipeline, FailStop,
                         testing::Values(Append::unknown, Append::fenced, Append::refused));

TEST(Pipeline, AnOwnerThatLostItsClaimStops) {
    Corridor c;
    c.pipeline.start();
    (void)c.journal.claim("another", 10s);
    c.submit(c.referral());
    ASSERT_TRUE(c.outlet.wait_for_stop());
    EXPECT_TRUE(c.pipeline.failed());
    EXPECT_EQ(c.journal.tail().number, 0U);
}

TEST(Pipeline, WhatWaitsInTheRingWhenItFailsIsToldToo) {
    Corridor c;
    c.journal.fail(Append::unknown);
    for (std::size_t i = 0; i < 2 * limits::batch_commands_max; ++i) {
        c.submit(c.referral());
    }
    c.pipeline.start();
    ASSERT_TRUE(c.outlet.wait_for_stop());
    EXPECT_EQ(c.outlet.answers(), 2 * limits::batch_commands_max);
}

TEST(Pipeline, KeepsItsWindowAndGoesOnWhenTheJournalAnswers) {
    Corridor c(FakeJournal::Answers::by_hand);
    for (std::size_t i = 0; i < limits::journal_window + 3; ++i) {
        c.submit(c.referral());
        c.pipeline.turn();
    }
    EXPECT_EQ(c.journal.waiting(), limits::journal_window);
    EXPECT_FALSE(c.pipeline.turn());
    c.journal.complete();
    EXPECT_TRUE(c.pipeline.turn());
    EXPECT_EQ(c.journal.waiting(), limits::journal_window);
    EXPECT_EQ(c.outlet.answers(), 1U);
}

TEST(Pipeline, TimeNeverGoesBackHoweverTheClockJumps) {
    Corridor c;
    c.submit(c.referral());
    while (c.pipeline.turn()) {
    }
    c.clock.jump(-5h);
    c.submit(c.referral());
    while (c.pipeline.turn()) {
    }
    const auto written = c.journal.written();
    ASSERT_EQ(written.size(), 2U);
    EXPECT_EQ(written[1]->entries[0].at, written[0]->entries[0].at);
}

TEST(Pipeline, StopAnswersWhatIsInTheRingFirst) {
    Corridor c(FakeJournal::Answers::later);
    for (int i = 0; i < 600; ++i) {
        c.submit(c.referral());
    }
    c.pipeline.start();
    c.pipeline.stop();
    c.pipeline.stop();
    EXPECT_EQ(c.outlet.answers(), 600U);
    EXPECT_EQ(c.outlet.stops(), 1);
    EXPECT_FALSE(c.pipeline.try_submit(c.referral()));
}

TEST(Pipeline, InspectWorksBeforeDuringAndAfter) {
    Corridor c;
    const auto referrals = [&] {
        std::size_t count = 0;
        c.pipeline.inspect([&](const State& state) { count = state.referrals.size(); });
        return count;
    };
    EXPECT_EQ(referrals(), 0U);
    c.pipeline.start();
    EXPECT_EQ(referrals(), 0U);
    c.submit(c.referral());
    ASSERT_TRUE(c.outlet.wait_for_answers(1));
    EXPECT_EQ(referrals(), 1U);
    c.pipeline.stop();
    EXPECT_EQ(referrals(), 1U);
}

TEST(Pipeline, SleepsWhenThereIsNothingToDo) {
    Corridor c;
    c.pipeline.start();
    c.submit(c.referral());
    ASSERT_TRUE(c.outlet.wait_for_answers(1));
    const auto switches_and_ticks = [] {
        rusage usage{};
        getrusage(RUSAGE_SELF, &usage);
        return usage.ru_utime.tv_sec * 1'000'000 + usage.ru_utime.tv_usec +
               usage.ru_stime.tv_sec * 1'000'000 + usage.ru_stime.tv_usec;
    };
    const auto before = switches_and_ticks();
    std::this_thread::sleep_for(200ms);  // the question is what happens when nothing happens
    EXPECT_LT(switches_and_ticks() - before, 50'000);
}

// Threads that submit at random against a journal that fails at random: each is answered once, and
// what was accepted is what is on disk.
TEST(Pipeline, ManySubmittersAndAFlakyJournal) {
    Corridor c(FakeJournal::Answers::later);
    c.pipeline.start();
    c.submit(c.hub(1000));
    ASSERT_TRUE(c.outlet.wait_for_answers(1));
    std::atomic<std::size_t> submitted{1};
    std::vector<std::thread> threads;
    threads.reserve(3);
    for (int t = 0; t < 3; ++t) {
        threads.emplace_back([&, t] {
            Random random(static_cast<std::uint64_t>(t));
            for (int i = 0; i < 400; ++i) {
                if (random.chance(2)) {
                    c.journal.fail(Append::unavailable);
                }
                if (random.chance(3)) {
                    c.pipeline.inspect([](const State& state) { (void)state.state_hash(); });
                }
                if (c.pipeline.try_submit(c.referral())) {
                    ++submitted;
                }
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    ASSERT_TRUE(c.outlet.wait_for_answers(submitted));
    c.pipeline.stop();
    EXPECT_FALSE(c.pipeline.failed());
    EXPECT_EQ(c.outlet.answers(), submitted.load());
    std::set<std::uint64_t> answered;
    std::size_t accepted = 0;
    for (const auto& delivery : c.outlet.take()) {
        for (const Answer& answer : delivery.answers) {
            EXPECT_TRUE(answered.insert(answer.ticket.generation).second);
            accepted += answer.result ? 1U : 0U;
        }
    }
    const State folded = c.journal.fold();
    EXPECT_EQ(folded.referrals.size() + 1, accepted);
    EXPECT_EQ(c.state_hash(), folded.state_hash());
    EXPECT_EQ(broken_rule(folded), "");
}

}  // namespace
}  // namespace hubward::test
