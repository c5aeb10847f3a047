// SPDX-License-Identifier: Apache-2.0
//
// What is replaced without a trace is overwritten, whenever the power goes. A second name outside shows the old blocks.
#include "storage/without_trace.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "storage/key_shard.hpp"
#include "storage/store.hpp"
#include "storage/vault.hpp"
#include "tests/storage/scratch.hpp"
#include "tests/storage/wrapped_disk.hpp"

namespace hubward::storage::testing {
namespace {

namespace fs = std::filesystem;

const matcher::ReferralId person{7, 8};
const matcher::ReferralId other{9, 10};

// After so many steps that change something it does nothing more, as when the process is killed.
class EndingDisk final : public WrappedDisk {
  public:
    explicit EndingDisk(int steps) : left_(steps) {}
    std::expected<std::unique_ptr<Output>, std::string> create(const Path& path, unsigned mode) override {
        return step() ? WrappedDisk::create(path, mode) : std::unexpected("over");
    }
    std::expected<std::unique_ptr<Output>, std::string> overwrite(const Path& path, std::uint64_t offset) override {
        return step() ? WrappedDisk::overwrite(path, offset) : std::unexpected("over");
    }
    Done rename(const Path& from, const Path& to) override { return step() ? WrappedDisk::rename(from, to) : over(); }
    Done link(const Path& file, const Path& name) override { return step() ? WrappedDisk::link(file, name) : over(); }
    Done remove(const Path& path) override { return step() ? WrappedDisk::remove(path) : over(); }
    Done sync_folder(const Path& folder) override { return step() ? WrappedDisk::sync_folder(folder) : over(); }

  private:
    bool step() { return left_-- > 0; }
    static Done over() { return std::unexpected("over"); }
    int left_;
};

// The name of a file is safe once its folder was synced since the last rename, which may have been somebody else's.
class CarefulDisk final : public WrappedDisk {
  public:
    std::expected<std::unique_ptr<Output>, std::string> overwrite(const Path& path, std::uint64_t offset) override {
        EXPECT_TRUE(names_safe_) << "a power cut could give these blocks the name of the file again";
        return WrappedDisk::overwrite(path, offset);
    }
    Done rename(const Path& from, const Path& to) override {
        names_safe_ = false;
        return WrappedDisk::rename(from, to);
    }
    Done sync_folder(const Path& folder) override {
        names_safe_ = true;
        return WrappedDisk::sync_folder(folder);
    }

  private:
    bool names_safe_ = false;
};

bool is_zeros(const fs::path& path) {
    const auto content = read_file(path);
    return content && !content->empty() && std::ranges::all_of(*content, [](char c) { return c == '\0'; });
}

TEST(WithoutTrace, WhateverStepWasTheLastTheNextTryOverwritesTheOldBlocks) {
    const Scratch scratch;
    int interrupted = 0;
    for (int steps = 0;; ++steps) {
        const fs::path folder = scratch.path() / std::to_string(steps);
        const fs::path file = folder / "file";
        fs::create_directories(folder);
        ASSERT_TRUE(write_file_atomically(file, "a secret"));
        fs::create_hard_link(file, scratch.path() / ("seen-" + std::to_string(steps)));
        EndingDisk ending(steps);
        const bool done = replace_without_trace(file, "nothing", 0600, ending).has_value();
        if (!done) {
            ++interrupted;
            const auto now = *read_file(file);
            ASSERT_TRUE(now == "a secret" || now == "nothing") << now << " after " << steps;
            CarefulDisk careful;
            ASSERT_TRUE(clear_replaced(file, careful));
            ASSERT_EQ(*read_file(file), now) << "what counts was overwritten, after " << steps;
            ASSERT_TRUE(replace_without_trace(file, "nothing", 0600, careful));
        }
        EXPECT_TRUE(is_zeros(scratch.path() / ("seen-" + std::to_string(steps)))) << steps;
        EXPECT_EQ(*read_file(file), "nothing");
        EXPECT_FALSE(fs::exists(folder / "file.old")) << steps;
        if (done) {
            break;
        }
    }
    EXPECT_GE(interrupted, 6);
}

TEST(WithoutTrace, AFileThatIsMissingIsNotForgottenAltogether) {
    const Scratch scratch;
    ASSERT_TRUE(write_file_atomically(scratch.path() / "file.old", "all there is"));
    ASSERT_TRUE(clear_replaced(scratch.path() / "file", kernel_disk()));
    EXPECT_EQ(*read_file(scratch.path() / "file.old"), "all there is");
}

struct Interrupted : ::testing::Test {
    void SetUp() override {
        auto store = Store::open(scratch.options());
        ASSERT_TRUE(store) << store.error().text;
        theirs = *(*store)->vault().seal(person, "Zeb");
        others = *(*store)->vault().seal(other, "Ann");
        shard = scratch.options().folder / "keyring" / "keys-0000000000000001";
        seen = scratch.path() / "seen";
        fs::create_hard_link(shard, seen);
    }
    // As a kill leaves it between the new file's name and the old one's blocks.
    void replace_by_hand() {
        std::string content = *read_file(shard);
        forget(content, theirs.key_slot);
        fs::create_hard_link(shard, fs::path(shard) += replaced);
        ASSERT_TRUE(write_file_atomically(shard, content, 0600));
    }
    Scratch scratch;
    Sealed theirs;
    Sealed others;
    fs::path shard;
    fs::path seen;
};

TEST_F(Interrupted, AStartOverwritesWhatAnErasureLeft) {
    replace_by_hand();
    const auto store = Store::open(scratch.options());
    ASSERT_TRUE(store) << store.error().text;
    EXPECT_TRUE(is_zeros(seen));
    EXPECT_EQ((*store)->vault().open(person, theirs.key_slot, theirs.bytes).error(), VaultError::erased);
    EXPECT_EQ((*store)->vault().open(other, others.key_slot, others.bytes).value(), "Ann");
}

TEST_F(Interrupted, AnErasureIsNotConfirmedBeforeTheOldBlocksAreOverwritten) {
    const auto store = Store::open(scratch.options());
    ASSERT_TRUE(store) << store.error().text;
    replace_by_hand();
    ASSERT_TRUE((*store)->vault().erase_for_good(person, theirs.key_slot));
    EXPECT_TRUE(is_zeros(seen));
    EXPECT_EQ((*store)->vault().open(other, others.key_slot, others.bytes).value(), "Ann");
}

TEST_F(Interrupted, ASecondNameOfTheShardThatCountsIsOnlyTakenAway) {
    const fs::path old = fs::path(shard) += replaced;
    fs::create_hard_link(shard, old);
    const auto store = Store::open(scratch.options());
    ASSERT_TRUE(store) << store.error().text;
    EXPECT_FALSE(fs::exists(old));
    EXPECT_EQ((*store)->vault().open(person, theirs.key_slot, theirs.bytes).value(), "Zeb");
    EXPECT_EQ((*store)->vault().open(other, others.key_slot, others.bytes).value(), "Ann");
}

}  // namespace
}  // namespace hubward::storage::testing
