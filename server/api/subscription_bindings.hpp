// SPDX-License-Identifier: Apache-2.0
//
// Single-use tokens with which a WebSocket, which cannot send headers from a browser, names the
// Subscription that it wants to hear. Any thread; a mutex held for a look-up.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace hubward::server::api::bars {

class Bindings {
  public:
    static constexpr std::chrono::milliseconds life{60'000};
    // The newest is refused.
    static constexpr std::size_t waiting_max = 1'000;

    struct Binding {
        std::string subscription;
        // By which whoever asked was known: the socket ends when it does. Empty for who needs none (demo).
        std::string token;
    };
    // Nothing when too many wait.
    std::optional<std::string> issue(Binding binding, std::int64_t now_ms);
    std::optional<Binding> redeem(std::string_view token, std::int64_t now_ms);

  private:
    struct Waiting {
        Binding binding;
        std::int64_t until_ms = 0;
    };
    std::mutex mutex_;
    std::map<std::string, Waiting, std::less<>> waiting_;  // under mutex_
};

}  // namespace hubward::server::api::bars
