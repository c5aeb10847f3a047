// SPDX-License-Identifier: Apache-2.0
//
// What is replaced without a trace is overwritten, whenever the power goes. A second name outside shows the old blocks.
#include "storage/without_trace.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <vector>

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

// After so many steps that change something it does nothing more, as when the process is killed; or it fails in that
// step alone. Every draft gets a second name beside the folder, which shows its blocks.
class EndingDisk final : public WrappedDisk {
  public:
    enum class How : std::uint8_t { killed, one_fault };
    explicit EndingDisk(int steps, How how = How::killed) : left_(steps), how_(how) {}
    std::expected<std::unique_ptr<Output>, std::string> create(const Path& path, unsigned mode) override {
        if (!step()) {
            return std::unexpected("over");
        }
        auto file = WrappedDisk::create(path, mode);
        drafts.push_back(path.parent_path() += "-draft-" + std::to_string(drafts.size()));
        fs::create_hard_link(path, drafts.back());
        return std::make_unique<Ending>(*this, *std::move(file));
    }
    std::expected<std::unique_ptr<Output>, std::string> overwrite(const Path& path, std::uint64_t offset) override {
        return step() ? WrappedDisk::overwrite(path, offset) : std::unexpected("over");
    }
    Done rename(const Path& from, const Path& to) override { return step() ? WrappedDisk::rename(from, to) : over(); }
    Done link(const Path& file, const Path& name) override { return step() ? WrappedDisk::link(file, name) : over(); }
    Done remove(const Path& path) override { return step() ? WrappedDisk::remove(path) : over(); }
    Done sync_folder(const Path& folder) override { return step() ? WrappedDisk::sync_folder(folder) : over(); }

    std::vector<Path> drafts;

  private:
    class Ending final : public Output {
      public:
        Ending(EndingDisk& disk, std::unique_ptr<Output> file) : disk_(disk), file_(std::move(file)) {}
        // What cannot be written to its end stands there in part.
        Done write(std::string_view bytes) override {
            const bool all = disk_.step();
            const Done done = file_->write(all ? bytes : bytes.substr(0, bytes.size() / 2));
            return all ? done : over();
        }
        Done end_here() override { return file_->end_here(); }
        Done sync() override { return disk_.step() ? file_->sync() : over(); }

      private:
        EndingDisk& disk_;
        std::unique_ptr<Output> file_;
    };

    bool step() { return how_ == How::killed ? left_-- > 0 : left_-- != 0; }
    static Done over() { return std::unexpected("over"); }
    int left_;
    How how_;
};

// The name of a file is safe once its folder was synced since the last rename, which may have been somebody else's.
class CarefulDisk final : public WrappedDisk {
  public:
    std::expected<std::unique_ptr<Output>, std::string> create(const Path& path, unsigned mode) override {
        EXPECT_FALSE(fs::exists(path)) << "the blocks of what stands there would be freed as they are";
        return WrappedDisk::create(path, mode);
    }
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

bool holds_nothing(const fs::path& path) {
    const auto content = read_file(path);
    return content && std::ranges::all_of(*content, [](char c) { return c == '\0'; });
}
bool is_zeros(const fs::path& path) {
    return holds_nothing(path) && !fs::is_empty(path);
}
// None but the one that became the file.
void expect_no_draft_left(const EndingDisk& disk, const fs::path& file, int steps) {
    for (const fs::path& draft : disk.drafts) {
        EXPECT_TRUE(holds_nothing(draft) || fs::equivalent(draft, file)) << draft << " after " << steps;
    }
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
        expect_no_draft_left(ending, file, steps);
        EXPECT_EQ(*read_file(file), "nothing");
        EXPECT_FALSE(fs::exists(folder / "file.old")) << steps;
        EXPECT_FALSE(fs::exists(folder / "file.new")) << steps;
        if (done) {
            break;
        }
    }
    EXPECT_GE(interrupted, 8);
}

// A disk that was full for a moment: nobody may come again, and the draft holds other people's keys.
TEST(WithoutTrace, WhatCouldNotBeFinishedIsOverwrittenAtOnce) {
    const Scratch scratch;
    int failed = 0;
    for (int steps = 0;; ++steps) {
        const fs::path folder = scratch.path() / std::to_string(steps);
        const fs::path file = folder / "file";
        fs::create_directories(folder);
        ASSERT_TRUE(write_file_atomically(file, "a secret"));
        EndingDisk disk(steps, EndingDisk::How::one_fault);
        if (replace_without_trace(file, "nothing", 0600, disk)) {
            break;
        }
        ++failed;
        expect_no_draft_left(disk, file, steps);
        EXPECT_FALSE(fs::exists(folder / "file.new")) << steps;
        CarefulDisk careful;
        ASSERT_TRUE(replace_without_trace(file, "nothing", 0600, careful));
        EXPECT_EQ(*read_file(file), "nothing");
    }
    EXPECT_GE(failed, 8);
}

TEST(WithoutTrace, ASecondNameOfTheFileThatCountsIsOnlyTakenAway) {
    const Scratch scratch;
    const fs::path file = scratch.path() / "file";
    ASSERT_TRUE(write_file_atomically(file, "all there is"));
    for (const char* ending : {".old", ".new"}) {
        fs::create_hard_link(file, fs::path(file) += ending);
    }
    ASSERT_TRUE(clear_replaced(file, kernel_disk()));
    EXPECT_EQ(*read_file(file), "all there is");
    EXPECT_FALSE(fs::exists(scratch.path() / "file.old"));
    EXPECT_FALSE(fs::exists(scratch.path() / "file.new"));
}

TEST(WithoutTrace, AFileThatIsMissingIsNotForgottenAltogether) {
    const Scratch scratch;
    ASSERT_TRUE(write_file_atomically(scratch.path() / "file.old", "all there is"));
    ASSERT_TRUE(write_file_atomically(scratch.path() / "file.new", "never had the name"));
    fs::create_hard_link(scratch.path() / "file.new", scratch.path() / "seen");
    ASSERT_TRUE(clear_replaced(scratch.path() / "file", kernel_disk()));
    EXPECT_EQ(*read_file(scratch.path() / "file.old"), "all there is");
    EXPECT_TRUE(is_zeros(scratch.path() / "seen"));
    EXPECT_FALSE(fs::exists(scratch.path() / "file.new"));
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

// Of an erasure that never got its name, and of a shard that nobody ever took a key from.
TEST_F(Interrupted, AStartOverwritesWhatWasNotFinished) {
    const fs::path unused = shard.parent_path() / "keys-00000000000000ff.new";
    for (const fs::path& draft : {fs::path(shard) += unfinished, unused}) {
        fs::copy_file(shard, draft);
        fs::create_hard_link(draft, scratch.path() / draft.filename());
    }
    const auto store = Store::open(scratch.options());
    ASSERT_TRUE(store) << store.error().text;
    for (const fs::path& draft : {fs::path(shard) += unfinished, unused}) {
        EXPECT_FALSE(fs::exists(draft));
        EXPECT_TRUE(is_zeros(scratch.path() / draft.filename())) << draft;
    }
    EXPECT_EQ((*store)->vault().open(person, theirs.key_slot, theirs.bytes).value(), "Zeb");
    EXPECT_EQ((*store)->vault().open(other, others.key_slot, others.bytes).value(), "Ann");
}

// The shard was damaged after an erasure of somebody else had been cut off: its key is overwritten where it lies, and
// what that erasure left holds it still.
TEST_F(Interrupted, AnErasureInADamagedShardIsNotConfirmedBeforeWhatWasLeftIsOverwritten) {
    const auto store = Store::open(scratch.options());
    ASSERT_TRUE(store) << store.error().text;
    const fs::path draft = fs::path(shard) += unfinished;
    fs::copy_file(shard, draft);
    fs::create_hard_link(draft, scratch.path() / "seen-draft");
    {
        std::fstream file(shard, std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(static_cast<std::streamoff>(offset_in_shard(theirs.key_slot + 500)));
        file << "damage";
    }
    ASSERT_TRUE((*store)->vault().erase_for_good(person, theirs.key_slot));
    EXPECT_TRUE(is_zeros(scratch.path() / "seen-draft"));
    EXPECT_FALSE(fs::exists(draft));

    fs::create_directories(draft / "in-the-way");
    const auto refused = (*store)->vault().erase_for_good(other, others.key_slot);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), VaultError::io);
    fs::remove_all(draft);
    EXPECT_TRUE((*store)->vault().erase_for_good(other, others.key_slot)) << "the list names it";
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
