// SPDX-License-Identifier: Apache-2.0
//
// The rules of hubward.feed.v1 about what a subscriber gets, held by the real feed over fake ends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>

#include <fmt/format.h>

#include "tests/feed/rig.hpp"

namespace hubward::tests {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string subscribe(std::string_view after, unsigned window = 64) {
    return fmt::format(R"({{"t":"subscribe","ref":1,"stream":"hub/library","after":{},"window":{}}})",
                       after, window);
}
std::string ack(std::uint64_t seq) {
    return fmt::format(R"({{"t":"ack","stream":"hub/library","seq":{}}})", seq);
}
std::string from(std::uint64_t seq, std::string_view epoch = "e1") {
    return fmt::format(R"({{"epoch":"{}","seq":{}}})", epoch, seq);
}
std::vector<std::uint64_t> numbers(std::uint64_t first, std::uint64_t last) {
    std::vector<std::uint64_t> out;
    for (std::uint64_t i = first; i <= last; ++i) {
        out.push_back(i);
    }
    return out;
}

// R1: replay and live together give every number once and in order.
TEST(Stream, GivesEveryNumberAcrossReplayAndLive) {
    Rig rig;
    rig.happen(100);
    auto client = rig.library();
    client.say(subscribe(from(40)));
    rig.happen(5);  // while the replay is under way
    rig.run();
    client.say(ack(104));
    rig.happen(3);
    EXPECT_EQ(client.socket->seqs(), numbers(41, 108));
}

// R1 under random interleavings of events, acks, stuck sockets and reconnects; the seed prints.
TEST(Stream, KeepsEveryNumberThroughTroubleAtRandom) {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        SCOPED_TRACE(fmt::format("seed {}", seed));
        std::uint64_t x = seed * 0x9E37'79B9'7F4A'7C15ULL;
        const auto roll = [&x](std::uint64_t n) {
            x ^= x << 13U, x ^= x >> 7U, x ^= x << 17U;
            return x % n;
        };
        Rig rig;
        std::vector<std::uint64_t> got;
        std::optional<Rig::Client> client;
        std::size_t happened = 0;
        const auto take = [&] {
            for (const std::uint64_t seq : client->socket->seqs()) {
                if (got.empty() || seq > got.back()) {
                    got.push_back(seq);
                } else {
                    ASSERT_LE(seq, got.back());  // a number the client has had
                }
            }
            client->socket->frames.clear();
        };
        for (int step = 0; step < 300; ++step) {
            if (!client) {
                client.emplace(rig.library());
                client->say(subscribe(from(got.empty() ? 0 : got.back()), 1 + static_cast<unsigned>(roll(80))));
                ASSERT_THAT(client->socket->with("subscribed").at(0), HasSubstr("\"recovered\":true"));
            }
            switch (roll(6)) {
                case 0:
                case 1: {
                    const auto n = 1 + roll(90);
                    rig.happen(n);
                    happened += n;
                    break;
                }
                case 2:
                    client->socket->stuck = true;
                    break;
                case 3:
                    client->socket->unstick();
                    rig.pass(std::chrono::milliseconds(100));
                    break;
                case 4:
                    take();
                    if (!got.empty()) {
                        client->say(ack(got.back()));
                    }
                    rig.clock.advance(std::chrono::milliseconds(100));
                    break;
                default:
                    if (roll(4) == 0) {
                        take();
                        client.reset();
                    }
                    break;
            }
            rig.run();
            if (client && client->socket->closed != 0) {
                take();  // cut off for its silence: it comes again
                client.reset();
            }
        }
        if (client) {
            take();
        }
        client.emplace(rig.library());
        client->say(subscribe(from(got.empty() ? 0 : got.back())));
        for (std::size_t i = 0; i < happened && got.size() < happened; ++i) {
            rig.pass(std::chrono::milliseconds(100));
            take();
            client->say(ack(got.back()));
            rig.run();
        }
        EXPECT_EQ(got, numbers(1, happened));
    }
}

// R3: the position stands even when there has never been an event.
TEST(Stream, ResumesAStreamWithoutEvents) {
    Rig rig;
    {
        auto first = rig.library();
        first.say(subscribe("\"latest\""));
        EXPECT_THAT(first.socket->last(), HasSubstr(R"("epoch":"e1","after":0,"head":0)"));
    }
    auto again = rig.library();
    again.say(subscribe(from(0)));
    EXPECT_THAT(again.socket->last(), HasSubstr("\"recovered\":true"));
    rig.happen();
    EXPECT_THAT(again.socket->seqs(), ElementsAre(1));
}

// R2: each loss is told by name, with the place to load the present state from; nothing is replayed.
TEST(Stream, TellsWhyItCannotRecover) {
    Rig rig;
    rig.happen(10);
    const auto answer = [&rig](const std::string& after) {
        auto client = rig.library();
        client.say(subscribe(after));
        rig.run();
        EXPECT_TRUE(client.socket->seqs().empty());
        return client.socket->last();
    };
    EXPECT_THAT(answer("\"latest\""), HasSubstr(R"("recovered":false,"reason":"fresh")"));
    EXPECT_THAT(answer(from(11)), HasSubstr(R"("recovered":false,"reason":"ahead")"));
    EXPECT_THAT(answer(from(3, "old")), HasSubstr(R"("recovered":false,"reason":"epoch_changed")"));
    rig.log.forget_before("hub/library", 6);
    EXPECT_THAT(answer(from(3)), HasSubstr(R"("recovered":false,"reason":"truncated")"));
    EXPECT_THAT(answer(from(3)),
                HasSubstr(R"("snapshot_url":"http://test/v1/hubs/library/offers")"));
}

// R4: the window bounds what is under way, and an ack opens it again.
TEST(Stream, SendsNoMoreThanTheWindow) {
    Rig rig;
    auto client = rig.library();
    client.say(subscribe("\"earliest\"", 8));
    rig.happen(500);
    EXPECT_EQ(client.socket->seqs(), numbers(1, 8));
    client.say(ack(3));
    rig.run();
    EXPECT_EQ(client.socket->seqs(), numbers(1, 11));
    client.say(ack(12));
    EXPECT_THAT(client.socket->last(), HasSubstr("above what was sent"));
}

// R4: whoever does not read costs a bounded queue, however much happens.
TEST(Stream, KeepsTheQueueOfASlowReaderShort) {
    Rig rig;
    auto slow = rig.library();
    auto quick = rig.library();
    slow.say(subscribe("\"earliest\"", 1024));
    quick.say(subscribe("\"earliest\"", 1024));
    slow.socket->stuck = true;
    for (std::uint64_t i = 1; i <= 40; ++i) {
        rig.happen(100);
        quick.say(ack(i * 100));
        // It reads nothing, and is alive: on a slow machine the clockwork runs here, too.
        slow.say(R"({"t":"hb"})");
        rig.clock.advance(std::chrono::seconds(1));
        rig.run();
    }
    EXPECT_EQ(quick.socket->seqs(), numbers(1, 4000));
    EXPECT_LE(slow.socket->frames.size(), 70u);
    // … and it loses nothing once it reads again.
    slow.socket->unstick();
    for (std::uint64_t i = 0; i < 200 && slow.socket->seqs().size() < 4000; ++i) {
        rig.pass(std::chrono::milliseconds(100));
        slow.say(ack(slow.socket->seqs().back()));
        rig.run();
    }
    EXPECT_EQ(slow.socket->seqs(), numbers(1, 4000));
}

TEST(Stream, MakesOneFrameForAllSubscribers) {
    Rig rig;
    auto a = rig.library();
    auto b = rig.client(rig.token(matcher::Role::ops, "root"));
    a.say(subscribe("\"latest\""));
    b.say(subscribe("\"latest\""));
    rig.happen(10);
    EXPECT_EQ(rig.encoded, 10u);
    EXPECT_EQ(a.socket->frames.back().get(), b.socket->frames.back().get()) << "the same bytes";
    EXPECT_EQ(rig.feed.stats().events_sent, 20u);
}

TEST(Stream, EncodesNothingForAStreamWithoutSubscribers) {
    Rig rig;
    auto hall = rig.client(rig.token(matcher::Role::hub, "church-hall"));
    hall.say(R"({"t":"subscribe","stream":"hub/church-hall","after":"latest"})");
    rig.happen(10);
    EXPECT_EQ(rig.encoded, 0u);
    EXPECT_TRUE(hall.socket->seqs().empty());
}

// The mailbox of the engine thread is bounded: what does not fit is read from the log.
TEST(Stream, LosesNothingWhenTheLoopIsSlow) {
    Rig rig;
    auto client = rig.library();
    client.say(subscribe("\"earliest\"", 1024));
    for (int i = 0; i < 1000; ++i) {
        rig.feed.publish(rig.log.append("hub/library", matcher::HubIndex{0}), matcher::StageTimes{});
    }
    rig.run();
    EXPECT_EQ(client.socket->seqs(), numbers(1, 1000));
}

TEST(Stream, GoesOnWhenTheLogCouldNotBeReadForAMoment) {
    Rig rig;
    rig.happen(3);
    rig.log.unreadable = true;
    const auto client = rig.library();
    client.say(subscribe(from(0)));
    rig.run();
    EXPECT_TRUE(client.socket->seqs().empty());
    rig.log.unreadable = false;
    rig.pass(std::chrono::milliseconds(100));
    EXPECT_EQ(client.socket->seqs(), numbers(1, 3)) << "no event came to wake it";
}

// Else nobody on this thread were sent anything behind a pause any more, and nobody told.
TEST(Stream, WhatEndsItsClockworkEndsTheProgram) {
    server::feed::FeedTimes times;
    times.tick = std::chrono::milliseconds(1);
    Rig rig(times);
    rig.happen(3);
    rig.log.unreadable = true;
    const auto client = rig.library();
    client.say(subscribe(from(0)));
    rig.run();  // the next to look for it is the clockwork
    rig.log.unreadable = false;
    rig.encodes = false;
    rig.loop.restart();
    EXPECT_THROW(rig.loop.run_for(std::chrono::seconds(20)), std::runtime_error);
}

// Whoever subscribes asks the log, which is ahead of the mail: the head it finds is no news to the topic then.
TEST(Stream, GivesAnEventThatALaterSubscriberSawFirst) {
    Rig rig;
    const auto early = rig.library();
    early.say(subscribe("\"latest\""));
    rig.feed.publish(rig.log.append("hub/library", matcher::HubIndex{0}), matcher::StageTimes{});
    const auto late = rig.library();
    late.say(subscribe("\"latest\""));
    rig.run();
    EXPECT_EQ(early.socket->seqs(), numbers(1, 1));
    EXPECT_TRUE(late.socket->seqs().empty());
}

TEST(Stream, EndsTheConnectionWhenTheNextEventIsGone) {
    Rig rig;
    auto client = rig.library();
    client.say(subscribe("\"earliest\"", 1));
    rig.happen(200);
    rig.happen(200);  // the newest 256 frames are at hand, the second event is not
    rig.log.forget_before("hub/library", 100);
    client.say(ack(1));
    rig.run();
    EXPECT_EQ(client.socket->closed, 4408);
}

TEST(Stream, UnsubscribeEndsIt) {
    Rig rig;
    auto client = rig.library();
    client.say(subscribe("\"latest\""));
    rig.happen();
    client.say(R"({"t":"unsubscribe","stream":"hub/library"})");
    rig.happen();
    EXPECT_THAT(client.socket->seqs(), ElementsAre(1));
}

// For the thread sanitizer: the engine publishes while the loop runs.
TEST(Stream, TakesBatchesFromAnotherThread) {
    Rig rig;
    auto client = rig.library();
    client.say(subscribe("\"earliest\"", 1024));
    std::atomic<bool> done{false};
    std::thread engine([&] {
        for (int i = 0; i < 1000; ++i) {
            rig.feed.publish(rig.log.append("hub/library", matcher::HubIndex{0}),
                             matcher::StageTimes{});
            (void)rig.feed.stats();
        }
        done = true;
    });
    while (!done) {
        rig.run();
    }
    engine.join();
    rig.run();
    EXPECT_EQ(client.socket->seqs(), numbers(1, 1000));
}

}  // namespace
}  // namespace hubward::tests
