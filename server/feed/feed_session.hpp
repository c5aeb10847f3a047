// SPDX-License-Identifier: Apache-2.0
//
// One connection of the feed, from hello to bye.
//
// Owned by the coroutine that reads the connection; the thread's clockwork calls tick(). One I/O
// thread.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "server/auth/principal.hpp"
#include "server/feed/feed_thread.hpp"
#include "server/feed/frames.hpp"

namespace hubward::server::feed {

// Who came in with the upgrade, and the token that says so (asked again from time to time).
struct Identity {
    auth::Principal principal;
    std::string token;
};

class FeedSession {
  public:
    static constexpr std::size_t subscriptions_max = 64;
    static constexpr double frames_per_second = 20;
    static constexpr double frames_burst = 60;

    FeedSession(std::shared_ptr<FeedThread> thread, std::shared_ptr<http::WebSocket> socket,
                std::optional<Identity> identity);
    ~FeedSession();
    FeedSession(const FeedSession&) = delete;
    FeedSession& operator=(const FeedSession&) = delete;

    // The whole life. Never throws.
    static http::Task<void> run(std::shared_ptr<FeedThread> thread,
                                std::shared_ptr<http::WebSocket> socket,
                                std::optional<Identity> identity);

    void greet();
    void receive(std::string_view text);
    void tick(std::int64_t now_ms);
    // Says why and closes. The rest of the life is waiting for the peer's close.
    void bye(Close code, std::string_view reason, std::int64_t retry_after_ms = 0);

    bool closing() const { return closing_; }
    http::WebSocket& socket() { return *socket_; }
    template <class Visit>
    void each_subscription(Visit&& visit) const {
        for (const auto& [stream, subscription] : subscriptions_) {
            visit(*subscription);
        }
    }

  private:
    void on(const std::string& ref, const AuthFrame& frame);
    void on(const std::string& ref, const SubscribeFrame& frame);
    void on(const std::string& ref, const AckFrame& frame);
    void on(const std::string& ref, const UnsubscribeFrame& frame);
    void on(const std::string& ref, const HeartbeatFrame& frame);
    bool may_send_frame();
    void check_identity(std::int64_t now_ms);
    void check_heartbeat(std::int64_t now_ms);
    void check_acks(std::int64_t now_ms);
    void send_error(std::string_view ref, const Trouble& trouble);
    void drop(std::string_view stream);

    std::shared_ptr<FeedThread> thread_;
    std::shared_ptr<http::WebSocket> socket_;
    const FeedServices& services_;
    std::string name_;
    std::optional<Identity> identity_;
    std::map<std::string, std::unique_ptr<Subscription>, std::less<>> subscriptions_;
    bool closing_ = false;

    std::int64_t opened_ms_ = 0;
    std::int64_t identity_checked_ms_ = 0;
    bool expiry_told_ = false;
    std::int64_t beat_ms_ = 0;       // when the last heartbeat went out
    bool beat_unanswered_ = false;
    double allowance_ = frames_burst;  // client frames that may come now
    std::int64_t allowance_ms_ = 0;    // when it was last counted
};

}  // namespace hubward::server::feed
