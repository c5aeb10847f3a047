// SPDX-License-Identifier: Apache-2.0
//
// EventLog over a RocksJournal. It learns of new batches from the journal (learn) and, when it
// finds itself behind, reads what it missed; so it is right whether or not anyone told it.
#pragma once

#include <atomic>
#include <deque>
#include <limits>
#include <list>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

#include "storage/event_log.hpp"
#include "storage/rocks_journal.hpp"
#include "storage/stream_index.hpp"

namespace hubward::storage {

class JournalLog final : public EventLog {
  public:
    // Decoded batches kept for readers, the least recently used goes first. A page of history is
    // usually one or two batches; a hundred serve all pages that are open.
    static constexpr std::size_t cached_batches_max = 128;

    explicit JournalLog(RocksJournal& journal) : journal_(journal) {}

    // A durable batch, in order. Batches that do not follow on are left for catch_up, and those that are
    // not to be shown yet wait for it. Any thread.
    void learn(const matcher::SharedBatch& batch);
    void show_up_to(matcher::Sequence number) override;

    std::optional<StreamEvent> entry(matcher::Sequence number) override;
    StreamBounds bounds(std::string_view stream) override;
    std::vector<StreamEvent> read(std::string_view stream, std::uint64_t after,
                                  std::size_t limit) override;
    std::vector<StreamEvent> of_referral(matcher::ReferralIndex referral) override;

  private:
    void catch_up();
    matcher::SharedBatch batch_with(matcher::Sequence number);
    // Adds the event, read from `batch` or, when it is not in there, from its own; false when that
    // cannot be read.
    bool add(std::vector<StreamEvent>& events, matcher::SharedBatch& batch, std::uint64_t seq,
             matcher::Sequence number);
    void keep(const matcher::SharedBatch& batch);

    RocksJournal& journal_;
    std::shared_mutex index_mutex_;
    StreamIndex index_;  // under index_mutex_
    std::deque<matcher::SharedBatch> unshown_;  // under index_mutex_; a few: a batch is shown when it is durable
    std::atomic<matcher::Sequence> shown_{std::numeric_limits<matcher::Sequence>::max()};

    std::mutex cache_mutex_;
    std::list<matcher::SharedBatch> newest_first_;  // under cache_mutex_
};

}  // namespace hubward::storage
