// SPDX-License-Identifier: Apache-2.0
//
// Disks that fail: a sync, the space, a crash in the middle.
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <random>
#include <set>
#include <thread>

#include "storage/upkeep.hpp"
#include "tests/storage/batches.hpp"
#include "tests/storage/fault_disk.hpp"
#include "tests/storage/scratch.hpp"
#include "tests/storage/wrapped_disk.hpp"

namespace hubward::storage::testing {
namespace {

namespace fs = std::filesystem;
using matcher::Append;

TEST(FailedSync, IsFinalForTheHandleAndHealsWithANewOne) {
    const Scratch scratch;
    History history;
    matcher::Sequence acknowledged = 0;
    {
        FaultDisk disk;
        auto store = Scratch::store(scratch.options(), {disk.env()});
        const auto owner = claim(store->journal());
        ASSERT_EQ(append(store->journal(), owner, history.next()), Append::durable);
        acknowledged = history.last();
        disk.fail_next_sync();
        const auto batch = history.next();
        EXPECT_EQ(append(store->journal(), owner, batch), Append::unknown);
        history.forget_last(*batch);
        EXPECT_EQ(store->stats().sync_failures, 1u);
        EXPECT_FALSE(store->stats().writable);
        for (int i = 0; i < 3; ++i) {
            EXPECT_EQ(append(store->journal(), owner, batch), Append::refused);
        }
        EXPECT_EQ(store->event_log().bounds("ops").head, acknowledged);
        EXPECT_EQ(store->recover()->state.last, acknowledged);
    }
    auto store = scratch.store();
    ASSERT_TRUE(store);
    const auto tail = store->journal().tail().number;
    EXPECT_GE(tail, acknowledged);  // the unknown one may be there: never acknowledged, never lost
    EXPECT_EQ(store->recover()->state.last, tail);
    EXPECT_TRUE(store->stats().writable);
}

// The mark must not run ahead of what was acknowledged, or the next start would cry loss.
TEST(FailedSync, DoesNotRaiseTheMark) {
    const Scratch scratch;
    History history;
    FaultDisk disk;
    matcher::Sequence acknowledged = 0;
    {
        auto store = Scratch::store(scratch.options(), {disk.env()});
        const auto owner = claim(store->journal());
        ASSERT_EQ(append(store->journal(), owner, history.next()), Append::durable);
        acknowledged = history.last();
        disk.fail_next_sync();
        ASSERT_EQ(append(store->journal(), owner, history.next()), Append::unknown);
    }
    EXPECT_EQ((*read_high_water(scratch.options().folder / "high-water"))->number, acknowledged);
}

// The kernel's disk, with a note of each folder whose names were made safe.
class NotingDisk final : public WrappedDisk {
  public:
    Done sync_folder(const Path& folder) override {
        synced.insert(folder);
        return folder == failing ? std::unexpected("cannot sync " + folder.string()) : WrappedDisk::sync_folder(folder);
    }
    std::set<Path> synced;
    Path failing;
};

// A start may be killed between a name and its sync; the next one finds the name, and a power cut must not take it.
// So may a restore, which names the folder itself.
TEST(Start, MakesTheNamesOfAnEarlierOneSafeBeforeAnythingIsAcknowledged) {
    const Scratch scratch;
    scratch.store();
    const fs::path data = scratch.options().folder;
    fs::create_directory(data / "outbound");
    NotingDisk disk;
    const StoreHooks hooks{.disk = &disk, .by_hand = true};
    ASSERT_TRUE(Scratch::store(scratch.options(), hooks));
    for (const fs::path& folder : {data, data / "keyring", data / "outbound", scratch.path()}) {
        EXPECT_TRUE(disk.synced.contains(folder)) << folder;
    }
    for (const fs::path& folder : {data, data / "keyring", data / "outbound"}) {
        disk.failing = folder;
        const auto refused = FolderStore::open(scratch.options(), hooks);
        ASSERT_FALSE(refused) << folder;
        EXPECT_EQ(refused.error().why, StoreError::io) << folder;
    }
    disk.failing = scratch.path();  // as where this user may not open it
    EXPECT_TRUE(FolderStore::open(scratch.options(), hooks));
    disk.synced.clear();
    StoreOptions slash = scratch.options();
    slash.folder /= "";
    ASSERT_TRUE(Scratch::store(slash, hooks));
    EXPECT_TRUE(disk.synced.contains(scratch.path())) << "data/ is data";
}

// "Another process uses it" sends somebody to look for that process.
TEST(FullDisk, UnderANameWithLockInItIsNotTakenForALockedDatabase) {
    const Scratch scratch;
    fs::create_directories(scratch / "block");
    Scratch::store(scratch.options("block/data"));
    FaultDisk disk;
    disk.full(true);
    const auto refused = FolderStore::open(scratch.options("block/data"), {.env = disk.env()});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().why, StoreError::io) << refused.error().text;
}

// An accepted loss would give a history that may be whole a new epoch, and every reader of a feed begins anew.
TEST(Start, ThatCannotReadWhatWasAcknowledgedAsksNobodyToAcceptALoss) {
    constexpr int batches = 10;
    constexpr std::size_t block_and_more = 200'000;
    const Scratch scratch;
    FaultDisk disk;
    History history;
    JournalEnd first;
    std::string epoch;
    std::mt19937 random(1);  // what is compressed away would leave one block
    {
        auto store = Scratch::store(scratch.options(), {.env = disk.env()});
        const auto owner = claim(store->journal());
        epoch = store->journal().tail().epoch;
        for (int i = 0; i < batches; ++i) {
            std::string bytes(block_and_more, '\0');
            std::ranges::generate(bytes, [&random] { return static_cast<char>(random()); });
            ASSERT_EQ(append(store->journal(), owner, history.next(1, bytes)), Append::durable);
            first = i == 0 ? store->rocks().end() : first;
        }
    }
    // As after a kill in a long batch: the mark is older than the end.
    ASSERT_TRUE(write_high_water(scratch.options().folder / "high-water", {first.number, first.chain_head}));
    auto options = scratch.options();
    disk.bad_first_block(true);
    for (const bool accepted : {false, true}) {
        options.accept_loss = accepted;
        const auto opened = FolderStore::open(options, {.env = disk.env()});
        ASSERT_FALSE(opened) << accepted;
        EXPECT_EQ(opened.error().why, StoreError::io) << opened.error().text;
        EXPECT_EQ(opened.error().text.find("accept_loss"), std::string::npos) << opened.error().text;
    }
    disk.bad_first_block(false);
    const auto store = Scratch::store(scratch.options(), {.env = disk.env()});
    ASSERT_TRUE(store);
    EXPECT_EQ(store->journal().tail().epoch, epoch);
}

TEST(Start, OfADatabaseInUseSaysSo) {
    const Scratch scratch;
    const auto store = scratch.store();
    JournalOptions options;
    options.folder = scratch.options().folder / "db";
    const auto refused = RocksJournal::open(options);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().why, OpenFailure::Why::locked) << refused.error().text;
}

TEST(FullDisk, RefusesAndGoesOnByItselfWhenSpaceReturns) {
    if (::geteuid() != 0) {
        GTEST_SKIP() << "needs root to mount a small disk; FullDisk was NOT tested here";
    }
    const Scratch scratch;
    const fs::path small = scratch / "small";
    fs::create_directory(small);
    if (::mount("tmpfs", small.c_str(), "tmpfs", 0, "size=200m") != 0) {
        GTEST_SKIP() << "cannot mount a small disk here; FullDisk was NOT tested";
    }
    {
        auto options = scratch.options();
        options.folder = small / "data";
        History history;
        auto store = Scratch::store(options);
        ASSERT_TRUE(store);
        const auto owner = claim(store->journal());
        ASSERT_EQ(append(store->journal(), owner, history.next()), Append::durable);
        {
            std::ofstream fill(small / "filler", std::ios::binary);
            const std::string page(1 << 16, 'x');
            while (fill.write(page.data(), static_cast<std::streamsize>(page.size())).flush()) {
            }
        }
        const std::string payload(200'000, 'p');
        Append said = Append::durable;
        matcher::Sequence acknowledged = 0;
        int tries = 0;
        while (said == Append::durable && ++tries < 1000) {
            acknowledged = history.last();
            const auto batch = history.next(1, payload);
            said = append(store->journal(), owner, batch);
            if (said != Append::durable) {
                history.forget_last(*batch);
            }
        }
        ASSERT_EQ(said, Append::unavailable) << tries;
        EXPECT_FALSE(store->stats().writable);
        EXPECT_EQ(store->journal().tail().number, acknowledged);
        EXPECT_EQ(store->recover()->state.last, acknowledged);  // reading goes on
        EXPECT_EQ(store->event_log().bounds("ops").head, acknowledged);

        fs::remove(small / "filler");
        // Nobody writes: a probe may decide who does.
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (!store->stats().writable && std::chrono::steady_clock::now() < until) {
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
        EXPECT_TRUE(store->stats().writable);
        EXPECT_EQ(append(store->journal(), owner, history.next(1, "small")), Append::durable);
        EXPECT_TRUE(store->stats().writable);
        const auto hash = store->recover()->state.state_hash();
        store.reset();
        store = Scratch::store(options);
        ASSERT_TRUE(store);
        EXPECT_EQ(store->recover()->state.state_hash(), hash);
    }
    ::umount(small.c_str());
}

// Names and sizes of all but the logs, which only ever grow at their end.
std::string shape_of(const fs::path& folder) {
    std::vector<std::string> lines;
    std::error_code gone;
    for (const auto& file : fs::directory_iterator(folder)) {
        const std::string name = file.path().filename().string();
        lines.push_back(name +
                        (name.ends_with(".log") ? "" : std::to_string(file.file_size(gone))));
    }
    std::sort(lines.begin(), lines.end());
    std::string shape;
    for (const std::string& line : lines) {
        shape += line + "\n";
    }
    return shape;
}

// What a crash at this moment leaves: the mark first, because it is never newer than the log. A
// copy that a change of files crossed is no moment, and is taken again.
void copy_as_a_crash_would(const fs::path& from, const fs::path& to) {
    while (true) {
        std::error_code failed;
        fs::remove_all(to, failed);
        fs::create_directories(to / "db");
        const std::string shape = shape_of(from / "db") + shape_of(from / "keyring");
        fs::copy_file(from / "high-water", to / "high-water");
        fs::copy(from / "keyring", to / "keyring", fs::copy_options::recursive, failed);
        for (const auto& file : fs::directory_iterator(from / "db", failed)) {
            fs::copy_file(file.path(), to / "db" / file.path().filename(), failed);
        }
        if (!failed && shape_of(from / "db") + shape_of(from / "keyring") == shape) {
            return;
        }
    }
}

// Each copy must open, hold everything acknowledged before it began, and fold to itself.
TEST(Crash, ACopyOfTheFolderAtAnyMomentOpensWithAllThatWasAcknowledged) {
    const Scratch scratch;
    std::atomic<matcher::Sequence> acknowledged{0};
    auto store = scratch.store();
    const std::jthread writer([&](const std::stop_token& stop) {
        History history;
        const auto owner = claim(store->journal());
        std::mt19937_64 random(7);
        while (!stop.stop_requested()) {
            ASSERT_EQ(append(store->journal(), owner,
                             history.next(1 + random() % 5, std::string(random() % 4000, 'p'))),
                      Append::durable);
            acknowledged = history.last();
        }
    });
    std::mt19937_64 random(20'260'105);
    for (int i = 0; i < 25; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(random() % 20));
        const matcher::Sequence before = acknowledged;
        copy_as_a_crash_would(scratch / "data", scratch / "crashed");
        const auto copy = FolderStore::open(scratch.options("crashed"));
        ASSERT_TRUE(copy) << copy.error().text;
        EXPECT_GE((*copy)->journal().tail().number, before);
        const auto recovered = (*copy)->recover();
        ASSERT_TRUE(recovered);
        EXPECT_EQ(recovered->state.last, (*copy)->journal().tail().number);
    }
}

}  // namespace
}  // namespace hubward::storage::testing
