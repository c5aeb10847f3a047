// SPDX-License-Identifier: Apache-2.0
//
// The newest batches, decoded and at hand for those who follow closely, so that they need not ask
// the database for what was in memory a moment ago. Not thread-safe: its owner locks.
#pragma once

#include <deque>
#include <vector>

#include "matcher/journal.hpp"
#include "storage/batch_bytes.hpp"

namespace hubward::storage {

class RecentBatches {
  public:
    static constexpr std::size_t batches_max = 64;
    // A few of the largest batches; the oldest go first.
    static constexpr std::size_t bytes_max = 8 * 1024 * 1024;

    void add(matcher::SharedBatch batch) {
        bytes_ += batch_bytes(*batch);
        batches_.push_back(std::move(batch));
        while (batches_.size() > batches_max ||
               (bytes_ > bytes_max && batches_.size() > 1)) {
            bytes_ -= batch_bytes(*batches_.front());
            batches_.pop_front();
        }
    }

    // Every batch with an event in (after, upto], or none when the first of them is not here.
    std::vector<matcher::SharedBatch> after(matcher::Sequence after, matcher::Sequence upto) const {
        std::vector<matcher::SharedBatch> found;
        if (batches_.empty() || batches_.front()->first > after + 1) {
            return found;
        }
        for (const matcher::SharedBatch& batch : batches_) {
            if (batch->last() > after && batch->first <= upto) {
                found.push_back(batch);
            }
        }
        return found;
    }

  private:
    std::deque<matcher::SharedBatch> batches_;
    std::size_t bytes_ = 0;
};

}  // namespace hubward::storage
