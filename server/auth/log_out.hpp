// SPDX-License-Identifier: Apache-2.0
//
// The end of a session: the token that it was begun with is void from then on. Any thread.
#pragma once

#include <cstdint>
#include <expected>
#include <string>

#include "server/auth/token.hpp"

namespace hubward::server::auth {

// The list of void ids beside the key file: a hundred thousand of them. Beyond it nobody can log out until
// the operator has taken out those of tokens that have expired.
inline constexpr std::uintmax_t revoked_bytes_max = 4 * 1024 * 1024;

class Sessions {
  public:
    virtual ~Sessions() = default;
    // From now on, and after a restart, the token of this id is void. Returns when the list is synced.
    // Fails (text) when it cannot be written or is longer than revoked_bytes_max; then nothing has
    // changed. May wait for the disk.
    virtual std::expected<void, std::string> end(const std::string& token_id) const = 0;
};

// Those of `tokens`; lives as long as they do.
const Sessions& sessions(const Tokens& tokens);

}  // namespace hubward::server::auth
