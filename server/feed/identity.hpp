// SPDX-License-Identifier: Apache-2.0
//
// Whose connection it is, and whether that still holds: asked again from time to time, because a
// token expires or is revoked while the connection stays. One I/O thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/auth/principal.hpp"
#include "server/feed/feed.hpp"
#include "server/http/message.hpp"

namespace hubward::server::feed {

// Who came in, and the token that says so.
struct Identity {
    auth::Principal principal;
    std::string token;
};

// By Authorization header or session cookie; nothing when neither is good.
std::optional<Identity> identity_of(const FeedServices& services, const http::Request& request);

class IdentityWatch {
  public:
    IdentityWatch(const FeedServices& services, std::optional<Identity> identity,
                  std::int64_t now_ms);

    bool known() const { return identity_.has_value(); }
    // Require known().
    const auth::Principal& principal() const { return identity_->principal; }

    enum class Turn {
        same,
        expiring,      // the warning is due, once
        look_again,    // still good; what it may hear should be asked again
        over,          // `why` says it
    };
    struct Verdict {
        Turn turn = Turn::same;
        std::string_view why;
    };
    // Requires known(). Cheap enough for every tick.
    Verdict check(std::int64_t now_ms);

    enum class Change { taken, bad_token, another_subject };
    // A newer token for the same role and subject takes the place of the old one.
    Change renew(std::string token, std::int64_t now_ms, std::string_view& why);

  private:
    const FeedServices& services_;
    std::optional<Identity> identity_;
    std::int64_t checked_ms_ = 0;
    bool expiry_told_ = false;
};

}  // namespace hubward::server::feed
