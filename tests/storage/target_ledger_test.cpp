// SPDX-License-Identifier: Apache-2.0
//
// The list beside the master key of targets that ended and secrets that were replaced.
#include "storage/target_ledger.hpp"

#include <gtest/gtest.h>

#include "storage/checked_lines.hpp"
#include "storage/files.hpp"
#include "tests/storage/scratch.hpp"

namespace hubward::storage::testing {
namespace {

namespace fs = std::filesystem;

struct TargetList : ::testing::Test {
    TargetLedger open() const { return TargetLedger::open(file).value(); }
    static OutboundTarget target(std::string id, std::uint32_t generation) {
        OutboundTarget made;
        made.id = std::move(id);
        made.secret_generation = generation;
        made.rotated_ms = 5;
        return made;
    }
    // What is left of these by their list: "id generation", with spaces between.
    std::string left(std::vector<OutboundTarget> targets) const {
        open().honour(targets);
        std::string all;
        for (const OutboundTarget& one : targets) {
            all += (all.empty() ? "" : " ") + one.id + " " + std::to_string(one.secret_generation);
        }
        return all;
    }
    Scratch scratch;
    fs::path file = targets_beside(scratch / "master.key");
};

TEST_F(TargetList, KeepsEndsAndTheNewestSecretOverARestart) {
    EXPECT_EQ(left({target("a", 1)}), "a 1") << "no list, no change";
    {
        TargetLedger ledger = open();
        ASSERT_TRUE(ledger.rotated("a", 2));
        ASSERT_TRUE(ledger.rotated("a", 4));
        ASSERT_TRUE(ledger.rotated("a", 3)) << "late, and no news";
        ASSERT_TRUE(ledger.rotated("b", 2));
        ASSERT_TRUE(ledger.ended("b"));
        ASSERT_TRUE(ledger.rotated("b", 9)) << "ended for good";
    }
    EXPECT_EQ(left({target("a", 1), target("b", 1), target("c", 7)}), "a 4 c 7");
    EXPECT_EQ(left({target("a", 6)}), "a 6") << "the book may be ahead";
    std::vector<OutboundTarget> same = {target("a", 4), target("c", 1)};
    EXPECT_FALSE(open().honour(same));
    EXPECT_EQ(same[0].rotated_ms, 5) << "and an overlap that runs goes on";
}

TEST_F(TargetList, ThatIsDamagedOrCannotBeReadRefusesTheStartAndIsNamed) {
    {
        TargetLedger ledger = open();
        ASSERT_TRUE(ledger.ended("a"));
        ASSERT_TRUE(ledger.ended("b"));
    }
    std::string content = read_file(file).value();
    const std::string whole = content;
    content[20] ^= 1;
    for (const std::string& bad : {content, whole.substr(0, whole.size() - 1), whole.substr(0, 40)}) {
        ASSERT_TRUE(write_file_atomically(file, bad));
        const auto refused = TargetLedger::open(file);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().why, StoreError::corrupt);
        EXPECT_NE(refused.error().text.find("master.key.webhooks"), std::string::npos);
    }
    fs::remove(file);
    fs::create_directories(file);
    const auto unreadable = TargetLedger::open(file);
    ASSERT_FALSE(unreadable);
    EXPECT_EQ(unreadable.error().why, StoreError::io) << "no copy needs to be put back for that";
}

TEST_F(TargetList, WhatCannotBeWrittenChangesNothing) {
    TargetLedger ledger = open();
    fs::create_directories(file / "in-the-way");
    EXPECT_FALSE(ledger.ended("a"));
    std::vector<OutboundTarget> targets = {target("a", 1)};
    EXPECT_FALSE(ledger.honour(targets));
    EXPECT_EQ(targets.size(), 1U);
}

TEST_F(TargetList, ForgetsTheFirstThatEndedBeyondTheBound) {
    std::string full = checked_line("2 rotated");
    for (std::size_t i = 1; i < TargetLedger::entries_max; ++i) {
        full += checked_line("4294967295 e" + std::to_string(i));
    }
    ASSERT_TRUE(write_file_atomically(file, full));
    {
        TargetLedger ledger = open();
        ASSERT_TRUE(ledger.ended("last"));
    }
    EXPECT_EQ(left({target("rotated", 1), target("e1", 1), target("e2", 1), target("last", 1)}), "rotated 2 e1 1");
}

// A restored folder on trial beside its server: one master key, two processes, one list.
TEST_F(TargetList, OfTwoProcessesKeepsTheLinesOfBoth) {
    TargetLedger live = open();
    TargetLedger trial = open();
    ASSERT_TRUE(live.ended("a"));
    ASSERT_TRUE(live.rotated("b", 5));
    ASSERT_TRUE(trial.rotated("b", 3)) << "late, and no news";
    ASSERT_TRUE(trial.ended("c"));
    ASSERT_TRUE(live.rotated("d", 2));
    EXPECT_EQ(left({target("a", 1), target("b", 1), target("c", 1), target("d", 1)}), "b 5 d 2");
}

TEST_F(TargetList, ThatIsDamagedMeanwhileTakesNothingAndStaysAsItIs) {
    TargetLedger ledger = open();
    ASSERT_TRUE(ledger.ended("a"));
    ASSERT_TRUE(write_file_atomically(file, "half a li"));
    EXPECT_FALSE(ledger.ended("b"));
    EXPECT_EQ(read_file(file).value(), "half a li");
}

TEST_F(TargetList, WaitsItsTurnAndSaysForWhatItWaitedTooLong) {
    TargetLedger ledger = open();
    {
        const auto turn = take_turn_at(file);
        ASSERT_TRUE(turn);
        const auto late = ledger.ended("a");
        ASSERT_FALSE(late);
        EXPECT_NE(late.error().find("master.key.webhooks.lock"), std::string::npos) << late.error();
    }
    EXPECT_EQ(left({target("a", 1)}), "a 1");
    EXPECT_TRUE(ledger.ended("a"));
}

}  // namespace
}  // namespace hubward::storage::testing
