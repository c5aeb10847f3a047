// SPDX-License-Identifier: Apache-2.0
//
// Single-use tickets for the auth frame: what a client may hold instead of a token.
//
// A ticket is 128 random bits, good once and for 30 s, and stands for the token it was asked with;
// so revoking the token ends also what the ticket opened. In memory only. Any thread.
#pragma once

#include "server/auth/once_codes.hpp"

namespace hubward::server::feed {

class Tickets {
  public:
    static constexpr std::chrono::milliseconds life{30'000};
    // Tickets that wait to be used. Beyond it nobody gets a new one until some have run out.
    static constexpr std::size_t waiting_max = 10'000;
    // … of one role and subject. Beyond it its newest takes the place of its oldest.
    static constexpr std::size_t own_max = auth::OnceCodes<std::string>::own_max;

    // Nothing when too many wait. `now_ms`: steady milliseconds, as below.
    std::optional<std::string> issue(const auth::Principal& whose, std::string token, std::int64_t now_ms) {
        return codes_.issue(whose, std::move(token), now_ms);
    }
    // The token it stands for; nothing when it was never issued, was used, had to go, or is too old.
    std::optional<std::string> redeem(std::string_view ticket, std::int64_t now_ms) {
        return codes_.redeem(ticket, now_ms);
    }

  private:
    auth::OnceCodes<std::string> codes_{life, waiting_max};
};

}  // namespace hubward::server::feed
