// SPDX-License-Identifier: Apache-2.0
//
// A Journal in memory that keeps every promise of matcher/journal.hpp and breaks only where a test
// scripts a fault. Any thread may call it.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "matcher/journal.hpp"
#include "matcher/state.hpp"

namespace hubward::test {

class FakeJournal : public matcher::Journal {
  public:
    // When the answer to an append comes.
    enum class Answers : std::uint8_t {
        at_once,  // inside append()
        later,    // on a thread of the journal's own
        by_hand,  // when the test calls complete()
    };

    explicit FakeJournal(Answers answers = Answers::at_once, std::string epoch = "fake");
    ~FakeJournal() override;

    // --- scripting ---
    // The append after `skip` more ends so. For `unknown`, `written` says what really happened.
    void fail(matcher::Append how, std::size_t skip = 0, bool written = false);
    // by_hand: answers the oldest append that waits; false when none does.
    bool complete();
    std::size_t waiting() const;
    // The process dies: of the appends that wait the first `keep` reach the disk, and nobody is
    // told anything any more. All scripted faults are forgotten.
    void crash(std::size_t keep);

    std::vector<matcher::SharedBatch> written() const;
    // The fold of everything durable: what recovery must arrive at.
    matcher::State fold() const;

    // --- Journal ---
    std::expected<matcher::Claim, matcher::JournalError> claim(std::string_view owner,
                                                               std::chrono::seconds lease) override;
    void append(const matcher::Claim& claim, matcher::SharedBatch batch, Done done) override;
    matcher::Resolution resolve(const matcher::Claim& claim, const matcher::Batch& batch) override;
    std::expected<bool, matcher::JournalError> renew(const matcher::Claim& claim) override;
    void release(matcher::Claim&& claim) override;
    std::expected<void, matcher::JournalError> read(matcher::Sequence after, matcher::Sequence upto,
                                                    const Sink& sink) override;
    std::unique_ptr<Subscription> follow(matcher::Sequence after, Sink sink) override;
    std::expected<void, matcher::JournalError> seal(matcher::Sequence number) override;
    matcher::Tail tail() const override;

  private:
    struct Sent {
        std::uint64_t term = 0;
        matcher::SharedBatch batch;
        Done done;
    };
    struct Fault {
        matcher::Append how = matcher::Append::durable;
        std::size_t skip = 0;
        bool written = false;
    };
    class Follower;

    matcher::Append settle(const Sent& sent);  // requires mutex_
    void write(const matcher::SharedBatch& batch);
    void answer_oldest(std::unique_lock<std::mutex>& lock);
    void work();

    const Answers answers_;
    const std::string epoch_;
    mutable std::mutex mutex_;
    std::condition_variable moved_;  // something was sent or written, or it ends
    std::deque<Sent> sent_;
    std::deque<Fault> faults_;
    std::vector<matcher::SharedBatch> written_;
    matcher::Sequence last_ = 0;
    std::uint64_t term_ = 0;
    bool ending_ = false;
    std::thread worker_;
};

}  // namespace hubward::test
