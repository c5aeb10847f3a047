// SPDX-License-Identifier: Apache-2.0
#include "server/feed/feed_thread.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <fmt/format.h>
#include <utility>

namespace hubward::server::feed {
namespace {

namespace net = boost::asio;
using Timer = net::basic_waitable_timer<std::chrono::steady_clock,
                                        net::wait_traits<std::chrono::steady_clock>, http::Executor>;

constexpr std::string_view hub_prefix = "hub/";
constexpr std::string_view practice_prefix = "practice/";
constexpr std::string_view place_prefix = "place/";
constexpr std::string_view ops_stream = "ops";

}  // namespace

FeedThread::FeedThread(unsigned index, std::shared_ptr<const FeedServices> services,
                       std::shared_ptr<Shared> shared)
    : index_(index), services_(std::move(services)), shared_(std::move(shared)) {}

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
    each_topic([&](Topic& topic) {
        if (topic.stream().starts_with(place_prefix)) {
            topic.refresh();  // an event does not know its number there
        } else if (missed) {
            topic.bounds();
        }
    });
    pump_all();
    if (services_->delivered) {
        const std::int64_t now_ns = services_->clock.steady_ns();
        for (const Parcel& parcel : parcels) {
            services_->delivered(index_, parcel.durable_ns, now_ns);
        }
    }
}

void FeedThread::distribute(const matcher::SharedBatch& batch) {
    const std::string ops(ops_stream);
    const bool ops_heard = topics_.contains(ops);
    storage::StreamEvent at;
    at.batch = batch;
    for (const matcher::Entry& entry : batch->entries) {
        at.entry = &entry;
        at.number = entry.number;
        for (const matcher::Event& event : batch->events_of(entry)) {
            at.event = &event;
            if (ops_heard) {
                at.seq = at.number;
                give_out(ops, at);
            }
            const storage::OnStreams on = storage::streams_of(event);
            if (on.hub != matcher::no_hub) {
                const auto found = hub_streams_.find(static_cast<std::uint32_t>(on.hub));
                if (found != hub_streams_.end()) {
                    at.seq = on.hub_seq;
                    give_out(found->second, at);
                }
            }
            if (on.referral && practice_topics_ != 0) {
                const matcher::PracticeCode practice = services_->view.look(
                    [&](const View& v) { return v.state().at(*on.referral).practice; });
                at.seq = on.practice_seq;
                give_out(std::string(practice_prefix).append(practice.view()), at);
            }
            ++at.number;
        }
    }
}

void FeedThread::give_out(const std::string& stream, const storage::StreamEvent& event) {
    const auto found = topics_.find(stream);
    if (found != topics_.end()) {
        for (const auto& topic : found->second) {
            topic->add(event);
        }
    }
}

void FeedThread::pump_all() {
    each_topic([this](Topic& topic) {
        if (!topic.take_news()) {
            return;  // nobody looks at every subscriber for each event of another stream
        }
        for (Subscription* subscription : topic.subscribers) {
            pump(*subscription);
        }
    });
}

void FeedThread::pump(Subscription& subscription) {
    Cursor& cursor = subscription.cursor;
    Topic& topic = *subscription.topic;
    Receiver& receiver = *subscription.receiver;
    if (subscription.parked) {
        return;  // its turn comes
    }
    while (!receiver.closing() && cursor.credit() > 0 && cursor.sent() < topic.head()) {
        const std::size_t room = std::min(receiver.room(), Topic::page_events_max);
        if (room == 0) {
            return park(subscription);
        }
        const Topic::Page page = topic.page(cursor.sent(), std::min<std::size_t>(room, cursor.credit()));
        if (page.gone) {
            return receiver.bye(Close::timed_out, "the next event is not kept any more; start again", 0);
        }
        if (page.lines.empty()) {
            return park(subscription);  // the log cannot be read just now: the tick asks it again
        }
        for (const Line& line : page.lines) {
            if (!subscription.wants(line.kind)) {
                cursor.skip();
                continue;
            }
            if (!receiver.deliver(line)) {
                return park(subscription);
            }
            cursor.advance(now_ms());
            if (subscription.acked_by_sending) {
                cursor.ack(cursor.sent(), now_ms());
            }
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

void FeedThread::enter(Receiver& receiver) {
    receivers_.insert(&receiver);
    clients_.store(receivers_.size(), std::memory_order_relaxed);
    start_ticking();
    receiver.name = fmt::format("{}-{}", index_, ++receivers_ever_);
}

void FeedThread::leave(Receiver& receiver) {
    receivers_.erase(&receiver);
    clients_.store(receivers_.size(), std::memory_order_relaxed);
}

Topic* FeedThread::topic(std::string_view stream, Shape shape) {
    std::string name(stream);
    if (const auto known = topics_.find(name); known != topics_.end()) {
        for (const auto& topic : known->second) {
            if (topic->shape() == shape) {
                return topic.get();
            }
        }
    }
    std::optional<matcher::HubIndex> hub;
    const bool practice = stream.starts_with(practice_prefix);
    if (stream.starts_with(hub_prefix)) {
        hub = services_->view.look(
            [&](const View& v) { return v.hub_by_slug(stream.substr(hub_prefix.size())); });
        if (!hub) {
            return nullptr;
        }
    } else if (!practice && !stream.starts_with(place_prefix) && stream != ops_stream) {
        return nullptr;
    }
    {
        // From here on batches are pushed; all before them are in the log that Topic() asks.
        const std::lock_guard lock(mail_mutex_);
        listening_ = true;
    }
    if (hub) {
        hub_streams_.emplace(static_cast<std::uint32_t>(*hub), name);
    }
    practice_topics_ += practice ? 1U : 0U;
    auto made = std::make_unique<Topic>(name, shape, *services_);
    return topics_[std::move(name)].emplace_back(std::move(made)).get();
}

void FeedThread::subscribe(Subscription& subscription) {
    subscription.topic->subscribers.push_back(&subscription);
    subscriptions_.fetch_add(1, std::memory_order_relaxed);
    if (subscription.counted) {
        shared_->presence.join(subscription.topic->stream());
    }
}

void FeedThread::unsubscribe(Subscription& subscription) {
    subscriptions_.fetch_sub(1, std::memory_order_relaxed);
    if (subscription.counted) {
        shared_->presence.leave(subscription.topic->stream());
    }
    std::erase(parked_, &subscription);
    std::erase(subscription.topic->subscribers, &subscription);
    if (subscription.topic->subscribers.empty()) {
        forget(*subscription.topic);
    }
}

void FeedThread::forget(Topic& topic) {
    encoded_gone_ += topic.encoded();
    const std::string stream = topic.stream();
    practice_topics_ -= stream.starts_with(practice_prefix) ? 1U : 0U;
    const auto shapes = topics_.find(stream);
    std::erase_if(shapes->second, [&](const auto& each) { return each.get() == &topic; });
    if (!shapes->second.empty()) {
        return;
    }
    topics_.erase(shapes);
    std::erase_if(hub_streams_, [&](const auto& entry) { return entry.second == stream; });
    if (topics_.empty()) {
        const std::lock_guard lock(mail_mutex_);
        listening_ = false;
        mail_.clear();
    }
}

void FeedThread::replace(std::string connection) {
    net::post(*executor_, [self = shared_from_this(), connection = std::move(connection)] {
        for (Receiver* receiver : self->receivers_) {
            if (receiver->name == connection) {
                return receiver->bye(Close::replaced, "a newer connection has the same client_id", 0);
            }
        }
    });
}

void FeedThread::start_ticking() {
    if (!ticking_ && executor_) {
        ticking_ = true;
        // What it ends by ends the program, as in the HTTP server: else nobody here was sent anything behind a pause,
        // nor told that it ends, and the next to come would believe that it ticks.
        net::co_spawn(*executor_, tick_on(shared_from_this()), [](std::exception_ptr trouble) {
            if (trouble) {
                std::rethrow_exception(std::move(trouble));
            }
        });
    }
}

http::Task<void> FeedThread::tick_on(std::shared_ptr<FeedThread> self) {
    constexpr auto completion = net::as_tuple(net::use_awaitable_t<http::Executor>{});
    Timer timer(*self->executor_);
    while (!self->receivers_.empty()) {
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
    std::uint64_t encoded = encoded_gone_;
    std::uint64_t waiting = 0;
    std::uint64_t behind = 0;
    std::int64_t lag_ms = 0;
    for (Receiver* receiver : receivers_) {
        receiver->tick(now);
        waiting += receiver->waiting();
    }
    each_topic([&](const Topic& topic) {
        encoded += topic.encoded();
        for (const Subscription* s : topic.subscribers) {
            behind = std::max(behind, topic.head() - std::min(topic.head(), s->cursor.sent()));
            lag_ms = std::max(lag_ms, s->cursor.waiting_ms(now));
        }
    });
    encoded_.store(encoded, std::memory_order_relaxed);
    waiting_.store(waiting, std::memory_order_relaxed);
    behind_max_.store(behind, std::memory_order_relaxed);
    lag_ms_max_.store(lag_ms, std::memory_order_relaxed);
}

void FeedThread::drain(std::chrono::milliseconds spread, unsigned threads) {
    net::post(*executor_, [self = shared_from_this(), spread, threads] {
        self->draining_ = true;
        const auto count = static_cast<std::int64_t>(self->receivers_.size()) * threads;
        std::int64_t turn = self->index_;
        for (Receiver* receiver : self->receivers_) {
            receiver->bye(Close::drain, "the service restarts", spread.count() * turn / count);
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
