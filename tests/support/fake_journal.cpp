// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fake_journal.hpp"

#include <utility>

#include "matcher/apply.hpp"

namespace hubward::test {

using matcher::Append;
using matcher::Sequence;
using matcher::SharedBatch;

FakeJournal::FakeJournal(Answers answers, std::string epoch)
    : answers_(answers), epoch_(std::move(epoch)) {
    if (answers_ == Answers::later) {
        worker_ = std::thread([this] { work(); });
    }
}

FakeJournal::~FakeJournal() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    moved_.notify_all();
    if (worker_.joinable()) {
        worker_.join();
    }
}

void FakeJournal::fail(Append how, std::size_t skip, bool written) {
    const std::lock_guard lock(mutex_);
    faults_.push_back({how, skip, written});
}

bool FakeJournal::complete() {
    std::unique_lock lock(mutex_);
    if (sent_.empty()) {
        return false;
    }
    answer_oldest(lock);
    return true;
}

std::size_t FakeJournal::waiting() const {
    const std::lock_guard lock(mutex_);
    return sent_.size();
}

void FakeJournal::crash(std::size_t keep) {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < keep && i < sent_.size(); ++i) {
        if (sent_[i].batch->first != last_ + 1) {
            break;
        }
        write(sent_[i].batch);
    }
    sent_.clear();
    faults_.clear();
}

std::vector<SharedBatch> FakeJournal::written() const {
    const std::lock_guard lock(mutex_);
    return written_;
}

matcher::State FakeJournal::fold() const {
    matcher::State state;
    for (const SharedBatch& batch : written()) {
        for (const matcher::Entry& entry : batch->entries) {
            matcher::apply(state, *batch, entry);
        }
    }
    return state;
}

std::expected<matcher::Claim, matcher::JournalError> FakeJournal::claim(std::string_view,
                                                                        std::chrono::seconds) {
    const std::lock_guard lock(mutex_);
    return matcher::Claim{++term_, {epoch_, last_}};
}

void FakeJournal::append(const matcher::Claim& claim, SharedBatch batch, Done done) {
    std::unique_lock lock(mutex_);
    sent_.push_back({claim.term, std::move(batch), std::move(done)});
    if (answers_ == Answers::at_once) {
        answer_oldest(lock);
    } else {
        moved_.notify_all();
    }
}

void FakeJournal::answer_oldest(std::unique_lock<std::mutex>& lock) {
    const Sent sent = std::move(sent_.front());
    sent_.pop_front();
    const Append said = settle(sent);
    const Sequence last = last_;
    lock.unlock();
    sent.done(said, last);
    lock.lock();
}

Append FakeJournal::settle(const Sent& sent) {
    if (sent.term != term_) {
        return Append::fenced;
    }
    if (sent.batch->first != last_ + 1 || sent.batch->count == 0) {
        return Append::refused;
    }
    if (!faults_.empty()) {
        if (faults_.front().skip > 0) {
            --faults_.front().skip;
        } else {
            const Fault fault = faults_.front();
            faults_.pop_front();
            if (fault.written) {
                write(sent.batch);
            }
            return fault.how;
        }
    }
    write(sent.batch);
    return Append::durable;
}

void FakeJournal::write(const SharedBatch& batch) {
    written_.push_back(batch);
    last_ = batch->last();
    moved_.notify_all();
}

void FakeJournal::work() {
    std::unique_lock lock(mutex_);
    for (;;) {
        moved_.wait(lock, [this] { return ending_ || !sent_.empty(); });
        if (sent_.empty()) {
            return;
        }
        answer_oldest(lock);
    }
}

matcher::Resolution FakeJournal::resolve(const matcher::Claim& claim, const matcher::Batch& batch) {
    const std::lock_guard lock(mutex_);
    if (claim.term != term_) {
        return matcher::Resolution::foreign;
    }
    for (const SharedBatch& written : written_) {
        if (written->first == batch.first) {
            return written->id == batch.id ? matcher::Resolution::written
                                           : matcher::Resolution::foreign;
        }
    }
    return matcher::Resolution::unavailable;
}

std::expected<bool, matcher::JournalError> FakeJournal::renew(const matcher::Claim& claim) {
    const std::lock_guard lock(mutex_);
    return claim.term == term_;
}

void FakeJournal::release(matcher::Claim&&) {}

std::expected<void, matcher::JournalError> FakeJournal::read(Sequence after, Sequence upto,
                                                             const Sink& sink) {
    for (const SharedBatch& batch : written()) {
        if (batch->last() > after && batch->first <= upto && !sink(batch)) {
            break;
        }
    }
    return {};
}

// Reads on its own thread and sleeps while there is nothing new.
class FakeJournal::Follower : public Subscription {
  public:
    Follower(FakeJournal& journal, Sequence after, Sink sink)
        : journal_(journal),
          thread_([this, after, sink = std::move(sink)] { follow(after, sink); }) {}
    ~Follower() override {
        {
            const std::lock_guard lock(journal_.mutex_);
            ended_ = true;
        }
        journal_.moved_.notify_all();
        thread_.join();
    }

  private:
    void follow(Sequence after, const Sink& sink) {
        std::unique_lock lock(journal_.mutex_);
        for (;;) {
            journal_.moved_.wait(lock, [&] { return ended_ || journal_.last_ > after; });
            if (ended_) {
                return;
            }
            for (const SharedBatch& batch : std::vector(journal_.written_)) {
                if (batch->last() <= after) {
                    continue;
                }
                lock.unlock();
                const bool more = sink(batch);
                lock.lock();
                if (!more || ended_) {
                    return;
                }
                after = batch->last();
            }
        }
    }

    FakeJournal& journal_;
    bool ended_ = false;
    std::thread thread_;
};

std::unique_ptr<matcher::Journal::Subscription> FakeJournal::follow(Sequence after, Sink sink) {
    return std::make_unique<Follower>(*this, after, std::move(sink));
}

std::expected<void, matcher::JournalError> FakeJournal::seal(Sequence) {
    return {};
}

matcher::Tail FakeJournal::tail() const {
    const std::lock_guard lock(mutex_);
    return {epoch_, last_};
}

}  // namespace hubward::test
