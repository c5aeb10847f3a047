// SPDX-License-Identifier: Apache-2.0
//
// Positions of the feed's readers: remembered across a restart, never backwards, never too many.
#include "storage/feed_cursors.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <fstream>

#include "storage/files.hpp"
#include "tests/storage/scratch.hpp"

namespace hubward::storage::testing {
namespace {

namespace fs = std::filesystem;

struct File {
    Scratch scratch;
    fs::path path;
    File() : path(scratch / "cursors") {}
    std::unique_ptr<FeedCursors> open() const { return FeedCursors::open(path).value(); }
};

TEST(FeedCursors, RememberTheNewestAckAcrossARestart) {
    const File file;
    {
        auto cursors = file.open();
        cursors->put("hub/library/till hub/library", "e1", 4);
        cursors->put("hub/library/till hub/library", "e1", 9);
        cursors->put("hub/library/till hub/library", "e1", 7);  // an older ack comes late
        ASSERT_TRUE(cursors->flush());
        cursors->put("hub/library/till hub/library", "e1", 10);
        ASSERT_TRUE(cursors->flush());
    }
    const auto found = file.open()->find("hub/library/till hub/library");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->seq, 10u);
    EXPECT_EQ(found->epoch, "e1");
    EXPECT_FALSE(file.open()->find("hub/library/other hub/library"));
}

TEST(FeedCursors, ANewEpochMayStartBelow) {
    auto cursors = FeedCursors::in_memory();
    cursors->put("a", "e1", 100);
    cursors->put("a", "e2", 3);
    EXPECT_EQ(cursors->find("a")->seq, 3u);
    EXPECT_TRUE(cursors->flush()) << "nothing to write is no failure";
}

TEST(FeedCursors, PassOverADamagedOrTornLine) {
    const File file;
    {
        auto cursors = file.open();
        cursors->put("first", "e1", 1);
        ASSERT_TRUE(cursors->flush());
        cursors->put("second", "e1", 2);
        ASSERT_TRUE(cursors->flush());
    }
    std::string content = read_file(file.path).value();
    content[20] ^= 1;             // inside the first line
    content.resize(content.size() - 3);  // and the second is torn
    std::ofstream(file.path, std::ios::binary) << content << "\nnonsense\n";
    const auto cursors = file.open();
    EXPECT_EQ(cursors->readers(), 0u);
}

// A limit on the size of files, as a disk that is full in the middle of a line.
class NoRoomBeyond {
  public:
    explicit NoRoomBeyond(std::uintmax_t bytes) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        ::rlimit limit = before_;
        limit.rlim_cur = bytes;
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~NoRoomBeyond() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }
    NoRoomBeyond(const NoRoomBeyond&) = delete;
    NoRoomBeyond& operator=(const NoRoomBeyond&) = delete;

  private:
    ::rlimit before_{};
    void (*handler_)(int) = std::signal(SIGXFSZ, SIG_IGN);
};

TEST(FeedCursors, AFlushThatFailedIsMadeUpForWithoutANewAck) {
    const File file;
    auto cursors = file.open();
    cursors->put("first", "e1", 1);
    ASSERT_TRUE(cursors->flush());
    cursors->put("second", "e1", 2);
    {
        const NoRoomBeyond half_a_line(fs::file_size(file.path) + 10);
        ASSERT_FALSE(cursors->flush());
        ASSERT_FALSE(cursors->flush()) << "it is tried again, and fails again";
    }
    ASSERT_TRUE(cursors->flush());
    const auto again = file.open();
    EXPECT_EQ(again->readers(), 2U);
    ASSERT_TRUE(again->find("second")) << "its line did not grow onto the torn one";
    EXPECT_EQ(again->find("second")->seq, 2U);
    ASSERT_TRUE(cursors->flush());
    cursors->put("third", "e1", 3);
    ASSERT_TRUE(cursors->flush());
    EXPECT_TRUE(file.open()->find("third"));
}

TEST(FeedCursors, TheFirstLineAfterACrashDoesNotGrowOntoATornOne) {
    const File file;
    {
        auto cursors = file.open();
        cursors->put("first", "e1", 1);
        ASSERT_TRUE(cursors->flush());
    }
    fs::resize_file(file.path, fs::file_size(file.path) - 3);
    auto cursors = file.open();
    cursors->put("second", "e1", 2);
    ASSERT_TRUE(cursors->flush());
    EXPECT_TRUE(file.open()->find("second"));
}

TEST(FeedCursors, AFileThatCannotBeLookedAtIsNoEmptyOne) {
    const Scratch scratch;
    const fs::path file = scratch / "cursors";
    fs::create_symlink(file, file);
    const auto opened = FeedCursors::open(file);
    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().find("cursors"), std::string::npos);
}

TEST(FeedCursors, ForgetTheLongestSilentBeyondTheBound) {
    auto cursors = FeedCursors::in_memory();
    for (std::size_t i = 0; i <= FeedCursors::readers_max; ++i) {
        cursors->put(std::to_string(i), "e1", i);
    }
    EXPECT_EQ(cursors->readers(), FeedCursors::readers_max);
    EXPECT_FALSE(cursors->find("0"));
    EXPECT_TRUE(cursors->find("1"));
}

// A tablet that calls itself anew each time it asks.
TEST(FeedCursors, WhoMakesNamesWithoutEndForgetsOnlyItsOwn) {
    const File file;
    const auto tablet = [](std::size_t i) { return "hub/hall tablet-" + std::to_string(i) + " hub/hall"; };
    const auto look = [&](const FeedCursors& cursors, std::size_t newest) {
        EXPECT_TRUE(cursors.find("hub/library till hub/library"));
        EXPECT_TRUE(cursors.find("place/hall till hub/hall")) << "another role of that name";
        EXPECT_TRUE(cursors.find("ops/night tablet hub/library"));
        EXPECT_TRUE(cursors.find(tablet(0))) << "it was heard of again";
        EXPECT_FALSE(cursors.find(tablet(1)));
        EXPECT_FALSE(cursors.find(tablet(newest + 1 - FeedCursors::names_max)));
        EXPECT_TRUE(cursors.find(tablet(newest + 2 - FeedCursors::names_max)));
        EXPECT_EQ(cursors.readers(), 3 + FeedCursors::names_max);
    };
    auto cursors = file.open();
    cursors->put("hub/library till hub/library", "e1", 7);
    cursors->put("place/hall till hub/hall", "e1", 8);
    cursors->put("ops/night tablet hub/library", "e1", 9);
    const std::size_t newest = FeedCursors::readers_max + 100;
    for (std::size_t i = 0; i <= newest; ++i) {
        cursors->put(tablet(i), "e1", i);
        cursors->put(tablet(0), "e1", i);
    }
    look(*cursors, newest);
    ASSERT_TRUE(cursors->flush());
    look(*file.open(), newest);
}

// One reader of a hundred streams is a hundred positions, and all of them are wanted.
TEST(FeedCursors, OneNameMayFollowManyStreams) {
    auto cursors = FeedCursors::in_memory();
    const auto reader = [](std::size_t i) { return "ops/night dashboard hub/h" + std::to_string(i); };
    const std::size_t streams = 4 * FeedCursors::names_max;
    for (std::size_t i = 0; i < streams; ++i) {
        cursors->put(reader(i), "e1", i);
    }
    for (std::size_t i = 0; i < streams; ++i) {
        EXPECT_TRUE(cursors->find(reader(i)));
    }
}

TEST(FeedCursors, WriteTheFileAnewWhenMostOfItIsOld) {
    const File file;
    auto cursors = file.open();
    for (std::uint64_t seq = 1; seq <= 5'000; ++seq) {
        cursors->put("one reader with a rather long name", "e1", seq);
        ASSERT_TRUE(cursors->flush());
    }
    EXPECT_LT(fs::file_size(file.path), 70u * 1024);
    EXPECT_EQ(file.open()->find("one reader with a rather long name")->seq, 5'000u);
}

}  // namespace
}  // namespace hubward::storage::testing
