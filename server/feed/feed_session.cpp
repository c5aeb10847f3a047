// SPDX-License-Identifier: Apache-2.0
#include "server/feed/feed_session.hpp"

#include <algorithm>

#include "server/auth/identify.hpp"
#include "server/feed/access.hpp"

namespace hubward::server::feed {
namespace {

// Where a client that may have missed something finds the present state.
std::string snapshot_url(std::string_view base_url, std::string_view stream) {
    std::string url(base_url);
    if (stream.starts_with("hub/")) {
        return url.append("/v1/hubs/").append(stream.substr(4)).append("/offers");
    }
    return url.append("/v1/referrals");
}

}  // namespace

FeedSession::FeedSession(std::shared_ptr<FeedThread> thread, std::shared_ptr<http::WebSocket> socket,
                         std::optional<Identity> identity)
    : thread_(std::move(thread)),
      socket_(std::move(socket)),
      services_(thread_->services()),
      name_(thread_->enter(*this)),
      identity_(std::move(identity)),
      opened_ms_(thread_->now_ms()),
      identity_checked_ms_(opened_ms_),
      beat_ms_(opened_ms_),
      allowance_ms_(opened_ms_) {}

FeedSession::~FeedSession() {
    for (const auto& [stream, subscription] : subscriptions_) {
        thread_->unsubscribe(*subscription);
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
    hello.session = name_;
    hello.heartbeat_ms = services_.times.heartbeat.count();
    hello.now = services_.clock.now();
    if (identity_) {
        hello.auth_expires_at = identity_->principal.expires;
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
    auto principal = services_.tokens.check(frame.token, services_.clock.now());
    if (!principal) {
        const std::string_view why = auth::explain(principal.error());
        if (!identity_) {
            return bye(Close::unauthenticated, why);
        }
        return send_error(ref, unauthenticated(std::string(why)));
    }
    if (identity_ && (identity_->principal.role != principal->role ||
                      identity_->principal.subject != principal->subject)) {
        return send_error(ref, forbidden("The new token must be for the same role and subject."));
    }
    Identity identity;
    identity.principal = *std::move(principal);
    identity.token = frame.token;
    identity_ = std::move(identity);
    identity_checked_ms_ = thread_->now_ms();
    expiry_told_ = false;
    socket_->send(auth_frame(false, identity_->principal.expires));
}

void FeedSession::on(const std::string& ref, const SubscribeFrame& frame) {
    if (!identity_) {
        return send_error(ref, unauthenticated("Send an auth frame with an access token first."));
    }
    if (!may_hear(identity_->principal, frame.stream, services_.view)) {
        return send_error(ref, forbidden("This stream is not yours."));
    }
    drop(frame.stream);  // a second subscribe starts anew from the place it names
    if (subscriptions_.size() >= subscriptions_max) {
        return send_error(ref, invalid_content("A connection holds at most 64 subscriptions."));
    }
    Topic* topic = thread_->topic(frame.stream);
    if (topic == nullptr) {
        return send_error(ref, {"not-found", 404, "There is nothing here for you",
                                "There is no such stream."});
    }
    auto subscription = std::make_unique<Subscription>();
    subscription->session = this;
    subscription->topic = topic;
    thread_->subscribe(*subscription);

    // After subscribe(): whatever becomes durable from here on is pushed, all before is in bounds.
    const storage::StreamBounds bounds = topic->bounds();
    const Start start = start_of(frame.after, bounds);
    subscription->cursor = Cursor(start.after, frame.window);

    const std::string snapshot =
        start.recovered ? std::string() : snapshot_url(services_.base_url, frame.stream);
    Subscribed answer;
    answer.ref = ref;
    answer.stream = frame.stream;
    answer.epoch = bounds.epoch;
    answer.after = start.after;
    answer.head = bounds.head;
    answer.floor = bounds.floor;
    answer.recovered = start.recovered;
    answer.reason = start.reason;
    answer.snapshot_url = snapshot;
    answer.window = frame.window;
    socket_->send(subscribed_frame(answer));
    Subscription& stored = *subscriptions_.emplace(frame.stream, std::move(subscription)).first->second;
    thread_->pump(stored);
}

void FeedSession::on(const std::string& ref, const AckFrame& frame) {
    const auto found = subscriptions_.find(frame.stream);
    if (found == subscriptions_.end()) {
        return send_error(ref, invalid_content("You have no subscription to that stream."));
    }
    if (!found->second->cursor.ack(frame.seq, thread_->now_ms())) {
        return send_error(ref, invalid_content("\"seq\" is above what was sent to you."));
    }
    thread_->pump(*found->second);
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
    for (const auto check :
         {&FeedSession::check_identity, &FeedSession::check_heartbeat, &FeedSession::check_acks}) {
        if (!closing_) {
            (this->*check)(now_ms);
        }
    }
}

void FeedSession::check_identity(std::int64_t now_ms) {
    if (!identity_) {
        if (now_ms - opened_ms_ >= services_.times.first_auth.count()) {
            bye(Close::unauthenticated, "no auth frame came");
        }
        return;
    }
    const matcher::Timestamp now = services_.clock.now();
    const matcher::Timestamp expires = identity_->principal.expires;
    if (expires <= now) {
        return bye(Close::unauthenticated, "the access token has expired");
    }
    // never - now does not overflow: now is after 1970.
    if (!expiry_told_ && expires - now <= services_.times.auth_warning) {
        expiry_told_ = true;
        socket_->send(auth_frame(true, expires));
    }
    if (now_ms - identity_checked_ms_ >= services_.times.auth_check.count()) {
        identity_checked_ms_ = now_ms;
        const auto principal = services_.tokens.check(identity_->token, now);
        if (!principal) {
            bye(Close::unauthenticated, auth::explain(principal.error()));
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
    Heads heads;
    heads.reserve(subscriptions_.size());
    for (const auto& [stream, subscription] : subscriptions_) {
        heads.emplace_back(stream, subscription->topic->head());
    }
    socket_->send(heartbeat_frame(services_.clock.now(), heads));
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
    thread_->unsubscribe(*found->second);
    subscriptions_.erase(found);
}

}  // namespace hubward::server::feed
