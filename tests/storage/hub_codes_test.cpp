// SPDX-License-Identifier: Apache-2.0
//
// Code words of hubs: told right from wrong, locked after ten wrong ones, across restarts.
#include "storage/hub_codes.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "storage/files.hpp"
#include "tests/storage/scratch.hpp"

namespace hubward::storage::testing {
namespace {

namespace fs = std::filesystem;
using Answer = HubCodes::Answer;

constexpr matcher::ExternalRef right_word{1, 2};
constexpr matcher::ExternalRef wrong_word{1, 3};

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
    EXPECT_EQ(codes->check("library", right_word), Answer::none_set);
    ASSERT_TRUE(codes->set("library", right_word));
    EXPECT_TRUE(codes->usable("library"));
    EXPECT_EQ(codes->check("library", right_word), Answer::right);
    EXPECT_EQ(codes->check("library", wrong_word), Answer::wrong);
    EXPECT_EQ(codes->check("chapel", right_word), Answer::none_set);
}

TEST(HubCodes, LockAfterTenWrongOnesInARowAndARestartGivesNoFreshTries) {
    const File file;
    {
        auto codes = file.open();
        ASSERT_TRUE(codes->set("library", right_word));
        for (unsigned i = 0; i + 1 < HubCodes::tries_max; ++i) {
            EXPECT_EQ(codes->check("library", wrong_word), Answer::wrong);
        }
        EXPECT_EQ(codes->check("library", right_word), Answer::right) << "a right one starts the count anew";
        for (unsigned i = 0; i + 1 < HubCodes::tries_max; ++i) {
            EXPECT_EQ(codes->check("library", wrong_word), Answer::wrong);
        }
    }
    auto codes = file.open();
    EXPECT_EQ(codes->check("library", wrong_word), Answer::locked);
    EXPECT_EQ(codes->check("library", right_word), Answer::locked);
    EXPECT_FALSE(codes->usable("library"));
    ASSERT_TRUE(codes->set("library", wrong_word));
    EXPECT_EQ(file.open()->check("library", wrong_word), Answer::right);
}

// A word that was lost must not look like one that was never set.
TEST(HubCodes, RefuseAFileThatCannotBeRead) {
    const File file;
    ASSERT_TRUE(write_file_atomically(file.path, "library 1 2 0\nchapel 1 x 0\n"));
    const auto opened = HubCodes::open(file.path);
    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().find("hub-codes"), std::string::npos);
}

TEST(HubCodes, WhatCannotBeWrittenIsNotSet) {
    const File file;
    auto codes = file.open();
    fs::create_directory(file.path);  // a folder where the file should be
    std::ofstream(file.path / "full") << "x";
    EXPECT_FALSE(codes->set("library", right_word));
    EXPECT_FALSE(codes->usable("library"));
}

}  // namespace
}  // namespace hubward::storage::testing
