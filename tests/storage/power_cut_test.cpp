// SPDX-License-Identifier: Apache-2.0
//
// What is left of a backup and of a restored folder when the power goes right after they are done: every name
// in them was made safe. Names that the database makes by itself are its own care.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "storage/upkeep.hpp"
#include "tests/storage/batches.hpp"
#include "tests/storage/scratch.hpp"
#include "tests/storage/wrapped_disk.hpp"

namespace hubward::storage::testing {
namespace {

namespace fs = std::filesystem;

// Loses, when the power goes, every name that was new in a folder since the folder's last sync.
class ForgetfulDisk final : public WrappedDisk {
  public:
    std::expected<std::unique_ptr<Output>, std::string> create(const Path& path, unsigned mode) override {
        appears(path);
        return WrappedDisk::create(path, mode);
    }
    Done rename(const Path& from, const Path& to) override {
        unsafe_[from.parent_path()].erase(from.filename());
        appears(to);
        auto done = WrappedDisk::rename(from, to);
        // What is unsafe below it moves with it.
        for (auto it = unsafe_.begin(); it != unsafe_.end();) {
            const Path below = it->first.lexically_relative(from);
            if (below.empty() || below.begin()->native() == "..") {
                ++it;
                continue;
            }
            Path moved = below == "." ? to : to / below;
            unsafe_[std::move(moved)].merge(it->second);
            it = unsafe_.erase(it);
        }
        return done;
    }
    Done make_folders(const Path& folder) override {
        if (!exists(folder)) {
            if (auto above = make_folders(folder.parent_path()); !above) {
                return above;
            }
            appears(folder);
        }
        return WrappedDisk::make_folders(folder);
    }
    Done sync_folder(const Path& folder) override {
        unsafe_.erase(folder);
        return WrappedDisk::sync_folder(folder);
    }

    // How many names were lost.
    std::size_t cut_power() {
        std::size_t lost = 0;
        for (const auto& [folder, names] : unsafe_) {
            for (const Path& name : names) {
                lost += fs::remove_all(folder / name) != 0 ? 1U : 0U;
            }
        }
        unsafe_.clear();
        return lost;
    }

  private:
    void appears(const Path& path) {
        if (!exists(path)) {
            unsafe_[path.parent_path()].insert(path.filename());
        }
    }
    std::map<Path, std::set<Path>> unsafe_;
};

// A folder with a journal, keys, a snapshot and a target of events.
struct PowerCut : ::testing::Test {
    void SetUp() override {
        auto store = scratch.store();
        const auto owner = claim(store->journal());
        History history;
        for (int i = 0; i < 10; ++i) {
            ASSERT_EQ(append(store->journal(), owner, history.next()), matcher::Append::durable);
        }
        ASSERT_TRUE(store->snapshot(0));
        fs::create_directories(scratch.options().folder / "outbound");
        ASSERT_TRUE(write_file_atomically(scratch.options().folder / "outbound" / "targets", ""));
        hash = store->recover()->state.state_hash();
    }
    void take(Disk& onto) {
        auto store = scratch.store();
        ASSERT_TRUE(backup(*store, scratch / "backup", {}, onto));
    }
    void expect_whole(const fs::path& folder) {
        StoreOptions options = scratch.options();
        options.folder = folder;
        options.create = false;
        auto store = Scratch::store(options);
        ASSERT_TRUE(store);
        const auto recovered = store->recover();
        ASSERT_TRUE(recovered);
        EXPECT_EQ(recovered->state.state_hash(), hash);
        EXPECT_NE(recovered->from_snapshot, 0U) << "the snapshot came along";
    }
    Scratch scratch;
    ForgetfulDisk disk;
    std::uint64_t hash = 0;
};

TEST_F(PowerCut, RightAfterABackupTakesNothingOfIt) {
    take(disk);
    disk.cut_power();
    ASSERT_TRUE(restore(scratch / "backup", scratch / "restored", {}));
    expect_whole(scratch / "restored");
}

TEST_F(PowerCut, RightAfterARestoreTakesNothingOfIt) {
    take(kernel_disk());
    // Into a folder whose parents are new too.
    ASSERT_TRUE(restore(scratch / "backup", scratch / "srv/trial/hubward", {}, disk));
    disk.cut_power();
    expect_whole(scratch / "srv/trial/hubward");
    EXPECT_TRUE(fs::exists(scratch / "srv/trial/hubward/outbound/targets"));
}

// The test of the test: what is made and not synced is gone.
TEST_F(PowerCut, TakesWhatWasNotSynced) {
    ASSERT_TRUE(disk.make_folders(scratch / "a/b"));
    ASSERT_TRUE(disk.sync_folder(scratch.path()));
    EXPECT_EQ(disk.cut_power(), 1U);
    EXPECT_TRUE(fs::exists(scratch / "a"));
    EXPECT_FALSE(fs::exists(scratch / "a/b"));
}

}  // namespace
}  // namespace hubward::storage::testing
