// SPDX-License-Identifier: Apache-2.0
#include "storage/stream_index.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/event_log.hpp"
#include "tests/storage/batches.hpp"

namespace hubward::storage {
namespace {

using matcher::ReferralIndex;
using ::testing::ElementsAre;

constexpr std::size_t all = 1'000'000;

std::vector<std::uint64_t> numbers(const StreamIndex& index, std::size_t readings_max) {
    std::vector<std::uint64_t> seqs;
    for (const StreamIndex::InPractice& at : index.of_referral(ReferralIndex{0}, readings_max)) {
        seqs.push_back(at.seq);
    }
    return seqs;
}

// Somebody looks at the details all the time; in between the person withdraws.
TEST(StreamIndex, KeepsTheNewestReadingsOfAReferralAndAllElse) {
    testing::History history;
    StreamIndex index;
    const auto submitted = history.next();  // 1: submitted, 2: offered
    ASSERT_TRUE(index.feed(*submitted));
    matcher::Batch batch;
    batch.first = submitted->last() + 1;
    for (std::uint64_t seq = 3; seq <= 8; ++seq) {
        const matcher::OnReferral on{ReferralIndex{0}, seq};
        batch.events.push_back(seq == 6 ? matcher::Event(matcher::Withdrawn{.on = on}) : matcher::DetailsDisclosed{on});
    }
    batch.count = static_cast<std::uint32_t>(batch.events.size());
    ASSERT_TRUE(index.feed(batch));
    EXPECT_THAT(numbers(index, all), ElementsAre(1, 2, 3, 4, 5, 6, 7, 8));
    EXPECT_THAT(numbers(index, 3), ElementsAre(1, 2, 5, 6, 7, 8));
    EXPECT_THAT(numbers(index, 2), ElementsAre(1, 2, 6, 7, 8));
    EXPECT_THAT(numbers(index, 0), ElementsAre(1, 2, 6));
}

}  // namespace
}  // namespace hubward::storage
