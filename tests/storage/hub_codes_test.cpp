// SPDX-License-Identifier: Apache-2.0
//
// Code words of hubs: told right from wrong, locked after ten wrong ones, across restarts.
#include "storage/hub_codes.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <fstream>
#include <limits>
#include <thread>

#include "storage/files.hpp"
#include "tests/storage/scratch.hpp"

namespace hubward::storage::testing {
namespace {

namespace fs = std::filesystem;
using Answer = HubCodes::Answer;

constexpr matcher::ExternalRef right_word{1, 2};
constexpr matcher::ExternalRef wrong_word{1, 3};

Answer told(const HubCodes::Pending& pending) {
    pending->wait(Answer::not_yet);
    return *pending;
}

struct File {
    Scratch scratch;
    fs::path path;
    File() : path(scratch / "hub-codes") {}
    std::unique_ptr<HubCodes> open() const { return HubCodes::open(path).value(); }
};

TEST(HubCodes, TellRightFromWrongAndHubFromHub) {
    const File file;
    auto codes = file.open();
    EXPECT_FALSE(codes->usable("library"));
    EXPECT_EQ(told(codes->check("library", right_word)), Answer::none_set);
    ASSERT_EQ(told(codes->set("library", right_word)), Answer::kept);
    EXPECT_TRUE(codes->usable("library"));
    EXPECT_EQ(told(codes->check("library", right_word)), Answer::right);
    EXPECT_EQ(told(codes->check("library", wrong_word)), Answer::wrong);
    EXPECT_EQ(told(codes->check("chapel", right_word)), Answer::none_set);
}

TEST(HubCodes, LockAfterTenWrongOnesInARowAndARestartGivesNoFreshTries) {
    const File file;
    {
        auto codes = file.open();
        ASSERT_EQ(told(codes->set("library", right_word)), Answer::kept);
        for (unsigned i = 0; i + 1 < HubCodes::tries_max; ++i) {
            EXPECT_EQ(told(codes->check("library", wrong_word)), Answer::wrong);
        }
        EXPECT_EQ(told(codes->check("library", right_word)), Answer::right) << "a right one starts the count anew";
        for (unsigned i = 0; i + 1 < HubCodes::tries_max; ++i) {
            EXPECT_EQ(told(codes->check("library", wrong_word)), Answer::wrong);
        }
    }
    auto codes = file.open();
    EXPECT_EQ(told(codes->check("library", wrong_word)), Answer::locked);
    EXPECT_EQ(told(codes->check("library", right_word)), Answer::locked);
    EXPECT_FALSE(codes->usable("library"));
    ASSERT_EQ(told(codes->set("library", wrong_word)), Answer::kept);
    EXPECT_EQ(told(file.open()->check("library", wrong_word)), Answer::right);
}

// A word that was lost must not look like one that was never set.
TEST(HubCodes, RefuseAFileThatCannotBeRead) {
    const File file;
    ASSERT_TRUE(write_file_atomically(file.path, "library 1 2 0\nchapel 1 x 0\n"));
    const auto opened = HubCodes::open(file.path);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().why, StoreError::corrupt) << "a restart would not heal it";
    EXPECT_NE(opened.error().text.find("hub-codes"), std::string::npos);
}

// Taken for an empty one, it would lose everybody's word with the next that is set.
TEST(HubCodes, AFileThatCannotBeLookedAtIsNoEmptyOne) {
    const File file;
    fs::create_symlink(file.path, file.path);
    const auto opened = HubCodes::open(file.path);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().why, StoreError::io);
    EXPECT_NE(opened.error().text.find("hub-codes"), std::string::npos);
}

TEST(HubCodes, WhatCannotBeWrittenIsNotSet) {
    const File file;
    auto codes = file.open();
    fs::create_directory(file.path);  // a folder where the file should be
    std::ofstream(file.path / "full") << "x";
    EXPECT_EQ(told(codes->set("library", right_word)), Answer::failed);
    EXPECT_FALSE(codes->usable("library"));
}

// A pipe where the new file is written: the writer hangs until somebody reads, and then fails, because a pipe
// cannot be synced. The write behind it finds the pipe gone and goes well.
struct SlowFailure {
    fs::path pipe;
    explicit SlowFailure(const File& file) : pipe(file.path.string() + ".new") {
        EXPECT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    }
    std::ifstream meet_writer() const { return std::ifstream(pipe); }
};

void read_all(std::ifstream& in) { in.ignore(std::numeric_limits<std::streamsize>::max()); }

TEST(HubCodes, AWordOpensNothingBeforeTheDiskHoldsIt) {
    const File file;
    auto codes = file.open();
    ASSERT_EQ(told(codes->set("library", wrong_word)), Answer::kept);
    const SlowFailure slow(file);
    const auto first = codes->set("chapel", right_word);
    const auto changed = codes->set("library", right_word);
    EXPECT_FALSE(codes->usable("chapel"));
    EXPECT_EQ(*codes->check("chapel", right_word), Answer::none_set);
    EXPECT_EQ(*codes->check("library", wrong_word), Answer::right) << "the word before holds on";
    EXPECT_EQ(*codes->check("library", right_word), Answer::not_yet) << "a wrong try like any other";
    std::ifstream reader = slow.meet_writer();
    read_all(reader);
    EXPECT_EQ(told(first), Answer::failed);
    EXPECT_FALSE(codes->usable("chapel"));
    const bool behind = told(changed) == Answer::kept;  // or in the same write as the first
    EXPECT_EQ(told(codes->check("library", behind ? right_word : wrong_word)), Answer::right);
}

TEST(HubCodes, AWordThatCouldNotBeWrittenIsNotBroughtBackByOneBehindIt) {
    const File file;
    auto codes = file.open();
    constexpr matcher::ExternalRef old_word{7, 7};
    ASSERT_EQ(told(codes->set("library", old_word)), Answer::kept);
    const SlowFailure slow(file);
    const auto lost = codes->set("library", right_word);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));  // most likely with the disk by now
    const auto again = codes->set("library", right_word);        // somebody pressed the button twice
    EXPECT_EQ(*lost, Answer::not_yet);
    std::ifstream reader = slow.meet_writer();
    read_all(reader);
    EXPECT_EQ(told(lost), Answer::failed);
    const bool behind = told(again) == Answer::kept;  // or in the same write as the first
    const auto word = behind ? right_word : old_word;
    EXPECT_EQ(told(codes->check("library", word)), Answer::right);
    EXPECT_EQ(told(file.open()->check("library", word)), Answer::right) << "what works is on the disk";
}

TEST(HubCodes, OfTwoWordsThatFailTheOneBeforeBothHoldsOn) {
    const File file;
    auto codes = file.open();
    constexpr matcher::ExternalRef old_word{7, 7};
    ASSERT_EQ(told(codes->set("library", old_word)), Answer::kept);
    fs::create_directory(file.path.string() + ".new");  // nothing can be written
    const auto one = codes->set("library", right_word);
    const auto other = codes->set("library", wrong_word);
    EXPECT_EQ(told(one), Answer::failed);
    EXPECT_EQ(told(other), Answer::failed);
    EXPECT_EQ(told(codes->check("library", old_word)), Answer::right);
    EXPECT_EQ(told(codes->check("library", right_word)), Answer::failed) << "a wrong try that cannot be written";
    EXPECT_TRUE(codes->usable("library"));
}

// The disk hangs: a pipe that nobody reads stands where the new file is written.
TEST(HubCodes, NobodyWaitsForADiskThatHangs) {
    const File file;
    auto codes = file.open();
    ASSERT_EQ(told(codes->set("library", right_word)), Answer::kept);
    const fs::path beside = file.path.string() + ".new";
    ASSERT_EQ(::mkfifo(beside.c_str(), 0600), 0);
    const auto changed = codes->set("chapel", right_word);
    const auto guessed = codes->check("library", wrong_word);
    EXPECT_EQ(*changed, Answer::not_yet);
    EXPECT_EQ(*guessed, Answer::not_yet);
    EXPECT_TRUE(codes->usable("library"));
    for (unsigned i = 0; i + 1 < HubCodes::tries_max; ++i) {
        codes->check("library", wrong_word);
    }
    EXPECT_FALSE(codes->usable("library")) << "tries that nobody was told of count";
    std::size_t taken = 0;
    while (*codes->set("mosque", right_word) != Answer::failed) {
        ASSERT_LE(++taken, 2 * HubCodes::waiting_max) << "so many may wait, and one crowd may be with the disk";
    }
    const FileHandle reader(::open(beside.c_str(), O_RDONLY | O_CLOEXEC));  // a pipe cannot be synced
    EXPECT_EQ(told(changed), Answer::failed);
    EXPECT_FALSE(codes->usable("chapel"));
}

}  // namespace
}  // namespace hubward::storage::testing
