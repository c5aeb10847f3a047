// SPDX-License-Identifier: Apache-2.0
//
// One reader of text/event-stream, from the first word to the last.
//
// There are no acks here: TCP says how fast the reader is, and Last-Event-ID where it was. Owned by
// the coroutine that waits for the connection's end; one I/O thread.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "server/feed/feed_thread.hpp"
#include "server/feed/identity.hpp"
#include "server/feed/stream_request.hpp"
#include "server/http/frame_sink.hpp"

namespace hubward::server::feed {

class EventStream final : public Receiver {
  public:
    // Parts that may wait for the kernel; what does not fit stays in the log.
    static constexpr std::size_t queue_parts_max = 64;
    // What a browser waits before it comes back, unless a bye says otherwise.
    static constexpr std::int64_t retry_ms = 1'000;

    // Requires a known identity that may hear a stream that exists.
    EventStream(std::shared_ptr<FeedThread> thread, std::shared_ptr<http::OutStream> out,
                Identity identity, const StreamRequest& wanted);
    ~EventStream() override;
    EventStream(const EventStream&) = delete;
    EventStream& operator=(const EventStream&) = delete;

    // The whole life. Never throws.
    static http::Task<void> run(std::shared_ptr<FeedThread> thread,
                                std::shared_ptr<http::OutStream> out, Identity identity,
                                StreamRequest wanted);

    std::size_t room() const override;
    bool deliver(const Line& line) override { return out_->send(line.frame); }
    bool closing() const override { return closing_; }
    std::size_t waiting() const override { return out_->queued_frames(); }
    void tick(std::int64_t now_ms) override;
    void bye(Close code, std::string_view reason, std::int64_t retry_after_ms) override;

  private:
    void say(std::string_view event, const http::Frame& frame, std::string_view id = {},
             std::int64_t retry = -1);

    std::shared_ptr<FeedThread> thread_;
    std::shared_ptr<http::OutStream> out_;
    const FeedServices& services_;
    IdentityWatch identity_;
    Subscription subscription_;
    bool closing_ = false;
    std::int64_t beat_ms_ = 0;
};

}  // namespace hubward::server::feed
