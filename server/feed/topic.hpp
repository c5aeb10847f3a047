// SPDX-License-Identifier: Apache-2.0
//
// One stream with subscribers on one I/O thread: how far it goes, and its newest frames, each made
// once and shared by all who get it.
//
// The tail of frames is bounded by count and bytes; who is behind it reads pages of the event log.
// Belongs to one I/O thread.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "server/feed/feed.hpp"
#include "server/feed/frames.hpp"

namespace hubward::server::feed {

struct Subscription;

class Topic {
  public:
    // Frames kept at the live end. A subscriber this far behind reads the log instead.
    static constexpr std::size_t tail_frames_max = 256;
    static constexpr std::size_t tail_bytes_max = 256 * 1024;

    Topic(std::string stream, const FeedServices& services);

    const std::string& stream() const { return stream_; }
    std::uint64_t head() const { return head_; }
    std::uint64_t encoded() const { return encoded_; }

    // The stream as the log knows it now; also moves the head.
    storage::StreamBounds bounds();
    // A durable event of this stream.
    void add(const storage::StreamEvent& event);

    struct Page {
        std::vector<http::Frame> frames;  // of seq after+1, after+2, …
        bool from_log = false;            // it cost a read of storage
        bool gone = false;                // after+1 is not kept any more
    };
    // At least one frame unless `gone`, or the log has nothing (yet) behind `after`.
    Page page(std::uint64_t after, std::size_t limit);

    std::vector<Subscription*> subscribers;

  private:
    http::Frame frame_of(const storage::StreamEvent& event);

    std::string stream_;
    const FeedServices& services_;
    std::string epoch_;
    std::uint64_t head_ = 0;
    std::deque<http::Frame> tail_;  // of seq tail_first_, tail_first_ + 1, …
    std::uint64_t tail_first_ = 0;
    std::size_t tail_bytes_ = 0;
    std::uint64_t encoded_ = 0;
};

}  // namespace hubward::server::feed
