// SPDX-License-Identifier: Apache-2.0
//
// Single-use tickets for the auth frame: what a browser of another site may hold instead of a token.
//
// A ticket is 128 random bits, good once and for 30 s, and stands for the token it was asked with;
// so revoking the token ends also what the ticket opened. In memory only. Any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace hubward::server::feed {

class Tickets {
  public:
    static constexpr std::chrono::milliseconds life{30'000};
    // Tickets that wait to be used. Beyond it nobody gets a new one until some have run out.
    static constexpr std::size_t waiting_max = 10'000;

    // Nothing when too many wait. `now_ms`: steady milliseconds, as below.
    std::optional<std::string> issue(std::string token, std::int64_t now_ms);
    // The token it stands for; nothing when it was never issued, was used, or is too old.
    std::optional<std::string> redeem(std::string_view ticket, std::int64_t now_ms);

  private:
    struct Ticket {
        std::string token;
        std::int64_t until_ms = 0;
    };
    std::mutex mutex_;
    std::map<std::string, Ticket, std::less<>> waiting_;  // under mutex_
};

}  // namespace hubward::server::feed
