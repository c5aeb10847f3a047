// SPDX-License-Identifier: Apache-2.0
//
// Whose turn it is: a backlog goes out without waiting for a clock, in order, and keeps nobody from theirs. Each
// test looks once, as one tick does; whatever else is to be sent must follow from that.
#include "server/outbound/deliveries.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "server/outbound/limits.hpp"
#include "tests/outbound/no_vault.hpp"
#include "tests/outbound/receiver.hpp"
#include "tests/storage/scratch.hpp"
#include "tests/support/manual_clock.hpp"

namespace hubward::server::outbound {
namespace {

constexpr std::string_view kind = "numbered";
constexpr std::uint64_t backlog = 300;

// Streams of `backlog` events each.
class FullLog final : public storage::EventLog {
  public:
    FullLog() {
        auto batch = std::make_shared<matcher::Batch>();
        batch->entries.emplace_back();
        batch->events.emplace_back(matcher::CapacityReported{});
        batch_ = std::move(batch);
    }
    std::optional<storage::StreamEvent> entry(matcher::Sequence) override { return std::nullopt; }
    storage::StreamBounds bounds(std::string_view) override { return {.epoch = "one", .floor = 1, .head = backlog}; }
    void show_up_to(matcher::Sequence) override {}
    std::vector<storage::StreamEvent> read(std::string_view, std::uint64_t after, std::size_t limit) override {
        ++reads;
        std::vector<storage::StreamEvent> events;
        while (after < backlog && events.size() < limit) {
            ++after;
            events.push_back({after, after, batch_, &batch_->entries.front(), &batch_->events.front()});
        }
        return events;
    }
    std::vector<storage::StreamEvent> of_referral(matcher::ReferralIndex) override { return {}; }
    std::size_t reads = 0;

  private:
    matcher::SharedBatch batch_;
};

class Turns : public testing::Test {
  protected:
    void SetUp() override {
        services.client.addresses = *AddressRules::of({"127.0.0.0/8"});
        services.client.authorities_file = (scratch / "receiver.pem").string();
    }
    void target(const std::string& name) {
        storage::OutboundTarget made;
        made.id = name;
        made.kind = kind;
        made.stream = "practice/" + name;
        made.url = receiver.url("/" + name);
        made.epoch = "one";
        targets.push_back(made);
    }
    // One look, and all that follows from it. wanted: which numbers are any of the target's business.
    void look_once(const std::function<bool(std::uint64_t)>& wanted = [](std::uint64_t) { return true; }) {
        const Trust trust = *Trust::of(services.client);
        auto book = *storage::OutboundBook::open(scratch / "outbound");
        ASSERT_TRUE(book.save(targets));
        boost::asio::io_context context{1};
        Deliveries deliveries(services, std::move(book), *storage::TargetLedger::open({}), trust, names);
        const auto render = [&](const storage::OutboundTarget&, const storage::StreamEvent& event, std::uint64_t) {
            return wanted(event.seq) ? std::optional(Outgoing{{}, std::to_string(event.seq)}) : std::nullopt;
        };
        deliveries.add_kind(kind, {render, {}});
        ASSERT_TRUE(deliveries.load());
        deliveries.look(context.get_executor());
        context.run();
        delivered = deliveries.numbers().delivered;
        receiver.stop();
    }
    std::vector<std::string> bodies(const std::string& path) const {
        std::vector<std::string> found;
        for (const Receiver::Taken& one : receiver.taken) {
            if (one.path == path) {
                found.push_back(one.body);
            }
        }
        return found;
    }
    static std::vector<std::string> numbers_up_to(std::uint64_t last, std::uint64_t step = 1) {
        std::vector<std::string> all;
        for (std::uint64_t n = step; n <= last; n += step) {
            all.push_back(std::to_string(n));
        }
        return all;
    }

    storage::testing::Scratch scratch;
    Receiver receiver{scratch / "receiver.pem"};
    std::vector<storage::OutboundTarget> targets;
    FullLog events;
    NoVault vault;
    test::ManualClock clock;
    Services services{.events = events, .vault = vault, .clock = clock, .encode = {}, .veiled = {}, .client = {},
                      .told = [](std::string_view, std::string_view) {}};
    Names names;
    std::uint64_t delivered = 0;
};

TEST_F(Turns, ABacklogGoesOutOnOneConnectionWhileNobodyElseWaits) {
    target("a");
    look_once();
    EXPECT_EQ(bodies("/a"), numbers_up_to(backlog));
    EXPECT_EQ(receiver.connections, 1U);
    EXPECT_EQ(delivered, backlog);
    EXPECT_LE(events.reads, backlog / limits::page_events + 2) << "each event is read ahead once";
}

TEST_F(Turns, WhoWaitsForATurnGetsItWhenOneEndsAndNotAtTheNextTick) {
    services.concurrency = 1;
    for (const char* name : {"a", "b", "c"}) {
        target(name);
    }
    look_once();
    for (const char* path : {"/a", "/b", "/c"}) {
        EXPECT_EQ(bodies(path), numbers_up_to(backlog)) << path;
    }
    // In turns of 64, one after the other, until each is done.
    std::size_t run = 0;
    for (std::size_t i = 0; i < receiver.taken.size(); ++i) {
        run = i != 0 && receiver.taken[i].path == receiver.taken[i - 1].path ? run + 1 : 1;
        EXPECT_LE(run, limits::turn_messages_max);
    }
    EXPECT_EQ(receiver.connections, 3 * (backlog / limits::turn_messages_max + 1));
}

TEST_F(Turns, WhatIsNoneOfItsBusinessIsPassedOverAndReadOnce) {
    target("a");
    look_once([](std::uint64_t seq) { return seq % 7 == 0; });
    EXPECT_EQ(bodies("/a"), numbers_up_to(backlog, 7));
    EXPECT_LE(events.reads, backlog / limits::page_events + 2);
}

TEST_F(Turns, WhoTakesLongForEachMessageGivesWayByTime) {
    services.concurrency = 1;
    target("slow");
    target("quick");
    look_once([this](std::uint64_t seq) {
        clock.advance(std::chrono::seconds(1));  // in which a message is taken
        return seq <= 20;
    });
    ASSERT_GT(receiver.taken.size(), 4U);
    EXPECT_EQ(receiver.taken[1].path, "/slow");
    EXPECT_EQ(receiver.taken[2].path, "/quick") << "after two seconds";
    EXPECT_EQ(receiver.taken[4].path, "/slow");
    EXPECT_EQ(bodies("/slow"), numbers_up_to(20)) << "and nothing is left out";
}

// It says neither how long its body is nor that it ends, and keeps the connection open.
TEST_F(Turns, AnAnswerWithoutAnEndIsNoWaitForTheDeadline) {
    services.client.deadline = std::chrono::minutes(10);  // longer than this test may take
    receiver.answer = "HTTP/1.1 200 OK\r\n\r\n";
    target("a");
    look_once([](std::uint64_t seq) { return seq <= 2; });
    EXPECT_EQ(bodies("/a"), numbers_up_to(2));
    EXPECT_EQ(delivered, 2U);
}

// More of the answer than may be kept, in the two places that count neither as header nor as body. The status was
// there before, so the message is delivered; the connection is not used again.
class Floods : public Turns, public testing::WithParamInterface<std::string> {};

TEST_P(Floods, OfAReceiverAreCutAndNotKept) {
    constexpr std::size_t mib = 1U << 20U;
    services.client.deadline = std::chrono::minutes(10);  // longer than this test may take
    receiver.answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + GetParam();
    receiver.flood_bytes = 8 * mib;
    target("a");
    look_once([](std::uint64_t seq) { return seq <= 2; });
    EXPECT_EQ(receiver.floods_taken, 0U);
    EXPECT_EQ(receiver.connections, 2U);
    EXPECT_EQ(delivered, 2U);
}
INSTANTIATE_TEST_SUITE_P(Outbound, Floods, testing::Values("1;", "0\r\nX: "), [](const auto& flood) {
    return flood.index == 0 ? "BesideTheSizeOfAChunk" : "BehindTheLastChunk";
});

}  // namespace
}  // namespace hubward::server::outbound
