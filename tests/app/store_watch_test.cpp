// SPDX-License-Identifier: Apache-2.0
#include "server/jobs/store_watch.hpp"

#include <gtest/gtest.h>

namespace hubward::server::jobs {
namespace {

using storage::StoreTroubles;

TEST(StoreWatch, SaysNothingWhileAllIsWell) {
    StoreWatch watch;
    EXPECT_TRUE(watch.look({}).empty());
    EXPECT_TRUE(watch.look({}).empty());
}

TEST(StoreWatch, SaysOnceThatKeysGoAreGoneAndAreBack) {
    StoreWatch watch;
    StoreTroubles troubles;
    troubles.keys = "cannot write keyring";
    troubles.keys_left = 17;
    const auto going = watch.look(troubles);
    ASSERT_EQ(going.size(), 1u);
    EXPECT_FALSE(going[0].good);
    EXPECT_EQ(going[0].reason, troubles.keys);
    EXPECT_EQ(going[0].count, 17);
    EXPECT_TRUE(watch.look(troubles).empty());
    troubles.keys_left = 0;
    const auto gone = watch.look(troubles);
    ASSERT_EQ(gone.size(), 1u);
    EXPECT_NE(gone[0].message.find("refused"), std::string_view::npos) << gone[0].message;
    EXPECT_TRUE(watch.look(troubles).empty());
    const auto back = watch.look({});
    ASSERT_EQ(back.size(), 1u);
    EXPECT_TRUE(back[0].good);
    EXPECT_TRUE(watch.look({}).empty());
}

TEST(StoreWatch, SaysAfterTenSecondsThatTheMarkIsLateAndOnceThatItIsWell) {
    StoreWatch watch;
    StoreTroubles troubles;
    troubles.mark = "no inode";
    troubles.mark_late = mark_late_from - std::chrono::nanoseconds(1);
    EXPECT_TRUE(watch.look(troubles).empty());
    EXPECT_TRUE(watch.look({}).empty()) << "what was not told is not over";
    troubles.mark_late = mark_late_from;
    const auto late = watch.look(troubles);
    ASSERT_EQ(late.size(), 1u);
    EXPECT_FALSE(late[0].good);
    EXPECT_EQ(late[0].reason, "no inode");
    EXPECT_TRUE(watch.look(troubles).empty());
    const auto well = watch.look({});
    ASSERT_EQ(well.size(), 1u);
    EXPECT_TRUE(well[0].good);
}

TEST(StoreWatch, NamesEachPlaceThatCannotBeReadByItsNumber) {
    StoreWatch watch;
    StoreTroubles troubles;
    troubles.unreadable = {{7, matcher::JournalError::unavailable}, {9, matcher::JournalError::corrupt}};
    const auto lines = watch.look(troubles);
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_EQ(lines[0].number, 7);
    EXPECT_EQ(lines[0].reason, "the disk could not be read");
    EXPECT_EQ(lines[1].number, 9);
    EXPECT_EQ(lines[1].reason, "it is damaged");
}

}  // namespace
}  // namespace hubward::server::jobs
