// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "server/jobs/jobs.hpp"

namespace hubward::server::jobs {
namespace {

using std::chrono::minutes;
using std::chrono::nanoseconds;

constexpr std::uint64_t every = 1'000'000;

TEST(SnapshotDue, AfterSoManyEventsAtOnce) {
    EXPECT_FALSE(snapshot_due(every - 1, minutes(0), every));
    EXPECT_TRUE(snapshot_due(every, minutes(0), every));
}

TEST(SnapshotDue, AfterAHundredthOnceItHasRested) {
    EXPECT_FALSE(snapshot_due(every / snapshot_rested_share, snapshot_rest - nanoseconds(1), every));
    EXPECT_TRUE(snapshot_due(every / snapshot_rested_share, snapshot_rest, every));
    EXPECT_FALSE(snapshot_due(every / snapshot_rested_share - 1, minutes(100'000), every));
}

}  // namespace
}  // namespace hubward::server::jobs
