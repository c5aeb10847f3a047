// SPDX-License-Identifier: Apache-2.0
//
// The feed on one I/O thread: its topics, its connections, its clockwork.
//
// All members belong to the I/O thread except the mailbox (mutex) and the numbers (atomics).
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "server/feed/cursor.hpp"
#include "server/feed/feed.hpp"
#include "server/feed/shared.hpp"
#include "server/feed/subscription.hpp"
#include "server/feed/topic.hpp"

namespace hubward::server::feed {

class FeedThread : public std::enable_shared_from_this<FeedThread> {
  public:
    FeedThread(unsigned index, std::shared_ptr<const FeedServices> services,
               std::shared_ptr<Shared> shared);
    ~FeedThread();

    const FeedServices& services() const { return *services_; }
    std::int64_t now_ms() const { return services_->clock.steady_ns() / 1'000'000; }

    // --- any thread ---
    void serve(http::Executor executor);  // before anything else
    void push(const matcher::SharedBatch& batch, std::int64_t durable_ns);
    void drain(std::chrono::milliseconds spread, unsigned threads);
    void add_to(FeedStats& stats) const;
    // Ends the connection of that name, if it is still here, because another took its client_id.
    void replace(std::string connection);

    // --- its I/O thread ---
    void enter(Receiver& receiver);  // gives it its name
    void leave(Receiver& receiver);
    // The topic of that stream and shape; made when there is none. Null when no such stream exists.
    Topic* topic(std::string_view stream, Shape shape);
    http::Executor executor() const { return *executor_; }
    Shared& shared() { return *shared_; }
    void subscribe(Subscription& subscription);
    void unsubscribe(Subscription& subscription);
    // Sends what credit and the connection's queue allow.
    void pump(Subscription& subscription);
    bool draining() const { return draining_; }
    void count_cut_off() { cut_off_.fetch_add(1, std::memory_order_relaxed); }

    // For tests without a running timer.
    void tick();

  private:
    struct Parcel {
        matcher::SharedBatch batch;
        std::int64_t durable_ns = 0;
    };
    static http::Task<void> tick_on(std::shared_ptr<FeedThread> self);
    void start_ticking();
    void take_mail();
    void distribute(const matcher::SharedBatch& batch);
    void give_out(const std::string& stream, const storage::StreamEvent& event);
    void pump_all();
    template <class Visit>
    void each_topic(Visit&& visit) {
        for (auto& [stream, shapes] : topics_) {
            for (auto& topic : shapes) {
                visit(*topic);
            }
        }
    }
    void park(Subscription& subscription);
    void retry_parked();
    void forget(Topic& topic);

    unsigned index_;
    std::shared_ptr<const FeedServices> services_;
    std::shared_ptr<Shared> shared_;
    std::optional<http::Executor> executor_;

    // The mailbox: written by the engine thread.
    static constexpr std::size_t parcels_max = 256;  // beyond it the log is read instead
    std::mutex mail_mutex_;
    std::vector<Parcel> mail_;
    bool mail_posted_ = false;
    bool mail_missed_ = false;
    bool listening_ = false;  // there is a topic

    std::unordered_set<Receiver*> receivers_;
    // By stream; a stream has a topic for each shape that somebody listens to.
    std::unordered_map<std::string, std::vector<std::unique_ptr<Topic>>> topics_;
    std::unordered_map<std::uint32_t, std::string> hub_streams_;  // of the hubs listened to
    std::size_t practice_topics_ = 0;
    std::vector<Subscription*> parked_;
    bool retry_posted_ = false;
    bool ticking_ = false;
    bool draining_ = false;
    std::uint64_t receivers_ever_ = 0;
    std::uint64_t encoded_gone_ = 0;  // by topics that nobody listens to any more

    // For stats(): written by the I/O thread, read by any; each alone, so relaxed.
    std::atomic<std::uint64_t> clients_{0};
    std::atomic<std::uint64_t> subscriptions_{0};
    std::atomic<std::uint64_t> sent_{0};
    std::atomic<std::uint64_t> encoded_{0};
    std::atomic<std::uint64_t> waiting_{0};
    std::atomic<std::uint64_t> cut_off_{0};
    std::atomic<std::uint64_t> behind_max_{0};
    std::atomic<std::int64_t> lag_ms_max_{0};
};

}  // namespace hubward::server::feed
