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
#include <utility>
#include <vector>

#include "server/feed/feed.hpp"
#include "server/feed/frames.hpp"

namespace hubward::server::feed {

struct Subscription;

// Of an event that the reader is told nothing about (wire/veil.hpp).
inline constexpr std::uint8_t veiled_kind = 255;
static_assert(std::variant_size_v<matcher::Event> < veiled_kind);

// One event, ready for the wire.
struct Line {
    http::Frame frame;
    std::uint8_t kind = 0;  // index in wire::event_types(), or veiled_kind
};

// Whose bytes a topic makes: how much of each event, and for which transport.
struct Shape {
    wire::Detail detail = wire::Detail::summary;
    Transport transport = Transport::websocket;
    friend bool operator==(const Shape&, const Shape&) = default;
};

class Topic {
  public:
    // Frames kept at the live end. A subscriber this far behind reads the log instead.
    static constexpr std::size_t tail_frames_max = 256;
    static constexpr std::size_t tail_bytes_max = 256 * 1024;
    // Events read from the log in one go; then whoever else the thread serves comes first.
    static constexpr std::size_t page_events_max = 64;

    Topic(std::string stream, Shape shape, const FeedServices& services);

    const std::string& stream() const { return stream_; }
    Shape shape() const { return shape_; }
    const std::string& epoch() const { return epoch_; }
    std::uint64_t head() const { return head_; }
    // The oldest number that is replayed.
    std::uint64_t floor() const;
    std::uint64_t encoded() const { return encoded_; }

    // The stream as the log knows it now; also moves the head.
    storage::StreamBounds bounds();
    // A durable event of this stream.
    void add(const storage::StreamEvent& event);
    // Asks the log for what is new, for streams whose numbers an event does not carry.
    void refresh();

    struct Page {
        std::vector<Line> lines;  // of seq after+1, after+2, …
        bool from_log = false;            // it cost a read of storage
        bool gone = false;                // after+1 is not kept any more
    };
    // At least one frame unless `gone`, or the log has nothing (yet) behind `after`.
    Page page(std::uint64_t after, std::size_t limit);
    // Whether there may be something for its subscribers since this was last asked.
    bool take_news() { return std::exchange(news_, false); }

    std::vector<Subscription*> subscribers;

  private:
    Line line_of(const storage::StreamEvent& event);

    std::string stream_;
    Shape shape_;
    const FeedServices& services_;
    std::string epoch_;
    std::uint64_t log_floor_ = 0;
    std::uint64_t head_ = 0;
    std::deque<Line> tail_;  // of seq tail_first_, tail_first_ + 1, …
    std::uint64_t tail_first_ = 0;
    std::size_t tail_bytes_ = 0;
    std::uint64_t encoded_ = 0;
    bool news_ = false;
};

}  // namespace hubward::server::feed
