// SPDX-License-Identifier: Apache-2.0
#include "server/feed/feed_thread.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "server/feed/feed_session.hpp"

namespace hubward::server::feed {
namespace {

namespace net = boost::asio;
using Timer = net::basic_waitable_timer<std::chrono::steady_clock,
                                        net::wait_traits<std::chrono::steady_clock>, http::Executor>;

// Frames of one connection that may wait for the kernel. More only costs memory: what is not
// queued stays in the log.
constexpr std::size_t queue_frames_max = 64;
// Events read from the log in one go, so that one long replay does not hold up the thread.
constexpr std::size_t page_events_max = 64;

constexpr std::string_view hub_prefix = "hub/";
constexpr std::string_view practice_prefix = "practice/";

}  // namespace

FeedThread::FeedThread(unsigned index, std::shared_ptr<const FeedServices> services)
    : index_(index), services_(std::move(services)) {}

FeedThread::~FeedThread() = default;

void FeedThread::serve(http::Executor executor) { executor_ = executor; }

void FeedThread::push(const matcher::SharedBatch& batch, std::int64_t durable_ns) {
    {
        const std::lock_guard lock(mail_mutex_);
        if (!listening_) {
            return;  // who subscribes now asks the log for its head, which has this batch already
        }
        if (mail_.size() < parcels_max) {
            mail_.push_back(Parcel{batch, durable_ns});
        } else {
            mail_missed_ = true;
        }
        if (mail_posted_) {
            return;
        }
        mail_posted_ = true;
    }
    net::post(*executor_, [self = shared_from_this()] { self->take_mail(); });
}

void FeedThread::take_mail() {
    std::vector<Parcel> parcels;
    bool missed = false;
    {
        const std::lock_guard lock(mail_mutex_);
        parcels.swap(mail_);
        missed = std::exchange(mail_missed_, false);
        mail_posted_ = false;
    }
    for (const Parcel& parcel : parcels) {
        distribute(parcel.batch);
    }
    for (const auto& [stream, topic] : topics_) {
        if (missed) {
            topic->bounds();
        }
        pump_all(*topic);
    }
    if (services_->delivered) {
        const std::int64_t now_ns = services_->clock.steady_ns();
        for (const Parcel& parcel : parcels) {
            services_->delivered(index_, parcel.durable_ns, now_ns);
        }
    }
}

void FeedThread::distribute(const matcher::SharedBatch& batch) {
    const auto all = topics_.find("all");
    storage::StreamEvent at;
    at.batch = batch;
    for (const matcher::Entry& entry : batch->entries) {
        at.entry = &entry;
        at.number = entry.number;
        for (const matcher::Event& event : batch->events_of(entry)) {
            at.event = &event;
            if (all != topics_.end()) {
                at.seq = at.number;
                all->second->add(at);
            }
            const storage::OnStreams on = storage::streams_of(event);
            if (on.hub != matcher::no_hub) {
                const auto found = by_hub_.find(static_cast<std::uint32_t>(on.hub));
                if (found != by_hub_.end()) {
                    at.seq = on.hub_seq;
                    found->second->add(at);
                }
            }
            if (on.referral && practice_topics_ != 0) {
                const matcher::PracticeCode practice = services_->view.look(
                    [&](const View& v) { return v.state().at(*on.referral).practice; });
                const auto found =
                    topics_.find(std::string(practice_prefix).append(practice.view()));
                if (found != topics_.end()) {
                    at.seq = on.practice_seq;
                    found->second->add(at);
                }
            }
            ++at.number;
        }
    }
}

void FeedThread::pump_all(Topic& topic) {
    for (Subscription* subscription : topic.subscribers) {
        pump(*subscription);
    }
}

void FeedThread::pump(Subscription& subscription) {
    Cursor& cursor = subscription.cursor;
    Topic& topic = *subscription.topic;
    if (subscription.parked || subscription.session->closing()) {
        return;  // its turn comes
    }
    http::WebSocket& socket = subscription.session->socket();
    while (cursor.credit() > 0 && cursor.sent() < topic.head()) {
        const std::size_t queued = socket.queued_frames();
        if (queued >= queue_frames_max) {
            return park(subscription);
        }
        const std::size_t room = std::min(queue_frames_max - queued, page_events_max);
        const Topic::Page page = topic.page(cursor.sent(), std::min<std::size_t>(room, cursor.credit()));
        if (page.gone) {
            return subscription.session->bye(Close::timed_out,
                                             "the next event is not kept any more; start again");
        }
        if (page.frames.empty()) {
            return;
        }
        for (const http::Frame& frame : page.frames) {
            if (!socket.send(frame)) {
                return park(subscription);
            }
            cursor.advance(now_ms());
            sent_.fetch_add(1, std::memory_order_relaxed);
        }
        if (page.from_log) {
            return park(subscription);  // the others first
        }
    }
}

void FeedThread::park(Subscription& subscription) {
    subscription.parked = true;
    parked_.push_back(&subscription);
    if (!retry_posted_) {
        retry_posted_ = true;
        net::post(*executor_, [self = shared_from_this()] { self->retry_parked(); });
    }
}

void FeedThread::retry_parked() {
    // While this runs, park() posts nothing: whether another turn helps is decided at the end.
    retry_posted_ = true;
    std::vector<Subscription*> turn;
    turn.swap(parked_);
    bool moved = false;
    for (Subscription* subscription : turn) {
        subscription->parked = false;
        const std::uint64_t before = subscription->cursor.sent();
        pump(*subscription);
        moved = moved || subscription->cursor.sent() != before;
    }
    retry_posted_ = false;
    if (!parked_.empty() && moved) {
        retry_posted_ = true;
        net::post(*executor_, [self = shared_from_this()] { self->retry_parked(); });
    }  // otherwise nobody's connection takes more now: the tick looks again
}

std::string FeedThread::enter(FeedSession& session) {
    sessions_.insert(&session);
    clients_.store(sessions_.size(), std::memory_order_relaxed);
    start_ticking();
    return fmt::format("{}-{}", index_, ++sessions_ever_);
}

void FeedThread::leave(FeedSession& session) {
    sessions_.erase(&session);
    clients_.store(sessions_.size(), std::memory_order_relaxed);
}

Topic* FeedThread::topic(std::string_view stream) {
    std::string name(stream);
    if (const auto found = topics_.find(name); found != topics_.end()) {
        return found->second.get();
    }
    std::optional<matcher::HubIndex> hub;
    if (stream.starts_with(hub_prefix)) {
        hub = services_->view.look(
            [&](const View& v) { return v.hub_by_slug(stream.substr(hub_prefix.size())); });
        if (!hub) {
            return nullptr;
        }
    } else if (!stream.starts_with(practice_prefix) && stream != "all") {
        return nullptr;
    }
    {
        // From here on batches are pushed; all before them are in the log that Topic() asks.
        const std::lock_guard lock(mail_mutex_);
        listening_ = true;
    }
    auto made = std::make_unique<Topic>(name, *services_);
    Topic* topic = made.get();
    topics_.emplace(std::move(name), std::move(made));
    if (hub) {
        by_hub_.emplace(static_cast<std::uint32_t>(*hub), topic);
    } else if (stream != "all") {
        ++practice_topics_;
    }
    return topic;
}

void FeedThread::subscribe(Subscription& subscription) {
    subscription.topic->subscribers.push_back(&subscription);
    subscriptions_.fetch_add(1, std::memory_order_relaxed);
}

void FeedThread::unsubscribe(Subscription& subscription) {
    subscriptions_.fetch_sub(1, std::memory_order_relaxed);
    std::erase(parked_, &subscription);
    std::erase(subscription.topic->subscribers, &subscription);
    if (subscription.topic->subscribers.empty()) {
        forget(*subscription.topic);
    }
}

void FeedThread::forget(Topic& topic) {
    std::erase_if(by_hub_, [&](const auto& entry) { return entry.second == &topic; });
    if (topic.stream().starts_with(practice_prefix)) {
        --practice_topics_;
    }
    encoded_.fetch_add(topic.encoded(), std::memory_order_relaxed);
    topics_.erase(std::string(topic.stream()));
    if (topics_.empty()) {
        const std::lock_guard lock(mail_mutex_);
        listening_ = false;
        mail_.clear();
    }
}

void FeedThread::start_ticking() {
    if (!ticking_ && executor_) {
        ticking_ = true;
        net::co_spawn(*executor_, tick_on(shared_from_this()), net::detached);
    }
}

http::Task<void> FeedThread::tick_on(std::shared_ptr<FeedThread> self) {
    constexpr auto completion = net::as_tuple(net::use_awaitable_t<http::Executor>{});
    Timer timer(*self->executor_);
    while (!self->sessions_.empty()) {
        timer.expires_after(self->services_->times.tick);
        co_await timer.async_wait(completion);
        self->tick();
    }
    self->ticking_ = false;  // the next one to enter starts it again
}

void FeedThread::tick() {
    if (!retry_posted_) {
        retry_parked();
    }
    const std::int64_t now = now_ms();
    std::uint64_t waiting = 0;
    std::uint64_t behind = 0;
    std::int64_t lag_ms = 0;
    for (FeedSession* session : sessions_) {
        session->tick(now);
        waiting += session->socket().queued_frames();
        session->each_subscription([&](const Subscription& s) {
            behind = std::max(behind, s.topic->head() - std::min(s.topic->head(), s.cursor.sent()));
            lag_ms = std::max(lag_ms, s.cursor.waiting_ms(now));
        });
    }
    waiting_.store(waiting, std::memory_order_relaxed);
    behind_max_.store(behind, std::memory_order_relaxed);
    lag_ms_max_.store(lag_ms, std::memory_order_relaxed);
}

void FeedThread::drain(std::chrono::milliseconds spread, unsigned threads) {
    net::post(*executor_, [self = shared_from_this(), spread, threads] {
        self->draining_ = true;
        const auto count = static_cast<std::int64_t>(self->sessions_.size()) * threads;
        std::int64_t turn = self->index_;
        for (FeedSession* session : self->sessions_) {
            session->bye(Close::drain, "the service restarts", spread.count() * turn / count);
            turn += threads;
        }
    });
}

void FeedThread::add_to(FeedStats& stats) const {
    constexpr auto relaxed = std::memory_order_relaxed;
    stats.clients += clients_.load(relaxed);
    stats.subscriptions += subscriptions_.load(relaxed);
    stats.events_sent += sent_.load(relaxed);
    stats.events_encoded += encoded_.load(relaxed);
    stats.frames_waiting += waiting_.load(relaxed);
    stats.cut_off += cut_off_.load(relaxed);
    stats.behind_max = std::max(stats.behind_max, behind_max_.load(relaxed));
    stats.lag_seconds_max = std::max(
        stats.lag_seconds_max, static_cast<double>(lag_ms_max_.load(relaxed)) / 1000.0);
}

}  // namespace hubward::server::feed
