// SPDX-License-Identifier: Apache-2.0
#include "server/feed/topic.hpp"

#include <algorithm>

#include "server/wire/veil.hpp"

namespace hubward::server::feed {

Topic::Topic(std::string stream, Shape shape, const FeedServices& services)
    : stream_(std::move(stream)), shape_(shape), services_(services) {
    bounds();
}

storage::StreamBounds Topic::bounds() {
    storage::StreamBounds bounds = services_.events.bounds(stream_);
    epoch_ = bounds.epoch;
    news_ = news_ || bounds.head > head_;
    head_ = std::max(head_, bounds.head);
    log_floor_ = bounds.floor;
    bounds.floor = floor();
    return bounds;
}

std::uint64_t Topic::floor() const {
    const std::uint64_t most = services_.replay_events_max;
    return most == 0 || head_ < most ? log_floor_ : std::max(log_floor_, head_ - most + 1);
}

Line Topic::line_of(const storage::StreamEvent& event) {
    ++encoded_;
    const std::string json = services_.encode(event, stream_, shape_.detail);
    Line line;
    line.kind = services_.view.look([&](const View& view) {
        return wire::veiled(view.state(), *event.event, stream_)
                   ? veiled_kind
                   : static_cast<std::uint8_t>(event.event->index());
    });
    line.frame = shape_.transport == Transport::websocket
                     ? event_frame(stream_, epoch_, event.seq, json)
                     : event_part(stream_, epoch_, event.seq, json);
    return line;
}

void Topic::refresh() {
    const std::uint64_t known = head_;
    bounds();
    const std::uint64_t from =
        head_ - known > tail_frames_max ? head_ - tail_frames_max : known;  // the rest is for the log
    for (const storage::StreamEvent& event : services_.events.read(stream_, from, tail_frames_max)) {
        add(event);
    }
}

void Topic::add(const storage::StreamEvent& event) {
    news_ = true;  // also when the head is known: whoever subscribed meanwhile asked the log for it
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
    tail_.push_back(line_of(event));
    tail_bytes_ += tail_.back().frame->size();
    while (tail_.size() > tail_frames_max || (tail_bytes_ > tail_bytes_max && tail_.size() > 1)) {
        tail_bytes_ -= tail_.front().frame->size();
        tail_.pop_front();
        ++tail_first_;
    }
}

Topic::Page Topic::page(std::uint64_t after, std::size_t limit) {
    Page page;
    if (after + 1 >= tail_first_ && after + 1 < tail_first_ + tail_.size()) {
        for (std::uint64_t i = after + 1 - tail_first_; i < tail_.size() && page.lines.size() < limit;
             ++i) {
            page.lines.push_back(tail_[i]);
        }
        return page;
    }
    page.from_log = true;
    if (after + 1 < floor()) {
        page.gone = true;
        return page;
    }
    const auto events = services_.events.read(stream_, after, limit);
    if (!events.empty() && events.front().seq != after + 1) {
        page.gone = true;
        return page;
    }
    page.lines.reserve(events.size());
    for (const storage::StreamEvent& event : events) {
        page.lines.push_back(line_of(event));
    }
    return page;
}

}  // namespace hubward::server::feed
