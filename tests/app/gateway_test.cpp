// SPDX-License-Identifier: Apache-2.0
//
// The gateway between a real pipeline on a fake journal and real I/O threads.
#include "server/gateway.hpp"

#include <atomic>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "server/system_clock.hpp"
#include "server/view.hpp"
#include "tests/support/fake_journal.hpp"
#include "tests/support/generator.hpp"

namespace hubward::server {
namespace {

using matcher::Refused;
using Result = std::expected<Done, matcher::Rejection>;
using test::FakeJournal;
using namespace std::chrono_literals;

// Entries out of what the fake journal wrote.
class FakeLog final : public storage::EventLog {
  public:
    explicit FakeLog(const FakeJournal& journal) : journal_(journal) {}
    std::optional<storage::StreamEvent> entry(matcher::Sequence number) override {
        for (const matcher::SharedBatch& batch : journal_.written()) {
            for (const matcher::Entry& entry : batch->entries) {
                if (entry.number == number) {
                    storage::StreamEvent found;
                    found.batch = batch;
                    found.entry = &entry;
                    return found;
                }
            }
        }
        return std::nullopt;
    }
    storage::StreamBounds bounds(std::string_view) override { return {}; }
    std::vector<storage::StreamEvent> read(std::string_view, std::uint64_t, std::size_t) override { return {}; }
    std::vector<storage::StreamEvent> of_referral(matcher::ReferralIndex) override { return {}; }
    void show_up_to(matcher::Sequence) override {}

  private:
    const FakeJournal& journal_;
};

struct IoThread {
    boost::asio::io_context io{1};
    boost::asio::executor_work_guard<http::Executor> work{io.get_executor()};
    std::thread thread{[this] { io.run(); }};
};

class Bridge {
  public:
    explicit Bridge(FakeJournal::Answers answers, GatewayOptions options = {}, unsigned threads = 2)
        : journal(answers), log(journal) {
        view = std::make_unique<View>(matcher::State{});
        gateway = make_gateway(log, clock, std::move(options));
        gateway->listen([this](const matcher::SharedBatch& batch, const matcher::StageTimes&) { view->apply(*batch); });
        pipeline = std::make_unique<matcher::Pipeline>(matcher::Engine{}, journal, *journal.claim("test", 60s),
                                                       *gateway, clock, [this] { return journal.fold(); });
        gateway->attach(*pipeline);
        std::vector<http::Executor> executors;
        for (unsigned i = 0; i < threads; ++i) {
            io.push_back(std::make_unique<IoThread>());
            executors.push_back(io.back()->io.get_executor());
        }
        gateway->serve(std::move(executors));
        pipeline->start();
    }
    ~Bridge() {
        pipeline->stop();
        for (auto& one : io) {
            one->work.reset();
            one->thread.join();
        }
        pipeline.reset();
        gateway.reset();
    }

    // Sends from I/O thread `thread`; `then` runs there with the answer.
    void send(unsigned thread, matcher::Envelope envelope, std::function<void(Result)> then) {
        boost::asio::co_spawn(io[thread]->io.get_executor(), gateway->submit(thread, std::move(envelope)),
                              [then = std::move(then)](const std::exception_ptr& error, Result result) {
                                  EXPECT_FALSE(error);
                                  then(std::move(result));
                              });
    }
    Result ask(unsigned thread, matcher::Envelope envelope) {
        std::atomic<bool> answered{false};
        Result result = std::unexpected(matcher::Rejection{});
        send(thread, std::move(envelope), [&](Result r) {
            result = std::move(r);
            answered.store(true);
            answered.notify_one();
        });
        answered.wait(false);
        return result;
    }

    SystemClock clock;
    FakeJournal journal;
    FakeLog log;
    std::unique_ptr<View> view;
    std::unique_ptr<PipelineGateway> gateway;
    std::unique_ptr<matcher::Pipeline> pipeline;
    std::vector<std::unique_ptr<IoThread>> io;
};

matcher::Envelope hub_named(std::string_view slug) {
    test::Generator generator(7);
    matcher::UpsertHub command = generator.sound_hub(0);
    command.profile.slug = matcher::HubSlug(slug);
    command.profile.id = {1, std::hash<std::string_view>{}(slug)};
    matcher::Envelope envelope;
    envelope.command = command;
    envelope.actor = {matcher::Role::ops, matcher::HubSlug("test")};
    envelope.payload = std::string(slug);
    return envelope;
}

TEST(Gateway, AnswersWithTheDurableEntry) {
    Bridge bridge(FakeJournal::Answers::later);
    const Result done = bridge.ask(1, hub_named("library"));
    ASSERT_TRUE(done);
    ASSERT_NE(done->entry, nullptr);
    EXPECT_EQ(done->entry->payload, "library");
    EXPECT_FALSE(done->resend);
    EXPECT_EQ(bridge.journal.written().size(), 1U);
}

// Whoever is answered finds the effect in the view, from any thread, every time.
TEST(Gateway, AnswersEachOfManyExactlyOnceAndAfterTheView) {
    constexpr unsigned threads = 3;
    constexpr unsigned each = 300;
    Bridge bridge(FakeJournal::Answers::later, {}, threads);
    std::atomic<unsigned> answered{0};
    std::atomic<unsigned> missing{0};
    for (unsigned i = 0; i < threads * each; ++i) {
        const std::string slug = "hub-" + std::to_string(i);
        bridge.send(i % threads, hub_named(slug), [&, slug](Result done) {
            const bool seen = done && done->entry->payload == slug && bridge.view->look([&](const View& v) {
                return v.hub_by_slug(slug).has_value();
            });
            missing += seen ? 0 : 1;
            ++answered;
            answered.notify_one();
        });
    }
    for (unsigned now = 0; (now = answered.load()) < threads * each;) {
        answered.wait(now);
    }
    EXPECT_EQ(missing.load(), 0U);
    EXPECT_EQ(bridge.view->look([](const View& v) { return v.state().hubs.size(); }), threads * each);
}

TEST(Gateway, AnswersAResendWithTheFirstEntry) {
    Bridge bridge(FakeJournal::Answers::later);
    const auto keyed = [] {
        matcher::Envelope envelope = hub_named("library");
        envelope.key = {4, 2};
        envelope.fingerprint = 99;
        return envelope;
    };
    const Result first = bridge.ask(0, keyed());
    const Result second = bridge.ask(1, keyed());
    ASSERT_TRUE(first);
    ASSERT_TRUE(second);
    EXPECT_TRUE(second->resend);
    EXPECT_EQ(second->entry->number, first->entry->number);
    EXPECT_EQ(bridge.journal.written().size(), 1U);
    const auto third = bridge.gateway->submit_and_wait(keyed());
    ASSERT_TRUE(third);
    EXPECT_TRUE(third->resend);
    EXPECT_EQ(third->entry->payload, "library");
}

TEST(Gateway, PassesARefusalOn) {
    Bridge bridge(FakeJournal::Answers::later);
    matcher::Envelope envelope;
    envelope.command = matcher::WithdrawReferral{{1, 2}, matcher::Reason::sent_in_error, 0};
    envelope.actor = {matcher::Role::practice, matcher::HubSlug("B81001")};
    matcher::Envelope again = envelope;
    EXPECT_EQ(bridge.ask(0, std::move(envelope)).error().why, Refused::not_found);
    EXPECT_EQ(bridge.gateway->submit_and_wait(std::move(again)).error().why, Refused::not_found);
}

TEST(Gateway, ATickWithNothingDueIsAnsweredWithoutAnEntry) {
    Bridge bridge(FakeJournal::Answers::later);
    matcher::Envelope envelope;
    envelope.command = matcher::Tick{};
    const auto done = bridge.gateway->submit_and_wait(std::move(envelope));
    ASSERT_TRUE(done);
    EXPECT_EQ(done->entry, nullptr);
    EXPECT_TRUE(bridge.journal.written().empty());
}

// The disk hangs: the waiter goes away with "unknown, ask again"; the late answer finds nobody.
TEST(Gateway, GivesUpAtItsDeadlineAndDropsTheLateAnswer) {
    GatewayOptions options;
    options.deadline = 40ms;
    Bridge bridge(FakeJournal::Answers::by_hand, options);
    const Result late = bridge.ask(0, hub_named("slow"));
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().why, Refused::journal_failed);
    const auto blocked = bridge.gateway->submit_and_wait(hub_named("slow-too"));
    ASSERT_FALSE(blocked);
    EXPECT_EQ(blocked.error().why, Refused::journal_failed);
    // The disk is back: the same cells serve the next ones.
    std::jthread disk([&](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            if (!bridge.journal.complete()) {
                std::this_thread::yield();
            }
        }
    });
    Result next = std::unexpected(matcher::Rejection{});
    for (int tries = 0; tries < 100 && !next; ++tries) {
        next = bridge.ask(0, hub_named("next"));
    }
    EXPECT_TRUE(next);
    bridge.pipeline->stop();
}

// What hubs and people say about those who wait has the rest of the disk.
TEST(Gateway, OnANearlyFullDiskOnlyNewReferralsAreRefused) {
    std::atomic<bool> nearly_full{true};
    GatewayOptions options;
    options.nearly_full = &nearly_full;
    Bridge bridge(FakeJournal::Answers::at_once, options);
    matcher::Envelope referral;
    referral.command = matcher::SubmitReferral{};
    EXPECT_EQ(bridge.ask(0, referral).error().why, Refused::full);
    EXPECT_EQ(bridge.gateway->submit_and_wait(referral).error().why, Refused::full);
    EXPECT_TRUE(bridge.ask(0, hub_named("goes-on")));
    nearly_full = false;
    const Result taken = bridge.ask(0, referral);
    EXPECT_TRUE(taken || taken.error().why != Refused::full);
    bridge.pipeline->stop();
}

// The journal would refuse the record, and all who wait would fall with it.
TEST(Gateway, WhatTheJournalCannotTakeNeverEntersTheRing) {
    Bridge bridge(FakeJournal::Answers::at_once);
    matcher::Envelope largest = hub_named("largest");
    largest.payload.resize(matcher::limits::payload_bytes_max);
    matcher::Envelope larger = hub_named("larger");
    larger.payload.resize(matcher::limits::payload_bytes_max + 1);
    EXPECT_EQ(bridge.ask(0, larger).error().why, Refused::too_large);
    EXPECT_EQ(bridge.gateway->submit_and_wait(larger).error().why, Refused::too_large);
    EXPECT_TRUE(bridge.journal.written().empty());
    EXPECT_TRUE(bridge.ask(0, std::move(largest)));
    EXPECT_FALSE(bridge.pipeline->failed());
    bridge.pipeline->stop();
}

TEST(Gateway, WithAllCellsTakenIsBusyAtOnce) {
    GatewayOptions options;
    options.waiters_max = 2;
    options.deadline = 2s;
    Bridge bridge(FakeJournal::Answers::by_hand, options);
    std::atomic<int> answered{0};
    for (const char* slug : {"one", "two"}) {
        bridge.send(0, hub_named(slug), [&](const Result& done) {
            EXPECT_TRUE(done);
            ++answered;
        });
    }
    const Result third = bridge.ask(0, hub_named("three"));
    ASSERT_FALSE(third);
    EXPECT_EQ(third.error().why, Refused::busy);
    EXPECT_EQ(answered.load(), 0);
    while (answered.load() < 2) {
        if (!bridge.journal.complete()) {
            std::this_thread::yield();
        }
    }
}

TEST(Gateway, TellsWhoeverWaitsWhenTheJournalFails) {
    Bridge bridge(FakeJournal::Answers::later);
    ASSERT_TRUE(bridge.ask(0, hub_named("before")));
    bridge.journal.fail(matcher::Append::refused);
    EXPECT_EQ(bridge.ask(0, hub_named("during")).error().why, Refused::journal_failed);
    EXPECT_EQ(bridge.ask(1, hub_named("after")).error().why, Refused::journal_failed);
    EXPECT_EQ(bridge.gateway->submit_and_wait(hub_named("after")).error().why, Refused::journal_failed);
    EXPECT_TRUE(bridge.pipeline->failed());
    // Nobody is told of what is not on disk.
    EXPECT_FALSE(bridge.view->look([](const View& v) { return v.hub_by_slug("during").has_value(); }));
}

TEST(Gateway, SaysStoppingOnceThePipelineHasStopped) {
    Bridge bridge(FakeJournal::Answers::later);
    bridge.pipeline->stop();
    EXPECT_EQ(bridge.ask(0, hub_named("late")).error().why, Refused::stopping);
    EXPECT_EQ(bridge.gateway->submit_and_wait(hub_named("late")).error().why, Refused::stopping);
}

TEST(Gateway, TellsTheTimesOfEachStageInOrder) {
    std::atomic<bool> ordered{false};
    GatewayOptions options;
    options.observe = [&](unsigned, const Walk& w) {
        ordered = w.received_ns == 5 && w.queued_ns > 0 && w.round.drained_ns >= w.queued_ns &&
                  w.round.decided_ns >= w.round.drained_ns && w.round.durable_ns >= w.round.decided_ns &&
                  w.answered_ns >= w.round.durable_ns;
    };
    Bridge bridge(FakeJournal::Answers::later, options);
    matcher::Envelope envelope = hub_named("library");
    envelope.received_ns = 5;
    ASSERT_TRUE(bridge.ask(0, std::move(envelope)));
    EXPECT_TRUE(ordered.load());
}

}  // namespace
}  // namespace hubward::server
