// SPDX-License-Identifier: Apache-2.0
//
// EventLog over a RocksJournal. It learns of new batches from the journal (learn) and, when it
// finds itself behind, reads what it missed; so it is right whether or not anyone told it.
//
// After a start it has the whole journal to catch up with, but for what a snapshot holds. Whoever asks for a stream
// waits for that; the journal's writer, which learns between two batches, never does.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <limits>
#include <list>
#include <mutex>
#include <shared_mutex>
#include <thread>
#include <unordered_map>

#include "storage/event_log.hpp"
#include "storage/rocks_journal.hpp"
#include "storage/stream_index.hpp"
#include "storage/unreadable.hpp"

namespace hubward::storage {

class JournalLog final : public EventLog {
  public:
    // Decoded batches kept for readers, the least recently used goes first. A page of history is
    // usually one or two batches; a hundred serve all pages that are open.
    static constexpr std::size_t cached_batches_max = 128;
    // … and no more than this, however large they are: a handful of the largest.
    static constexpr std::size_t cached_bytes_max = 16 * 1024 * 1024;

    // What is read while nobody may add to the index, at the end of catching up: a millisecond.
    static constexpr matcher::Sequence last_stretch_events = 1'000;

    explicit JournalLog(RocksJournal& journal);
    ~JournalLog() override;

    // A durable batch, in order. Batches that do not follow on are left for catch_up, and those that are
    // not to be shown yet wait for it. Any thread.
    void learn(const matcher::SharedBatch& batch);
    void show_up_to(matcher::Sequence number) override;
    // Where the index may begin instead of at the first event, should it be empty still: asked once, by whoever catches
    // up first. Nothing, and the journal is read. Any thread; never blocks on the disk.
    using IndexImage = std::function<std::optional<StreamIndex>()>;
    void begin_with(IndexImage image);
    // When it is behind: catches up on a thread of its own after that time, so that nobody who asks for a
    // stream has to wait for it. Once; another call does nothing. Any thread.
    void catch_up_beside(std::chrono::milliseconds after);
    bool is_behind();
    // Where a read came to nothing: readers only see that there is less than there was.
    Unreadable& unreadable() { return unreadable_; }

    std::optional<StreamEvent> entry(matcher::Sequence number) override;
    StreamBounds bounds(std::string_view stream) override;
    std::string epoch() override;
    std::vector<StreamEvent> read(std::string_view stream, std::uint64_t after,
                                  std::size_t limit) override;
    std::vector<StreamEvent> of_referral(matcher::ReferralIndex referral) override;
    std::vector<StreamEvent> deeds_of_referral(matcher::ReferralIndex referral, std::size_t readings_max) override;

  private:
    void catch_up();
    void read_last_stretch();  // under catching_up_
    void begin();  // under catching_up_
    // Where streams end now.
    matcher::Sequence tail() const;
    matcher::SharedBatch batch_with(matcher::Sequence number);
    // Adds the event, read from `batch` or, when it is not in there, from its own; false when that
    // cannot be read.
    bool add(std::vector<StreamEvent>& events, matcher::SharedBatch& batch, std::uint64_t seq,
             matcher::Sequence number);
    void keep(const matcher::SharedBatch& batch);

    RocksJournal& journal_;
    Unreadable unreadable_;
    // Held by whoever reads the journal for the index; before index_mutex_. The journal's writer never
    // takes it.
    std::mutex catching_up_;
    IndexImage image_;  // under catching_up_
    std::shared_mutex index_mutex_;
    StreamIndex index_;  // under index_mutex_
    std::deque<matcher::SharedBatch> unshown_;  // under index_mutex_; a few: a batch is shown when it is durable
    std::atomic<matcher::Sequence> shown_{std::numeric_limits<matcher::Sequence>::max()};

    std::mutex cache_mutex_;
    std::list<matcher::SharedBatch> newest_first_;  // under cache_mutex_
    std::size_t cached_bytes_ = 0;                  // under cache_mutex_

    std::mutex beside_mutex_;  // before index_mutex_
    std::condition_variable stop_beside_;
    std::atomic<bool> stopping_{false};  // set under beside_mutex_; relaxed: only ends a long read
    std::thread beside_;                 // under beside_mutex_, until stopping_
};

}  // namespace hubward::storage
