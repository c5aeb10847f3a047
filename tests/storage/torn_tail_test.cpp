// SPDX-License-Identifier: Apache-2.0
//
// A log whose last append reached the disk as a length and not as blocks, as ext4 leaves it.
#include "storage/torn_tail.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/storage/batches.hpp"
#include "tests/storage/scratch.hpp"
#include "tests/storage/wrapped_disk.hpp"

namespace hubward::storage::testing {
namespace {

namespace fs = std::filesystem;
using matcher::Append;

// Three batches as a killed process leaves them, and where each begins in the log.
class ThreeBatches {
  public:
    ThreeBatches() {
        auto store = scratch_.store();
        const auto owner = claim(store->journal());
        History history;
        for (std::size_t i = 0; i < 3; ++i) {
            EXPECT_EQ(append(store->journal(), owner, history.next(1, std::string(9'000, 'p'))),
                      Append::durable);
            ends_[i] = store->rocks().end();
            sizes_[i] = fs::file_size(log_of(scratch_ / "data"));
        }
        scratch_.copy_living("data", "killed");
        bytes_ = *read_file(log_of(scratch_ / "killed"));
    }

    const std::string& bytes() const { return bytes_; }
    std::size_t size_after(std::size_t batch) const { return sizes_[batch - 1]; }
    JournalEnd end_after(std::size_t batch) const { return ends_[batch - 1]; }

    // Opens a copy whose log holds these bytes and whose mark stands behind batch `marked`.
    auto open(const std::string& bytes, std::size_t marked, bool read_only = false, Disk* disk = nullptr,
              const char* empty_log = nullptr) {
        fs::remove_all(scratch_ / "copy");
        fs::copy(scratch_ / "killed", scratch_ / "copy", fs::copy_options::recursive);
        fs::remove(scratch_ / "copy/LOCK");
        EXPECT_TRUE(write_file_atomically(log_of(scratch_ / "copy"), bytes));
        if (empty_log != nullptr) {
            EXPECT_TRUE(write_file_atomically(scratch_ / "copy/db" / empty_log, ""));
        }
        const JournalEnd end = ends_[marked - 1];
        EXPECT_TRUE(write_high_water(scratch_ / "copy/high-water", {end.number, end.chain_head}));
        StoreOptions options = scratch_.options("copy");
        options.read_only = read_only;
        return FolderStore::open(options, {.disk = disk});
    }
    // The next start of that copy.
    auto open_again() { return FolderStore::open(scratch_.options("copy")); }
    std::string log() const { return *read_file(log_of(scratch_ / "copy")); }
    std::string with_zeros(std::size_t from, std::size_t to) const {
        std::string changed = bytes_;
        std::fill(changed.begin() + static_cast<std::ptrdiff_t>(from),
                  changed.begin() + static_cast<std::ptrdiff_t>(to), '\0');
        return changed;
    }
    fs::path kept() const {
        return scratch_ / ("copy/torn-" + log_of(scratch_ / "killed").filename().string());
    }

  private:
    static fs::path log_of(const fs::path& folder) {
        fs::path newest;
        for (const auto& file : fs::directory_iterator(folder / "db")) {
            if (file.path().extension() == ".log") {
                newest = std::max(newest, file.path());
            }
        }
        return newest;
    }

    Scratch scratch_;
    std::string bytes_;
    std::size_t sizes_[3] = {};
    JournalEnd ends_[3];
};

TEST(TornTail, AnAppendOfZerosOpensWithoutIt) {
    ThreeBatches three;
    const std::string torn = three.with_zeros(three.size_after(2), three.bytes().size());
    EXPECT_EQ(torn_tail(torn), three.size_after(2));
    const auto opened = three.open(torn, 2);
    ASSERT_TRUE(opened) << opened.error().text;
    EXPECT_EQ((*opened)->journal().tail().number, three.end_after(2).number);
}

// Of the last append some pages were written and some were not, whichever they are.
TEST(TornTail, AnyPageMayBeMissing) {
    ThreeBatches three;
    int kept = 0;
    for (std::size_t page = three.size_after(2) / 4096; page * 4096 < three.bytes().size();
         ++page) {
        const std::size_t from = std::max(three.size_after(2), page * 4096);
        const std::size_t to = std::min(three.bytes().size(), (page + 1) * 4096);
        const std::string torn = three.with_zeros(from, to);
        const auto opened = three.open(torn, 2);
        ASSERT_TRUE(opened) << "page " << page << ": " << opened.error().text;
        EXPECT_EQ((*opened)->journal().tail().number, three.end_after(2).number);
        // What was cut is kept beside; RocksDB itself passes over a head of zeros.
        const auto copy = read_file(three.kept());
        kept += copy && *copy == torn.substr(three.size_after(2)) ? 1 : 0;
    }
    EXPECT_GE(kept, 1);
}

// Killed between a write and its sync, started, and the power gone while that start had made its own log and not yet
// done with this one.
TEST(TornTail, MayStandBehindALogWithoutARecord) {
    ThreeBatches three;
    const std::size_t page = (three.size_after(2) / 4096 + 1) * 4096;  // RocksDB itself passes over a head of zeros
    const std::string torn = three.with_zeros(page, page + 4096);
    for (const bool read_only : {true, false}) {
        const auto opened = three.open(torn, 2, read_only, nullptr, "999999.log");
        ASSERT_TRUE(opened) << opened.error().text;
        EXPECT_EQ((*opened)->journal().tail().number, three.end_after(2).number);
    }
    EXPECT_EQ(read_file(three.kept()), torn.substr(three.size_after(2)));
}

// A disk on which only so many bytes can still be written to the logs and what is kept of them.
class NearlyFullDisk final : public WrappedDisk {
  public:
    explicit NearlyFullDisk(std::size_t room) : room_(room) {}
    std::expected<std::unique_ptr<Output>, std::string> create(const Path& path, unsigned mode) override {
        auto made = WrappedDisk::create(path, mode);
        if (made && path.native().find(".log") != std::string::npos) {
            return std::make_unique<Counted>(*std::move(made), room_);
        }
        return made;
    }

  private:
    class Counted final : public Output {
      public:
        Counted(std::unique_ptr<Output> file, std::size_t& room) : file_(std::move(file)), room_(room) {}
        Done write(std::string_view bytes) override {
            if (bytes.size() > room_) {
                return std::unexpected("cannot write: No space left on device");
            }
            room_ -= bytes.size();
            return file_->write(bytes);
        }
        Done end_here() override { return file_->end_here(); }
        Done sync() override { return file_->sync(); }

      private:
        std::unique_ptr<Output> file_;
        std::size_t& room_;
    };
    std::size_t room_;
};

// The last append without its last page, which is one that RocksDB refuses.
std::string without_last_page(const ThreeBatches& three) {
    const std::size_t size = three.bytes().size();
    return three.with_zeros(std::max(three.size_after(2) + 8, (size - 4096) / 4096 * 4096), size);
}

TEST(TornTail, IsCutOnADiskThatHasRoomForTheTailAlone) {
    ThreeBatches three;
    const std::string torn = without_last_page(three);
    NearlyFullDisk disk(three.bytes().size() - three.size_after(2));
    const auto opened = three.open(torn, 2, false, &disk);
    ASSERT_TRUE(opened) << opened.error().text;
    EXPECT_EQ((*opened)->journal().tail().number, three.end_after(2).number);
    EXPECT_EQ(*read_file(three.kept()), torn.substr(three.size_after(2)));
}

// Status 74, and no word of a backup; nothing is lost, and a start with room goes well.
TEST(TornTail, ThatCannotBeCutIsTroubleOfTheDiskAndNoDamage) {
    ThreeBatches three;
    const std::string torn = without_last_page(three);
    NearlyFullDisk disk(100);
    const auto refused = three.open(torn, 2, false, &disk);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().why, StoreError::io);
    EXPECT_NE(refused.error().text.find("No space left on device"), std::string::npos) << refused.error().text;
    EXPECT_EQ(refused.error().text.find("backup"), std::string::npos) << refused.error().text;
    EXPECT_EQ(three.log(), torn);
    const auto opened = three.open_again();
    ASSERT_TRUE(opened) << opened.error().text;
    EXPECT_EQ((*opened)->journal().tail().number, three.end_after(2).number);
}

// Whoever verifies a folder between the power cut and the start is not told that it is damaged.
TEST(TornTail, WhoOnlyLooksPassesOverItAndCutsNothing) {
    ThreeBatches three;
    for (std::size_t page = three.size_after(2) / 4096; page * 4096 < three.bytes().size(); ++page) {
        const std::string torn = three.with_zeros(std::max(three.size_after(2), page * 4096),
                                                  std::min(three.bytes().size(), (page + 1) * 4096));
        {
            const auto opened = three.open(torn, 2, true);
            ASSERT_TRUE(opened) << "page " << page << ": " << opened.error().text;
            EXPECT_EQ((*opened)->journal().tail().number, three.end_after(2).number);
        }
        EXPECT_EQ(three.log(), torn);
        EXPECT_FALSE(fs::exists(three.kept()));
    }
    const auto damaged = three.open(three.with_zeros(three.size_after(1), three.size_after(2)), 3, true);
    ASSERT_FALSE(damaged);
}

TEST(TornTail, WhatWasAcknowledgedIsMissedAllTheSame) {
    ThreeBatches three;
    const auto opened = three.open(three.with_zeros(three.size_after(2), three.bytes().size()), 3);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().why, StoreError::lost_data);
}

TEST(TornTail, ZerosWithRecordsBehindThemAreDamage) {
    ThreeBatches three;
    const std::string hole = three.with_zeros(three.size_after(1), three.size_after(2));
    EXPECT_EQ(torn_tail(hole), std::nullopt);
    const auto opened = three.open(hole, 3);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().why, StoreError::lost_data);
}

TEST(TornTail, AFlippedBitIsDamageWhereverItIs) {
    ThreeBatches three;
    EXPECT_EQ(torn_tail(three.bytes()), std::nullopt);
    for (std::size_t at = 0; at < three.bytes().size(); at += 97) {
        std::string flipped = three.bytes();
        flipped[at] = static_cast<char>(flipped[at] ^ 4);
        EXPECT_EQ(torn_tail(flipped), std::nullopt) << "byte " << at;
    }
}

}  // namespace
}  // namespace hubward::storage::testing
