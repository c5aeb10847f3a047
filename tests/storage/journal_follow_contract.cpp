// SPDX-License-Identifier: Apache-2.0
//
// The part of the journal's contract that is about following it.
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "tests/storage/batches.hpp"
#include "tests/storage/journal_contract.hpp"
#include "tests/storage/scratch.hpp"

namespace hubward::storage::testing {
namespace {

using matcher::Append;
using matcher::Sequence;
using matcher::SharedBatch;

// Collects what a subscription delivers and lets a test wait for it.
class Collected {
  public:
    matcher::Journal::Sink sink() {
        return [this](const SharedBatch& batch) {
            const std::lock_guard lock(mutex_);
            batches_.push_back(batch);
            changed_.notify_all();
            return true;
        };
    }
    bool reaches(Sequence number) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, std::chrono::seconds(20), [&] {
            return !batches_.empty() && batches_.back()->last() >= number;
        });
    }
    std::vector<SharedBatch> batches() {
        const std::lock_guard lock(mutex_);
        return batches_;
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<SharedBatch> batches_;
};

TEST_P(JournalContract, FollowGivesThePastAndThenTheFuture) {
    History history;
    const auto owner = claim(journal());
    for (int i = 0; i < 5; ++i) {
        ASSERT_EQ(append(journal(), owner, history.next()), Append::durable);
    }
    Collected collected;
    const auto subscription = journal().follow(0, collected.sink());
    ASSERT_TRUE(collected.reaches(history.last()));
    for (int i = 0; i < 100; ++i) {
        ASSERT_EQ(append(journal(), owner, history.next()), Append::durable);
    }
    ASSERT_TRUE(collected.reaches(history.last()));
    Sequence next = 1;
    for (const auto& batch : collected.batches()) {
        EXPECT_EQ(batch->first, next);
        next = batch->last() + 1;
    }
}

TEST_P(JournalContract, FollowBeginsAfterTheNumberGiven) {
    History history;
    const auto owner = claim(journal());
    ASSERT_EQ(append(journal(), owner, history.next()), Append::durable);
    const Sequence known = history.last();
    ASSERT_EQ(append(journal(), owner, history.next()), Append::durable);
    Collected collected;
    const auto subscription = journal().follow(known, collected.sink());
    ASSERT_TRUE(collected.reaches(history.last()));
    EXPECT_EQ(collected.batches().front()->first, known + 1);
}

TEST_P(JournalContract, ASlowFollowerSlowsOnlyItself) {
    History history;
    const auto owner = claim(journal());
    std::mutex gate;
    std::unique_lock closed(gate);
    std::atomic<Sequence> seen{0};
    const auto subscription = journal().follow(0, [&](const SharedBatch& batch) {
        const std::lock_guard wait(gate);
        seen = batch->last();
        return true;
    });
    Collected quick;
    const auto other = journal().follow(0, quick.sink());
    for (int i = 0; i < 20; ++i) {
        ASSERT_EQ(append(journal(), owner, history.next()), Append::durable);
    }
    EXPECT_TRUE(quick.reaches(history.last()));
    EXPECT_EQ(seen, 0u);
    closed.unlock();
    while (seen != history.last()) {
        std::this_thread::yield();
    }
}

TEST_P(JournalContract, NoSinkRunsAfterItsSubscriptionEnded) {
    History history;
    const auto owner = claim(journal());
    std::atomic<int> calls{0};
    auto subscription = journal().follow(0, [&](const SharedBatch&) {
        ++calls;
        return true;
    });
    ASSERT_EQ(append(journal(), owner, history.next()), Append::durable);
    subscription.reset();
    const int before = calls;
    ASSERT_EQ(append(journal(), owner, history.next()), Append::durable);
    Collected later;  // by the time this one has seen it, the ended one would have
    const auto other = journal().follow(0, later.sink());
    ASSERT_TRUE(later.reaches(history.last()));
    EXPECT_EQ(calls, before);
}

TEST_P(JournalContract, FollowEndsWhenItsSinkSaysSo) {
    History history;
    const auto owner = claim(journal());
    std::atomic<int> calls{0};
    const auto subscription = journal().follow(0, [&](const SharedBatch&) {
        ++calls;
        return false;
    });
    Collected later;
    const auto other = journal().follow(0, later.sink());
    for (int i = 0; i < 5; ++i) {
        ASSERT_EQ(append(journal(), owner, history.next()), Append::durable);
    }
    ASSERT_TRUE(later.reaches(history.last()));
    while (calls == 0) {
        std::this_thread::yield();
    }
    EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace hubward::storage::testing
