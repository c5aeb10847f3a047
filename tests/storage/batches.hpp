// SPDX-License-Identifier: Apache-2.0
//
// Hand-made batches for tests of the storage room: a small, consistent history of invented people.
#pragma once

#include <memory>
#include <string>

#include "matcher/journal.hpp"

namespace hubward::storage::testing {

// Grows a history event by event. Every batch it gives is one that an engine could have written.
class History {
  public:
    // The next batch: `referrals` submissions, each offered to hub 0. The first batch of a history
    // also puts the hub up.
    matcher::SharedBatch next(std::size_t referrals = 1, std::string payload = "sealed bytes");

    matcher::Sequence last() const { return last_; }
    // Begins after `last` events; for a second writer of the same history.
    void forget_last(const matcher::Batch& batch);

  private:
    matcher::Sequence last_ = 0;
    std::uint64_t batches_ = 0;
    std::uint32_t referrals_ = 0;
    std::uint64_t hub_seq_ = 0;
    std::uint64_t practice_seq_ = 0;
};

// One batch with every command and every event of today's version, each field set to something that
// is not its default. record_v2.bin holds it.
matcher::Batch every_kind();
// … and of version 1, as record_v1.bin holds it. What version 1 did not have stays at its default.
matcher::Batch every_kind_of_version_1();

// Equal in all that is written (received_ns is not).
bool same(const matcher::Batch& a, const matcher::Batch& b);

}  // namespace hubward::storage::testing
