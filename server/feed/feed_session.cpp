// SPDX-License-Identifier: Apache-2.0
#include "server/feed/feed_session.hpp"

#include <algorithm>
#include <utility>

#include "server/feed/access.hpp"
#include "server/feed/answers.hpp"

namespace hubward::server::feed {

FeedSession::FeedSession(std::shared_ptr<FeedThread> thread, std::shared_ptr<http::WebSocket> socket,
                         std::optional<Identity> identity)
    : thread_(std::move(thread)),
      socket_(std::move(socket)),
      services_(thread_->services()),
      identity_(services_, std::move(identity), thread_->now_ms()),
      opened_ms_(thread_->now_ms()),
      beat_ms_(opened_ms_),
      allowance_ms_(opened_ms_),
      presence_ms_(opened_ms_) {
    thread_->enter(*this);
}

FeedSession::~FeedSession() {
    while (!subscriptions_.empty()) {
        drop(subscriptions_.begin()->first);
    }
    thread_->leave(*this);
}

http::Task<void> FeedSession::run(std::shared_ptr<FeedThread> thread,
                                  std::shared_ptr<http::WebSocket> socket,
                                  std::optional<Identity> identity) {
    FeedSession session(std::move(thread), socket, std::move(identity));
    session.greet();
    while (true) {
        const std::optional<std::string> text = co_await socket->read();
        if (!text) {
            co_return;
        }
        session.receive(*text);
    }
}

void FeedSession::greet() {
    Hello hello;
    hello.server = services_.version;
    hello.session = name;
    hello.heartbeat_ms = services_.times.heartbeat.count();
    hello.now = services_.clock.now();
    if (identity_.known()) {
        hello.auth_expires_at = identity_.principal().expires;
    }
    socket_->send(hello_frame(hello));
    if (thread_->draining()) {
        bye(Close::drain, "the service restarts", 1'000);
    }
}

void FeedSession::receive(std::string_view text) {
    if (closing_) {
        return;
    }
    if (!may_send_frame()) {
        thread_->count_cut_off();
        return bye(Close::too_many_frames, "more than 20 frames a second", 5'000);
    }
    const auto frame = read_frame(text);
    if (!frame) {
        if (frame.error().kind == FrameFault::Kind::unreadable) {
            return bye(Close::bad_frame, frame.error().detail);
        }
        return send_error(frame.error().ref, invalid_content(frame.error().detail));
    }
    // Whoever sends is alive; a busy client need not answer the heartbeat besides.
    beat_unanswered_ = false;
    std::visit([&](const auto& body) { on(frame->ref, body); }, frame->body);
}

void FeedSession::on(const std::string& ref, const AuthFrame& frame) {
    std::string token = frame.token;
    if (!frame.ticket.empty()) {
        token = thread_->shared().tickets.redeem(frame.ticket, thread_->now_ms()).value_or("");
    }
    std::string_view why;
    switch (identity_.renew(std::move(token), thread_->now_ms(), why)) {
        case IdentityWatch::Change::taken:
            socket_->send(auth_frame(false, identity_.principal().expires));
            return check_access();
        case IdentityWatch::Change::another_subject:
            return send_error(ref, forbidden("The new token must be for the same role and subject."));
        case IdentityWatch::Change::bad_token:
            break;
    }
    if (!frame.ticket.empty()) {
        why = "the ticket is not good, or was used, or is older than 30 s; ask for a new one";
    }
    if (!identity_.known()) {
        return bye(Close::unauthenticated, why);
    }
    send_error(ref, unauthenticated(std::string(why)));
}

void FeedSession::on(const std::string& ref, const SubscribeFrame& frame) {
    if (!identity_.known()) {
        return send_error(ref, unauthenticated("Send an auth frame with an access token first."));
    }
    if (!may_hear(identity_.principal(), frame.stream, services_.view)) {
        return send_error(ref, forbidden("This stream is not yours."));
    }
    drop(frame.stream);  // a second subscribe starts anew from the place it names
    if (subscriptions_.size() >= subscriptions_max) {
        return send_error(ref, invalid_content("A connection holds at most 64 subscriptions."));
    }
    Shape shape;
    shape.detail = frame.detail;
    Topic* topic = thread_->topic(frame.stream, shape);
    if (topic == nullptr) {
        return send_error(ref, {"not-found", 404, "There is nothing here for you",
                                "There is no such stream."});
    }
    join(ref, frame, *topic);
}

void FeedSession::join(const std::string& ref, const SubscribeFrame& frame, Topic& topic) {
    auto subscription = std::make_unique<Subscription>();
    subscription->receiver = this;
    subscription->topic = &topic;
    subscription->types = frame.types;
    subscription->counted = counts_as_present(identity_.principal(), frame.stream);
    subscription->wants_presence = frame.presence;
    thread_->subscribe(*subscription);
    if (!frame.client_id.empty()) {
        subscription->reader = reader_name(identity_.principal(), frame.client_id, frame.stream);
        if (auto before = thread_->shared().readers.take(subscription->reader, {thread_, name})) {
            if (const auto thread = before->thread.lock()) {
                thread->replace(before->connection);
            }
        }
    }

    // After subscribe(): whatever becomes durable from here on is pushed, all before is in bounds.
    const storage::StreamBounds bounds = topic.bounds();
    const Start start = start_of(stored_or(services_, frame.after, subscription->reader), bounds);
    subscription->cursor = Cursor(start.after, frame.window);
    subscription->epoch = bounds.epoch;
    socket_->send(subscribed_frame(ref, frame.stream, services_.base_url, bounds, start, frame.window));
    Subscription& stored = *subscriptions_.emplace(frame.stream, std::move(subscription)).first->second;
    if (stored.wants_presence) {
        stored.online_told = thread_->shared().presence.online(frame.stream);
        socket_->send(presence_frame(frame.stream, stored.online_told));
    }
    thread_->pump(stored);
}

void FeedSession::on(const std::string& ref, const AckFrame& frame) {
    const auto found = subscriptions_.find(frame.stream);
    if (found == subscriptions_.end()) {
        return send_error(ref, invalid_content("You have no subscription to that stream."));
    }
    Subscription& subscription = *found->second;
    if (!subscription.cursor.ack(frame.seq, thread_->now_ms())) {
        return send_error(ref, invalid_content("\"seq\" is above what was sent to you."));
    }
    if (services_.cursors != nullptr && !subscription.reader.empty()) {
        services_.cursors->put(subscription.reader, subscription.epoch, subscription.cursor.acked());
    }
    thread_->pump(subscription);
}

void FeedSession::on(const std::string& ref, const UnsubscribeFrame& frame) {
    if (!subscriptions_.contains(frame.stream)) {
        return send_error(ref, invalid_content("You have no subscription to that stream."));
    }
    drop(frame.stream);
}

void FeedSession::on(const std::string&, const HeartbeatFrame&) {}

bool FeedSession::may_send_frame() {
    const std::int64_t now = thread_->now_ms();
    const double earned = static_cast<double>(now - allowance_ms_) * frames_per_second / 1000.0;
    allowance_ = std::min(frames_burst, allowance_ + earned);
    allowance_ms_ = now;
    if (allowance_ < 1.0) {
        return false;
    }
    allowance_ -= 1.0;
    return true;
}

void FeedSession::tick(std::int64_t now_ms) {
    for (const auto check : {&FeedSession::check_identity, &FeedSession::check_heartbeat,
                             &FeedSession::check_acks, &FeedSession::check_presence}) {
        if (!closing_) {
            (this->*check)(now_ms);
        }
    }
}

void FeedSession::check_identity(std::int64_t now_ms) {
    if (!identity_.known()) {
        if (now_ms - opened_ms_ >= services_.times.first_auth.count()) {
            bye(Close::unauthenticated, "no auth frame came");
        }
        return;
    }
    const IdentityWatch::Verdict verdict = identity_.check(now_ms);
    switch (verdict.turn) {
        case IdentityWatch::Turn::same:
            return;
        case IdentityWatch::Turn::expiring:
            socket_->send(auth_frame(true, identity_.principal().expires));
            return;
        case IdentityWatch::Turn::look_again:
            return check_access();
        case IdentityWatch::Turn::over:
            return bye(Close::unauthenticated, verdict.why);
    }
}

// A hub may have moved to another place since the subscribe.
void FeedSession::check_access() {
    for (const auto& [stream, subscription] : subscriptions_) {
        if (!may_hear(identity_.principal(), stream, services_.view)) {
            return bye(Close::not_allowed, "a stream you listen to is not yours any more");
        }
    }
}

void FeedSession::check_heartbeat(std::int64_t now_ms) {
    const std::int64_t since = now_ms - beat_ms_;
    if (beat_unanswered_ && since >= services_.times.heartbeat_answer.count()) {
        thread_->count_cut_off();
        return bye(Close::timed_out, "no answer to the heartbeat");
    }
    if (since < services_.times.heartbeat.count() || beat_unanswered_) {
        return;
    }
    std::vector<Place> places;
    places.reserve(subscriptions_.size());
    for (const auto& [stream, subscription] : subscriptions_) {
        places.push_back({stream, subscription->topic->head(), subscription->cursor.sent()});
    }
    socket_->send(heartbeat_frame(services_.clock.now(), places));
    beat_ms_ = now_ms;
    beat_unanswered_ = true;
}

void FeedSession::check_acks(std::int64_t now_ms) {
    for (const auto& [stream, subscription] : subscriptions_) {
        Cursor& cursor = subscription->cursor;
        const std::int64_t waiting = cursor.waiting_ms(now_ms);
        if (waiting >= services_.times.stalled_after.count()) {
            thread_->count_cut_off();
            return bye(Close::timed_out, "events were not acknowledged for too long");
        }
        if (cursor.lagging_due(now_ms, services_.times.lagging_after.count(),
                               services_.times.lagging_again.count())) {
            const std::uint64_t head = std::max(subscription->topic->head(), cursor.acked());
            socket_->send(lagging_frame(stream, head - cursor.acked(), waiting));
        }
    }
}

// May be dropped: the next change says it again.
void FeedSession::check_presence(std::int64_t now_ms) {
    Presence& presence = thread_->shared().presence;
    if (presence.changes() == presence_seen_ ||
        now_ms - presence_ms_ < services_.times.presence_every.count()) {
        return;
    }
    presence_seen_ = presence.changes();
    presence_ms_ = now_ms;
    for (const auto& [stream, subscription] : subscriptions_) {
        if (!subscription->wants_presence) {
            continue;
        }
        const std::uint64_t online = presence.online(stream);
        if (std::exchange(subscription->online_told, online) != online) {
            socket_->send(presence_frame(stream, online));
        }
    }
}

std::size_t FeedSession::room() const {
    const std::size_t queued = socket_->queued_frames();
    return queued < queue_frames_max ? queue_frames_max - queued : 0;
}

void FeedSession::bye(Close code, std::string_view reason, std::int64_t retry_after_ms) {
    if (closing_) {
        return;
    }
    closing_ = true;
    socket_->send(bye_frame(code, reason, retry_after_ms));
    socket_->close(static_cast<std::uint16_t>(code), reason);
}

void FeedSession::send_error(std::string_view ref, const Trouble& trouble) {
    socket_->send(error_frame(ref, services_.base_url, trouble));
}

void FeedSession::drop(std::string_view stream) {
    const auto found = subscriptions_.find(stream);
    if (found == subscriptions_.end()) {
        return;
    }
    if (!found->second->reader.empty()) {
        thread_->shared().readers.give_back(found->second->reader, name);
    }
    thread_->unsubscribe(*found->second);
    subscriptions_.erase(found);
}

}  // namespace hubward::server::feed
