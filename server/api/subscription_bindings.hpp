// SPDX-License-Identifier: Apache-2.0
//
// Single-use tokens with which a WebSocket, which cannot send headers from a browser, names the
// Subscription that it wants to hear. Any thread; a mutex held for a look-up.
#pragma once

#include "server/auth/once_codes.hpp"

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
    // Nothing when too many wait. Of one role and subject the newest takes the place of its oldest before that.
    std::optional<std::string> issue(const auth::Principal& whose, Binding binding, std::int64_t now_ms) {
        return codes_.issue(whose, std::move(binding), now_ms);
    }
    std::optional<Binding> redeem(std::string_view token, std::int64_t now_ms) {
        return codes_.redeem(token, now_ms);
    }

  private:
    auth::OnceCodes<Binding> codes_{life, waiting_max};
};

}  // namespace hubward::server::api::bars
