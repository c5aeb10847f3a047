// SPDX-License-Identifier: Apache-2.0
//
// One connection of the feed, from hello to bye.
//
// Owned by the coroutine that reads the connection; the thread's clockwork calls tick(). One I/O
// thread. Frames wait for the kernel in a bounded queue; what does not fit stays in the log.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "server/feed/feed_thread.hpp"
#include "server/feed/frames.hpp"
#include "server/feed/identity.hpp"

namespace hubward::server::feed {

class FeedSession final : public Receiver {
  public:
    static constexpr std::size_t subscriptions_max = 64;
    static constexpr double frames_per_second = 20;
    static constexpr double frames_burst = 60;
    // More queued frames would only cost memory.
    static constexpr std::size_t queue_frames_max = 64;

    FeedSession(std::shared_ptr<FeedThread> thread, std::shared_ptr<http::WebSocket> socket,
                std::optional<Identity> identity);
    ~FeedSession() override;
    FeedSession(const FeedSession&) = delete;
    FeedSession& operator=(const FeedSession&) = delete;

    // The whole life. Never throws.
    static http::Task<void> run(std::shared_ptr<FeedThread> thread,
                                std::shared_ptr<http::WebSocket> socket,
                                std::optional<Identity> identity);

    void greet();
    void receive(std::string_view text);
    std::size_t room() const override;
    bool deliver(const Line& line) override { return socket_->send(line.frame); }
    bool closing() const override { return closing_; }
    std::size_t waiting() const override { return socket_->queued_frames(); }
    void tick(std::int64_t now_ms) override;
    // The rest of the life is waiting for the peer's close.
    void bye(Close code, std::string_view reason, std::int64_t retry_after_ms = 0) override;

  private:
    void on(const std::string& ref, const AuthFrame& frame);
    void on(const std::string& ref, const SubscribeFrame& frame);
    void on(const std::string& ref, const AckFrame& frame);
    void on(const std::string& ref, const UnsubscribeFrame& frame);
    void on(const std::string& ref, const HeartbeatFrame& frame);
    void join(const std::string& ref, const SubscribeFrame& frame, Topic& topic);
    bool may_send_frame();
    void check_identity(std::int64_t now_ms);
    void check_heartbeat(std::int64_t now_ms);
    void check_access();
    void check_acks(std::int64_t now_ms);
    void check_presence(std::int64_t now_ms);
    void send_error(std::string_view ref, const Trouble& trouble);
    void drop(std::string_view stream);

    std::shared_ptr<FeedThread> thread_;
    std::shared_ptr<http::WebSocket> socket_;
    const FeedServices& services_;
    IdentityWatch identity_;
    std::map<std::string, std::unique_ptr<Subscription>, std::less<>> subscriptions_;
    bool closing_ = false;

    std::int64_t opened_ms_ = 0;
    std::int64_t beat_ms_ = 0;       // when the last heartbeat went out
    bool beat_unanswered_ = false;
    double allowance_ = frames_burst;  // client frames that may come now
    std::int64_t allowance_ms_ = 0;    // when it was last counted
    std::uint64_t presence_seen_ = 0;  // Presence::changes
    std::int64_t presence_ms_ = 0;     // when it was last looked at
};

}  // namespace hubward::server::feed
