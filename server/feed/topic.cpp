// SPDX-License-Identifier: Apache-2.0
#include "server/feed/topic.hpp"

#include <algorithm>

namespace hubward::server::feed {

Topic::Topic(std::string stream, const FeedServices& services)
    : stream_(std::move(stream)), services_(services) {
    bounds();
}

storage::StreamBounds Topic::bounds() {
    storage::StreamBounds bounds = services_.events.bounds(stream_);
    epoch_ = bounds.epoch;
    head_ = std::max(head_, bounds.head);
    return bounds;
}

http::Frame Topic::frame_of(const storage::StreamEvent& event) {
    ++encoded_;
    return event_frame(stream_, epoch_, event.seq, services_.encode(event, stream_));
}

void Topic::add(const storage::StreamEvent& event) {
    head_ = std::max(head_, event.seq);
    const std::uint64_t next = tail_first_ + tail_.size();
    if (!tail_.empty() && event.seq < next) {
        return;  // a batch that was published before somebody subscribed
    }
    if (event.seq != next) {
        tail_.clear();  // events between were left to the log
        tail_bytes_ = 0;
        tail_first_ = event.seq;
    }
    tail_.push_back(frame_of(event));
    tail_bytes_ += tail_.back()->size();
    while (tail_.size() > tail_frames_max || (tail_bytes_ > tail_bytes_max && tail_.size() > 1)) {
        tail_bytes_ -= tail_.front()->size();
        tail_.pop_front();
        ++tail_first_;
    }
}

Topic::Page Topic::page(std::uint64_t after, std::size_t limit) {
    Page page;
    if (after + 1 >= tail_first_ && after + 1 < tail_first_ + tail_.size()) {
        for (std::uint64_t i = after + 1 - tail_first_; i < tail_.size() && page.frames.size() < limit;
             ++i) {
            page.frames.push_back(tail_[i]);
        }
        return page;
    }
    page.from_log = true;
    const auto events = services_.events.read(stream_, after, limit);
    if (!events.empty() && events.front().seq != after + 1) {
        page.gone = true;
        return page;
    }
    page.frames.reserve(events.size());
    for (const storage::StreamEvent& event : events) {
        page.frames.push_back(frame_of(event));
    }
    return page;
}

}  // namespace hubward::server::feed
