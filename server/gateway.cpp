// SPDX-License-Identifier: Apache-2.0
#include "server/gateway.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <unordered_map>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "matcher/admission.hpp"
#include "matcher/invariant.hpp"
#include "matcher/kill_point.hpp"
#include "matcher/limits.hpp"
#include "server/waiters.hpp"

namespace hubward::server {
namespace {

namespace net = boost::asio;
using matcher::Answer;
using matcher::Refused;
using matcher::Rejection;
using Result = std::expected<Done, Rejection>;

constexpr std::uint32_t blocking_thread = 0xffff'ffff;  // Ticket::thread of submit_and_wait
constexpr std::int64_t ns_per_ms = 1'000'000;

Result refused(Refused why) {
    Rejection rejection;
    rejection.why = why;
    return std::unexpected(rejection);
}

// All answers of one round that one I/O thread waits for.
struct Parcel {
    matcher::SharedBatch batch;
    matcher::StageTimes times;
    std::vector<Answer> answers;
};

class TheGateway final : public PipelineGateway {
  public:
    TheGateway(storage::EventLog& events, matcher::Clock& clock, GatewayOptions options)
        : events_(events), clock_(clock), options_(std::move(options)) {}

    void listen(Listener listener) override { listeners_.push_back(std::move(listener)); }
    void attach(matcher::Pipeline& pipeline) override { pipeline_ = &pipeline; }
    void serve(std::vector<http::Executor> executors) override {
        for (http::Executor& executor : executors) {
            lanes_.push_back(std::make_unique<Lane>(executor, options_.waiters_max));
        }
        // Pairs with the load in deliver() and stopped(): the lanes were built before it.
        serving_.store(true, std::memory_order_release);
    }

    http::Task<Result> submit(unsigned thread, matcher::Envelope envelope) override;
    std::optional<Rejection> turned_away(const matcher::Command& command) override;
    Result submit_and_wait(matcher::Envelope envelope) override;

    void deliver(const matcher::SharedBatch& batch, std::span<const Answer> answers,
                 const matcher::StageTimes& times) override;
    void stopped() override;

  private:
    using Timer = net::basic_waitable_timer<std::chrono::steady_clock,
                                            net::wait_traits<std::chrono::steady_clock>,
                                            http::Executor>;
    // Touched by its own I/O thread only, except `executor`, which never changes.
    struct Lane {
        Lane(http::Executor e, std::uint32_t cells) : executor(e), waiters(cells), timer(e) {}
        http::Executor executor;
        Waiters<Result> waiters;
        Timer timer;
        bool timer_armed = false;
    };
    struct Blocked {
        std::optional<Result> result;
        std::optional<matcher::Receipt> resend;
    };

    Result done(const matcher::SharedBatch& batch, const Answer& answer);
    Result first_answer(matcher::Sequence number);
    Result turned_away() const;
    // Relaxed: a moment later does no harm, the room that is kept is many seconds' worth.
    bool keeps_room(const matcher::Command& command) const {
        return options_.nearly_full != nullptr && matcher::is_new_referral(command) &&
               options_.nearly_full->load(std::memory_order_relaxed);
    }
    void answer_lane(unsigned thread, const Parcel& parcel);
    void answer_blocked(const matcher::SharedBatch& batch, const Answer& answer);
    void arm(Lane& lane);
    void expire(Lane& lane);
    std::int64_t deadline_ns() const { return options_.deadline.count() * ns_per_ms; }

    storage::EventLog& events_;
    matcher::Clock& clock_;
    GatewayOptions options_;
    std::vector<Listener> listeners_;
    matcher::Pipeline* pipeline_ = nullptr;
    std::vector<std::unique_ptr<Lane>> lanes_;
    std::vector<std::shared_ptr<Parcel>> parcels_;  // engine thread; one per lane, reused
    std::atomic<bool> serving_{false};
    std::atomic<bool> stopped_{false};

    std::mutex blocked_mutex_;
    std::condition_variable blocked_changed_;
    std::unordered_map<std::uint64_t, Blocked*> blocked_;  // by Ticket::generation
    std::uint64_t blocked_next_ = 0;
};

// The last door before the journal, which ends the server over a record that it cannot take. Whoever seals or
// reads a document has refused it before, with better words.
bool too_large(const matcher::Envelope& envelope) {
    return envelope.payload.size() > matcher::limits::payload_bytes_max;
}

http::Task<Result> TheGateway::submit(unsigned thread, matcher::Envelope envelope) {
    if (too_large(envelope)) {
        co_return refused(Refused::too_large);
    }
    if (keeps_room(envelope.command)) {
        co_return refused(Refused::full);
    }
    Lane& lane = *lanes_[thread];
    envelope.queued_ns = clock_.steady_ns();
    const auto name = lane.waiters.add(envelope.queued_ns, envelope.received_ns, envelope.trace);
    if (!name) {
        co_return refused(Refused::busy);
    }
    envelope.ticket = {thread, name->cell, name->generation};
    if (!pipeline_->try_submit(std::move(envelope))) {
        lane.waiters.take(*name);
        co_return turned_away();
    }
    arm(lane);
    // The answer cannot overtake the next line: it comes as a function posted to this very thread.
    auto initiate = [&lane, name](auto handler) {
        lane.waiters.set_resume(*name, [h = std::move(handler)](Result result) mutable {
            std::move(h)(std::move(result));
        });
    };
    constexpr net::use_awaitable_t<http::Executor> token;
    co_return co_await net::async_initiate<const net::use_awaitable_t<http::Executor>,
                                           void(Result)>(initiate, token);
}

std::optional<Rejection> TheGateway::turned_away(const matcher::Command& command) {
    if (keeps_room(command)) {
        return refused(Refused::full).error();
    }
    return pipeline_->turns_away(command) ? std::optional(turned_away().error()) : std::nullopt;
}

Result TheGateway::submit_and_wait(matcher::Envelope envelope) {
    if (too_large(envelope)) {
        return refused(Refused::too_large);
    }
    if (keeps_room(envelope.command)) {
        return refused(Refused::full);
    }
    Blocked mine;
    std::unique_lock lock(blocked_mutex_);
    const std::uint64_t generation = ++blocked_next_;
    blocked_.emplace(generation, &mine);
    envelope.queued_ns = clock_.steady_ns();
    envelope.ticket = {blocking_thread, 0, generation};
    lock.unlock();
    const bool taken = pipeline_->try_submit(std::move(envelope));
    lock.lock();
    if (taken) {
        blocked_changed_.wait_for(lock, options_.deadline,
                                  [&] { return mine.result.has_value() || mine.resend.has_value(); });
    }
    blocked_.erase(generation);
    lock.unlock();
    if (!taken) {
        return turned_away();
    }
    if (mine.resend) {
        return first_answer(mine.resend->number);
    }
    return mine.result ? *std::move(mine.result) : refused(Refused::journal_failed);
}

// Engine thread. Listeners first: whoever is answered finds the effect in the view.
void TheGateway::deliver(const matcher::SharedBatch& batch, std::span<const Answer> answers,
                         const matcher::StageTimes& times) {
    if (!batch->entries.empty()) {
        for (const Listener& listener : listeners_) {
            listener(batch, times);
            matcher::kill_point("gateway.listener-told");
        }
    }
    const bool serving = serving_.load(std::memory_order_acquire);
    parcels_.resize(serving ? lanes_.size() : 0);
    for (const Answer& answer : answers) {
        if (answer.ticket.generation == 0) {
            continue;
        }
        if (answer.ticket.thread == blocking_thread) {
            answer_blocked(batch, answer);
            continue;
        }
        matcher::invariant(answer.ticket.thread < parcels_.size(), "ticket of an unknown thread");
        auto& parcel = parcels_[answer.ticket.thread];
        if (!parcel) {
            parcel = std::make_shared<Parcel>(Parcel{batch, times, {}});
            parcel->answers.reserve(answers.size());
        }
        parcel->answers.push_back(answer);
    }
    matcher::kill_point("gateway.before-posts");
    for (unsigned thread = 0; thread < parcels_.size(); ++thread) {
        if (auto parcel = std::exchange(parcels_[thread], nullptr)) {
            net::post(lanes_[thread]->executor, [this, thread, parcel = std::move(parcel)] {
                answer_lane(thread, *parcel);
            });
        }
    }
}

// I/O thread. Resuming runs the handler up to its next wait, so answers are written here.
void TheGateway::answer_lane(unsigned thread, const Parcel& parcel) {
    Lane& lane = *lanes_[thread];
    for (const Answer& answer : parcel.answers) {
        auto waiter = lane.waiters.take({answer.ticket.cell, answer.ticket.generation});
        if (!waiter) {
            continue;  // its deadline passed
        }
        if (options_.observe) {
            options_.observe(thread, Walk{waiter->received_ns, waiter->asked_ns, parcel.times,
                                          clock_.steady_ns(), waiter->trace});
        }
        matcher::kill_point("gateway.before-answer");
        waiter->resume(done(parcel.batch, answer));
        matcher::kill_point("gateway.answered");
    }
}

void TheGateway::answer_blocked(const matcher::SharedBatch& batch, const Answer& answer) {
    {
        std::lock_guard lock(blocked_mutex_);
        const auto at = blocked_.find(answer.ticket.generation);
        if (at == blocked_.end()) {
            return;
        }
        if (answer.result && answer.result->resend) {
            at->second->resend = *answer.result;  // storage is read by the thread that waits
        } else {
            at->second->result = done(batch, answer);
        }
    }
    blocked_changed_.notify_all();
}

Result TheGateway::done(const matcher::SharedBatch& batch, const Answer& answer) {
    if (!answer.result) {
        return std::unexpected(answer.result.error());
    }
    if (answer.result->resend) {
        return first_answer(answer.result->number);
    }
    Done result{batch, nullptr, false};
    if (answer.result->entry < batch->entries.size() &&
        batch->entries[answer.result->entry].number == answer.result->number) {
        result.entry = &batch->entries[answer.result->entry];
    }
    return result;
}

Result TheGateway::first_answer(matcher::Sequence number) {
    auto found = events_.entry(number);
    if (!found || found->entry == nullptr) {
        // The key is remembered but its entry cannot be read: the disk has trouble.
        return refused(Refused::journal_failed);
    }
    return Done{std::move(found->batch), found->entry, true};
}

Result TheGateway::turned_away() const {
    if (pipeline_->failed()) {
        return refused(Refused::journal_failed);
    }
    // Pairs with the store in stopped(); a stale value only says "busy" instead of "stopping".
    return refused(stopped_.load(std::memory_order_relaxed) ? Refused::stopping : Refused::busy);
}

void TheGateway::arm(Lane& lane) {
    if (lane.timer_armed) {
        return;
    }
    lane.timer_armed = true;
    // Coarse on purpose: one timer per thread, not one per request.
    const auto step = std::clamp(options_.deadline / 8, std::chrono::milliseconds(5),
                                 std::chrono::milliseconds(250));
    lane.timer.expires_after(step);
    lane.timer.async_wait([this, &lane](const boost::system::error_code& error) {
        if (!error) {
            lane.timer_armed = false;
            expire(lane);
        }
    });
}

void TheGateway::expire(Lane& lane) {
    const std::int64_t late = clock_.steady_ns() - deadline_ns();
    while (auto waiter = lane.waiters.take_older_than(late)) {
        waiter->resume(refused(Refused::journal_failed));
    }
    if (!lane.waiters.empty()) {
        arm(lane);
    }
}

// Engine thread, once: whoever still waits hears that the server is going down.
void TheGateway::stopped() {
    stopped_.store(true, std::memory_order_relaxed);  // pairs with turned_away()
    const Refused why = pipeline_->failed() ? Refused::journal_failed : Refused::stopping;
    if (serving_.load(std::memory_order_acquire)) {
        for (auto& lane : lanes_) {
            net::post(lane->executor, [l = lane.get(), why] {
                while (auto waiter = l->waiters.take_older_than(INT64_MAX)) {
                    waiter->resume(refused(why));
                }
                l->timer.cancel();
            });
        }
    }
    {
        std::lock_guard lock(blocked_mutex_);
        for (auto& [generation, waiting] : blocked_) {
            if (!waiting->result && !waiting->resend) {
                waiting->result = refused(why);
            }
        }
    }
    blocked_changed_.notify_all();
}

}  // namespace

std::unique_ptr<PipelineGateway> make_gateway(storage::EventLog& events, matcher::Clock& clock,
                                              GatewayOptions options) {
    return std::make_unique<TheGateway>(events, clock, std::move(options));
}

}  // namespace hubward::server
