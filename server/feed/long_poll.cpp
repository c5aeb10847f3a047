// SPDX-License-Identifier: Apache-2.0
#include "server/feed/long_poll.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "server/feed/access.hpp"
#include "server/feed/answers.hpp"
#include "server/feed/refusal.hpp"
#include "server/wire/json_writer.hpp"

namespace hubward::server::feed {
namespace {

namespace net = boost::asio;
using Timer = net::basic_waitable_timer<std::chrono::steady_clock,
                                        net::wait_traits<std::chrono::steady_clock>, http::Executor>;

class Poll final : public Receiver {
  public:
    Poll(std::shared_ptr<FeedThread> thread, Identity identity, const StreamRequest& wanted)
        : thread_(std::move(thread)),
          services_(thread_->services()),
          identity_(services_, std::move(identity), thread_->now_ms()),
          limit_(wanted.limit),
          timer_(thread_->executor()) {
        thread_->enter(*this);
        Shape shape;
        shape.detail = wanted.detail;
        subscription_.receiver = this;
        subscription_.topic = thread_->topic(wanted.stream, shape);
        subscription_.types = wanted.types;
        subscription_.acked_by_sending = true;
        thread_->subscribe(subscription_);
        bounds_ = subscription_.topic->bounds();
        const std::string reader =
            reader_name(identity_.principal(), wanted.client_id, wanted.stream);
        start_ = start_of(stored_or(services_, wanted.after, reader), bounds_);
        subscription_.cursor = Cursor(start_.after, window_max);
        // Asking from a place says that all before it is dealt with.
        if (services_.cursors != nullptr && !wanted.client_id.empty() && start_.recovered) {
            services_.cursors->put(reader, bounds_.epoch, start_.after);
        }
    }
    ~Poll() override {
        thread_->unsubscribe(subscription_);
        thread_->leave(*this);
    }
    Poll(const Poll&) = delete;
    Poll& operator=(const Poll&) = delete;

    // What is there already, up to a page of the log. True when there may be more, after the others.
    bool take_what_is_there() {
        Topic& topic = *subscription_.topic;
        Cursor& cursor = subscription_.cursor;
        while (!closing() && cursor.sent() < topic.head() && looked_ < poll_looked_max) {
            const Topic::Page page = topic.page(cursor.sent(), page_size());
            if (page.gone) {
                bye(Close::timed_out, "the next event is not kept any more", 0);
                return false;
            }
            if (page.lines.empty()) {
                return false;
            }
            for (const Line& line : page.lines) {
                if (closing()) {
                    return false;
                }
                ++looked_;
                if (!subscription_.wants(line.kind)) {
                    cursor.skip();
                } else {
                    deliver(line);
                    cursor.advance(thread_->now_ms());
                    cursor.ack(cursor.sent(), thread_->now_ms());
                }
            }
            if (page.from_log) {
                return true;
            }
        }
        return false;
    }
    // A loss is told at once, and how far one request has looked; "nothing yet" is what waiting is for.
    bool worth_waiting() const {
        return lines_.empty() && !ended_ && looked_ < poll_looked_max && (start_.recovered || start_.reason == "fresh");
    }
    Timer& timer() { return timer_; }

    std::size_t room() const override { return limit_ - lines_.size(); }
    bool deliver(const Line& line) override {
        lines_.push_back(line.frame);
        timer_.cancel();
        return true;
    }
    bool closing() const override { return ended_ || lines_.size() == limit_; }
    std::size_t waiting() const override { return 0; }
    void tick(std::int64_t now_ms) override {
        const IdentityWatch::Verdict verdict = identity_.check(now_ms);
        const bool over = verdict.turn == IdentityWatch::Turn::over;
        const bool barred =
            verdict.turn == IdentityWatch::Turn::look_again &&
            !may_hear(identity_.principal(), subscription_.topic->stream(), services_.view);
        if (over || barred) {
            bye(over ? Close::unauthenticated : Close::not_allowed, verdict.why, 0);
        }
    }
    void bye(Close code, std::string_view, std::int64_t) override {
        if (!ended_) {
            ended_ = code;
            timer_.cancel();
        }
    }

    http::Response answer(const StreamRequest& wanted, const std::string& path) const;

  private:
    // Not of `limit`: how many of a page are wanted is known when it is read.
    std::size_t page_size() const {
        const std::size_t most = std::min(Topic::page_events_max, poll_looked_max - looked_);
        return subscription_.types.none() ? std::min(most, limit_ - lines_.size()) : most;
    }

    std::shared_ptr<FeedThread> thread_;
    const FeedServices& services_;
    IdentityWatch identity_;
    std::size_t limit_;
    std::size_t looked_ = 0;
    Timer timer_;
    Subscription subscription_;
    storage::StreamBounds bounds_;
    Start start_;
    std::vector<http::Frame> lines_;
    std::optional<Close> ended_;
};

http::Response Poll::answer(const StreamRequest& wanted, const std::string& path) const {
    if (ended_ == Close::unauthenticated) {
        return refusal(services_.base_url,
                       unauthenticated("The access token expired or was revoked while you waited."));
    }
    if (ended_ == Close::not_allowed) {
        return refusal(services_.base_url, forbidden("This stream is not yours any more."));
    }
    const http::Frame subscribed = subscribed_frame({}, wanted.stream, services_.base_url, bounds_,
                                                    start_, static_cast<std::uint32_t>(wanted.limit));
    const std::string next = position_text(bounds_.epoch, subscription_.cursor.sent());
    http::Response response;
    response.with("Link", fmt::format("<{}?after={}>; rel=\"next\"", path, next));
    response.with("Cache-Control", "no-store").with("Vary", "Accept");
    std::string& body = response.body;
    if (wanted.ndjson) {
        response.content_type = ndjson_type;
        body.append(http::text_of(*subscribed)).append("\n");
        for (const http::Frame& line : lines_) {
            body.append(http::text_of(*line)).append("\n");
        }
        return response;
    }
    response.content_type = "application/json";
    wire::JsonWriter out(body);
    out.open_object();
    out.raw("subscribed", http::text_of(*subscribed));
    out.open_array("events");
    for (const http::Frame& line : lines_) {
        out.raw(http::text_of(*line));
    }
    out.close_array();
    out.text("next", next);
    out.close_object();
    return response;
}

}  // namespace

http::Task<http::Response> long_poll(std::shared_ptr<FeedThread> thread, Identity identity,
                                     StreamRequest wanted, std::string path) {
    constexpr auto completion = net::as_tuple(net::use_awaitable_t<http::Executor>{});
    const auto wait = std::min<std::chrono::milliseconds>(wanted.wait,
                                                          thread->services().times.poll_wait_max);
    const http::Executor executor = thread->executor();
    Poll poll(std::move(thread), std::move(identity), wanted);
    while (poll.take_what_is_there()) {
        co_await net::post(executor, completion);
    }
    if (poll.worth_waiting() && wait.count() > 0) {
        poll.timer().expires_after(wait);
        // Whoever has something to tell cancels it; what else came in the same turn comes along.
        co_await poll.timer().async_wait(completion);
    }
    co_return poll.answer(wanted, path);
}

}  // namespace hubward::server::feed
