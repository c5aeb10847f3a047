// SPDX-License-Identifier: Apache-2.0
//
// A start leaves the streams to be gathered, from a snapshot or the whole journal: beside the engine, which must never
// wait for it.
#include <gtest/gtest.h>
#include <rocksdb/env.h>

#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

#include "storage/event_log.hpp"
#include "storage/journal_log.hpp"
#include "tests/storage/batches.hpp"
#include "tests/storage/scratch.hpp"

namespace hubward::storage::testing {
namespace {

namespace fs = std::filesystem;
using matcher::Append;

// Holds up whoever reads a table of the database, like a slow disk would.
class Gate {
  public:
    void close() {
        const std::lock_guard lock(mutex_);
        closed_ = true;
    }
    void open() {
        {
            const std::lock_guard lock(mutex_);
            closed_ = false;
        }
        changed_.notify_all();
    }
    void pass() {
        std::unique_lock lock(mutex_);
        waiting_ = closed_;
        changed_.notify_all();
        changed_.wait(lock, [this] { return !closed_; });
    }
    void wait_until_somebody_stands_there() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return waiting_; });
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool closed_ = false;   // under mutex_
    bool waiting_ = false;  // under mutex_
};

class GatedFile : public rocksdb::RandomAccessFileWrapper {
  public:
    GatedFile(std::unique_ptr<rocksdb::RandomAccessFile> file, Gate& gate)
        : RandomAccessFileWrapper(file.get()), file_(std::move(file)), gate_(gate) {}
    rocksdb::Status Read(std::uint64_t offset, std::size_t n, rocksdb::Slice* result,
                         char* scratch) const override {
        gate_.pass();
        return file_->Read(offset, n, result, scratch);
    }

  private:
    std::unique_ptr<rocksdb::RandomAccessFile> file_;
    Gate& gate_;
};

class GatedEnv : public rocksdb::EnvWrapper {
  public:
    GatedEnv() : EnvWrapper(rocksdb::Env::Default()) {}
    rocksdb::Status NewRandomAccessFile(const std::string& name,
                                        std::unique_ptr<rocksdb::RandomAccessFile>* made,
                                        const rocksdb::EnvOptions& options) override {
        rocksdb::Status status = EnvWrapper::NewRandomAccessFile(name, made, options);
        if (status.ok()) {
            *made = std::make_unique<GatedFile>(std::move(*made), gate);
        }
        return status;
    }
    Gate gate;
};

struct CatchUp : ::testing::Test {
    // More than the last stretch, with a snapshot at the end.
    CatchUp() {
        auto store = scratch.store();
        const auto owner = claim(store->journal());
        while (history.last() < 4 * JournalLog::last_stretch_events) {
            EXPECT_EQ(append(store->journal(), owner, history.next(40)), Append::durable);
        }
        EXPECT_TRUE(store->snapshot(0));
    }
    std::unique_ptr<FolderStore> started(const StoreHooks& hooks = {}) {
        auto store = Scratch::store(scratch.options(), hooks);
        const auto recovered = store->recover();
        EXPECT_TRUE(recovered && recovered->from_snapshot == history.last());
        return store;
    }
    const Scratch scratch;
    History history;
};

// However long the disk takes.
TEST_F(CatchUp, TheEngineDoesNotWaitForAReaderWhoGathersTheStreams) {
    GatedEnv env;
    StoreHooks hooks;
    hooks.env = &env;
    auto store = started(hooks);
    fs::remove_all(store->layout().snapshots());  // newer ones have come: the journal tells
    const auto owner = claim(store->journal());
    auto& log = store->event_log();
    env.gate.close();
    auto reader = std::async(std::launch::async, [&] { return log.bounds("ops").head; });
    env.gate.wait_until_somebody_stands_there();
    auto engine = std::async(std::launch::async, [&] {
        for (int i = 0; i < 5; ++i) {
            EXPECT_EQ(append(store->journal(), owner, history.next(2)), Append::durable);
        }
    });
    // Only a failure waits that long.
    EXPECT_EQ(engine.wait_for(std::chrono::seconds(30)), std::future_status::ready);
    EXPECT_EQ(reader.wait_for(std::chrono::seconds(0)), std::future_status::timeout);
    env.gate.open();
    engine.get();
    EXPECT_EQ(reader.get(), history.last()) << "what came meanwhile is there too";
    JournalLog anew(store->rocks());
    for (const char* stream : {"hub/harehills-library", "practice/B86001"}) {
        EXPECT_EQ(log.bounds(stream).head, anew.bounds(stream).head) << stream;
        EXPECT_GT(anew.bounds(stream).head, 0U) << stream;
    }
}

TEST_F(CatchUp, StreamsOfASnapshotNeedNoJournal) {
    GatedEnv env;
    StoreHooks hooks;
    hooks.env = &env;
    auto store = started(hooks);
    env.gate.close();
    auto reader = std::async(std::launch::async, [&] { return store->event_log().bounds("practice/B86001").head; });
    EXPECT_EQ(reader.wait_for(std::chrono::seconds(30)), std::future_status::ready);
    env.gate.open();
    EXPECT_EQ(reader.get(), JournalLog(store->rocks()).bounds("practice/B86001").head);
}

// A start that has a webhook asks for it before it listens.
TEST_F(CatchUp, TheEpochIsKnownBeforeTheStreamsAreGathered) {
    auto store = started();
    JournalLog log(store->rocks());
    const std::string epoch = log.epoch();
    EXPECT_TRUE(log.is_behind());
    EXPECT_EQ(log.bounds("ops").epoch, epoch);
    EXPECT_FALSE(log.is_behind());
}

// Two threads at the same index, one adding what comes, one reading what was.
TEST_F(CatchUp, StreamsHaveNoHolesWhileTheJournalGrows) {
    auto store = started();
    const auto owner = claim(store->journal());
    auto& log = store->event_log();
    auto reader = std::async(std::launch::async, [&] { return log.bounds("ops").head; });
    for (int i = 0; i < 200; ++i) {
        ASSERT_EQ(append(store->journal(), owner, history.next(2)), Append::durable);
    }
    reader.get();
    EXPECT_EQ(log.bounds("ops").head, history.last());
    std::uint64_t seq = 0;
    for (auto page = log.read("practice/B86001", 0, 500); !page.empty();
         page = log.read("practice/B86001", seq, 500)) {
        for (const StreamEvent& event : page) {
            ASSERT_EQ(event.seq, ++seq);
            ASSERT_EQ(streams_of(*event.event).practice_seq, seq);
        }
    }
    EXPECT_EQ(seq, log.bounds("practice/B86001").head);
}

TEST_F(CatchUp, NobodyHasToAskForIt) {
    auto store = scratch.store();
    JournalLog log(store->rocks());
    EXPECT_TRUE(log.is_behind());
    log.catch_up_beside(std::chrono::milliseconds(0));
    while (log.is_behind()) {
        std::this_thread::yield();
    }
    EXPECT_EQ(log.bounds("ops").head, history.last());
}

TEST_F(CatchUp, AStopDoesNotWaitForIt) {
    auto store = scratch.store();
    const auto begun = std::chrono::steady_clock::now();
    {
        JournalLog log(store->rocks());
        log.catch_up_beside(std::chrono::hours(1));
    }
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::minutes(1));
}

}  // namespace
}  // namespace hubward::storage::testing
