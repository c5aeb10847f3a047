// SPDX-License-Identifier: Apache-2.0
#include "server/feed/event_stream.hpp"

#include "server/feed/access.hpp"
#include "server/feed/answers.hpp"

namespace hubward::server::feed {

EventStream::EventStream(std::shared_ptr<FeedThread> thread, std::shared_ptr<http::OutStream> out,
                         Identity identity, const StreamRequest& wanted)
    : thread_(std::move(thread)),
      out_(std::move(out)),
      services_(thread_->services()),
      identity_(services_, std::move(identity), thread_->now_ms()),
      beat_ms_(thread_->now_ms()) {
    thread_->enter(*this);
    Shape shape;
    shape.detail = wanted.detail;
    shape.transport = Transport::event_stream;
    subscription_.receiver = this;
    subscription_.topic = thread_->topic(wanted.stream, shape);
    subscription_.types = wanted.types;
    subscription_.acked_by_sending = true;
    subscription_.counted = counts_as_present(identity_.principal(), wanted.stream);
    thread_->subscribe(subscription_);

    const storage::StreamBounds bounds = subscription_.topic->bounds();
    const std::string reader =
        reader_name(identity_.principal(), wanted.client_id, wanted.stream);
    const Start start = start_of(stored_or(services_, wanted.after, reader), bounds);
    subscription_.cursor = Cursor(start.after, window_max);
    say("subscribed",
        subscribed_frame({}, wanted.stream, services_.base_url, bounds, start, window_max),
        position_text(bounds.epoch, start.after), retry_ms);
    if (thread_->draining()) {
        bye(Close::drain, "the service restarts", retry_ms);
    }
    thread_->pump(subscription_);
}

EventStream::~EventStream() {
    thread_->unsubscribe(subscription_);
    thread_->leave(*this);
}

http::Task<void> EventStream::run(std::shared_ptr<FeedThread> thread,
                                  std::shared_ptr<http::OutStream> out, Identity identity,
                                  StreamRequest wanted) {
    EventStream stream(std::move(thread), out, std::move(identity), wanted);
    co_await out->gone();
}

std::size_t EventStream::room() const {
    const std::size_t queued = out_->queued_frames();
    return queued < queue_parts_max ? queue_parts_max - queued : 0;
}

void EventStream::tick(std::int64_t now_ms) {
    if (closing_) {
        return;
    }
    const IdentityWatch::Verdict verdict = identity_.check(now_ms);
    if (verdict.turn == IdentityWatch::Turn::over) {
        return bye(Close::unauthenticated, verdict.why, retry_ms);
    }
    const std::string& stream = subscription_.topic->stream();
    if (verdict.turn == IdentityWatch::Turn::look_again &&
        !may_hear(identity_.principal(), stream, services_.view)) {
        return bye(Close::not_allowed, "the stream you listen to is not yours any more", retry_ms);
    }
    if (verdict.turn == IdentityWatch::Turn::expiring) {
        say("auth_expiring", auth_frame(true, identity_.principal().expires));
    }
    if (now_ms - beat_ms_ >= services_.times.heartbeat.count()) {
        beat_ms_ = now_ms;
        std::vector<Place> places;
        places.push_back({stream, subscription_.topic->head(), subscription_.cursor.sent()});
        say("hb", heartbeat_frame(services_.clock.now(), places));
    }
}

void EventStream::bye(Close code, std::string_view reason, std::int64_t retry_after_ms) {
    if (closing_) {
        return;
    }
    closing_ = true;
    say("bye", bye_frame(code, reason, retry_after_ms), {}, retry_after_ms);
    out_->end();
}

void EventStream::say(std::string_view event, const http::Frame& frame, std::string_view id,
                      std::int64_t retry) {
    out_->send(event_stream_part(event, id, http::text_of(*frame), retry));
}

}  // namespace hubward::server::feed
