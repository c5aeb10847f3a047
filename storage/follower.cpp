// SPDX-License-Identifier: Apache-2.0
#include "storage/follower.hpp"

#include <atomic>
#include <chrono>
#include <limits>
#include <thread>

#include "storage/rocks_journal.hpp"

namespace hubward::storage {

namespace {

// A wake-up may get lost; after this long without one the follower looks by itself. It is also the
// pause after a read that failed, which is tried again for as long as the subscription lives.
constexpr std::chrono::milliseconds silence_max{1000};

// Outlives the subscription when the sink itself ends it.
struct Work {
    RocksJournal* journal;
    matcher::Sequence position;
    matcher::Journal::Sink sink;
    std::atomic<bool> stop{false};

    void run() {
        bool failed = false;
        while (!stopping()) {
            const matcher::Sequence from =
                failed ? std::numeric_limits<matcher::Sequence>::max() : position;
            journal->wait_beyond(from, silence_max, stop);
            if (stopping()) {
                return;
            }
            const auto result =
                journal->read(position, std::numeric_limits<matcher::Sequence>::max(),
                              [this](const matcher::SharedBatch& batch) {
                                  if (stopping()) {
                                      return false;
                                  }
                                  if (!sink(batch)) {
                                      stop.store(true, std::memory_order_relaxed);
                                      return false;
                                  }
                                  position = batch->last();
                                  return true;
                              });
            failed = !result;
        }
    }
    // Relaxed: it carries nothing but itself; the join orders the rest.
    bool stopping() const { return stop.load(std::memory_order_relaxed); }
};

class Follower final : public matcher::Journal::Subscription {
  public:
    explicit Follower(std::shared_ptr<Work> work)
        : work_(std::move(work)), thread_([work = work_] { work->run(); }) {}
    ~Follower() override {
        work_->stop.store(true, std::memory_order_relaxed);
        if (thread_.get_id() == std::this_thread::get_id()) {
            thread_.detach();  // inside the sink: it returns, sees the flag and ends
            return;
        }
        work_->journal->wake_all();
        thread_.join();
    }

  private:
    std::shared_ptr<Work> work_;
    std::thread thread_;
};

}  // namespace

std::unique_ptr<matcher::Journal::Subscription> start_follower(RocksJournal& journal,
                                                               matcher::Sequence after,
                                                               matcher::Journal::Sink sink) {
    auto work = std::make_shared<Work>();
    work->journal = &journal;
    work->position = after;
    work->sink = std::move(sink);
    return std::make_unique<Follower>(std::move(work));
}

}  // namespace hubward::storage
