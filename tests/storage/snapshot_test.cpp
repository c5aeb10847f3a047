// SPDX-License-Identifier: Apache-2.0
//
// A state that fills several parts of a snapshot comes back whole, on one thread as on two.
#include "storage/snapshot.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "matcher/engine.hpp"
#include "storage/disk.hpp"
#include "storage/files.hpp"
#include "tests/storage/scratch.hpp"
#include "tests/storage/wrapped_disk.hpp"
#include "tests/support/generator.hpp"
#include "tests/support/manual_clock.hpp"

namespace hubward::storage::testing {
namespace {

namespace fs = std::filesystem;
using matcher::State;

// So many referrals that each kind of part comes more than once, the last one not full.
struct Lived {
    State state;
    StreamTraces traces;
    StreamIndex streams;  // as they are gathered from the batches
};
const Lived& lived() {
    static const Lived all = [] {
        test::Generator generator(11);
        test::ManualClock clock;
        matcher::Engine engine;
        Lived made;
        while (engine.state().referrals.size() < 5'000) {
            matcher::Batch batch;
            batch.first = engine.state().last + 1;
            for (int i = 0; i < 64; ++i) {
                matcher::Envelope envelope = generator.next(engine.state());
                (void)engine.step(envelope, clock.now(), batch);
                clock.advance(std::chrono::milliseconds(20));  // nobody's time is up, no key is forgotten
            }
            if (!batch.events.empty()) {
                made.traces.add(batch);
                EXPECT_TRUE(made.streams.feed(batch));
            }
        }
        made.state = engine.state();
        return made;
    }();
    return all;
}
const State& full_state() { return lived().state; }

// Counts what is asked for, and fails from the n-th question on.
class FailingReads : public WrappedDisk {
  public:
    std::expected<std::string, std::string> read_part(const Path& path, std::uint64_t offset,
                                                      std::size_t bytes) override {
        if (reads++ >= fails_from) {
            return std::unexpected("read " + path.string() + ": Input/output error");
        }
        return WrappedDisk::read_part(path, offset, bytes);
    }
    int reads = 0;
    int fails_from = 1 << 30;
};

TEST(SnapshotFile, ComesBackWhole) {
    const Scratch scratch;
    const State& state = full_state();
    ASSERT_GT(state.offers.size(), 4'096U);
    ASSERT_GT(state.keys_by_age.size(), 4'096U);
    const Digest chain = blake2b({"a chain"});
    const auto written = write_snapshot(scratch / "snapshots", state, lived().traces, chain);
    ASSERT_TRUE(written) << written.error();
    for (const bool one_thread : {true, false}) {
        const auto read = read_snapshot(written->path, kernel_disk(), one_thread);
        ASSERT_TRUE(read) << read.error();
        EXPECT_EQ(read->chain_head, chain);
        EXPECT_EQ(read->state.state_hash(), state.state_hash());
        EXPECT_TRUE(read->state.timers == state.timers);
        EXPECT_TRUE(read->state.waiting == state.waiting);
        for (const auto& key : state.keys_by_age) {
            ASSERT_EQ(read->state.remembered_for(key.key)->number, state.remembered_for(key.key)->number);
        }
        for (const auto& referral : state.referrals) {
            ASSERT_EQ(read->state.find(referral.id), state.find(referral.id));
        }
    }
}

TEST(SnapshotFile, IsTheSameBytesForTheSameState) {
    const Scratch scratch;
    const auto first = write_snapshot(scratch / "one", full_state(), lived().traces, Digest{});
    ASSERT_TRUE(first);
    const auto read = read_snapshot(first->path);
    const auto traces = read_traces(first->path);
    ASSERT_TRUE(read && traces);
    const auto second = write_snapshot(scratch / "two", read->state, *traces, Digest{});
    ASSERT_TRUE(second);
    EXPECT_EQ(read_file(first->path), read_file(second->path));
}

TEST(SnapshotFile, HoldsTheStreamsAsTheJournalTellsThem) {
    const Scratch scratch;
    const auto written = write_snapshot(scratch / "snapshots", full_state(), lived().traces, Digest{});
    ASSERT_TRUE(written);
    const auto streams = read_stream_index(written->path);
    ASSERT_TRUE(streams) << streams.error();
    EXPECT_TRUE(*streams == lived().streams);
    EXPECT_EQ(streams->last(), full_state().last);
    const std::string stream = "hub/" + std::string(full_state().hubs[0].profile.slug.view());
    EXPECT_GT(streams->head(stream), 0U);
    EXPECT_EQ(streams->head(stream), full_state().hubs[0].feed_head);
}

// Each read of the file fails once: on whichever thread it is, the answer is the fault and no half state.
TEST(SnapshotFile, AReadThatFailsIsSaid) {
    const Scratch scratch;
    const auto written = write_snapshot(scratch / "snapshots", full_state(), lived().traces, Digest{});
    ASSERT_TRUE(written);
    FailingReads disk;
    ASSERT_TRUE(read_snapshot(written->path, disk, true));
    const int all = disk.reads;
    ASSERT_GT(all, 9) << "head, table, end, network, and several parts of each kind";
    for (int at = 0; at < all; ++at) {
        FailingReads failing;
        failing.fails_from = at;
        const auto read = read_snapshot(written->path, failing, true);
        ASSERT_FALSE(read);
        EXPECT_NE(read.error().find("Input/output error"), std::string::npos) << read.error();
    }
}

TEST(SnapshotFile, OfAVersionBeforeIsPassedOver) {
    const Scratch scratch;
    const auto written = write_snapshot(scratch / "snapshots", full_state(), lived().traces, Digest{});
    ASSERT_TRUE(written);
    std::string bytes = read_file(written->path).value();
    bytes[bytes.find('5')] = '4';
    ASSERT_TRUE(write_file_atomically(written->path, bytes));
    const auto read = read_snapshot(written->path);
    ASSERT_FALSE(read);
    EXPECT_NE(read.error().find("another version"), std::string::npos);
}

}  // namespace
}  // namespace hubward::storage::testing
