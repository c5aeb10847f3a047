// SPDX-License-Identifier: Apache-2.0
#include "server/feed/feed.hpp"

#include "matcher/kill_point.hpp"
#include "server/feed/feed_thread.hpp"

namespace hubward::server::feed {

Feed::Feed(FeedServices services, unsigned threads)
    : services_(std::make_shared<const FeedServices>(std::move(services))),
      shared_(std::make_shared<Shared>()) {
    for (unsigned i = 0; i < threads; ++i) {
        threads_.push_back(std::make_shared<FeedThread>(i, services_, shared_));
    }
}

Feed::~Feed() = default;

void Feed::serve(std::vector<http::Executor> executors) {
    for (std::size_t i = 0; i < threads_.size() && i < executors.size(); ++i) {
        threads_[i]->serve(executors[i]);
    }
}

void Feed::publish(const matcher::SharedBatch& batch, const matcher::StageTimes& times) {
    if (batch->events.empty()) {
        return;
    }
    for (const auto& thread : threads_) {
        thread->push(batch, times.durable_ns);
        matcher::kill_point("feed.pushed");
    }
}

void Feed::drain(std::chrono::milliseconds spread) {
    for (const auto& thread : threads_) {
        thread->drain(spread, static_cast<unsigned>(threads_.size()));
    }
}

FeedStats Feed::stats() const {
    FeedStats stats;
    for (const auto& thread : threads_) {
        thread->add_to(stats);
    }
    return stats;
}

}  // namespace hubward::server::feed
