// SPDX-License-Identifier: Apache-2.0
//
// The end of a session: the token that it was begun with is void from then on. Any thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "server/auth/token.hpp"

namespace hubward::server::auth {

// The list of void ids beside the key file: a hundred thousand of them. Beyond it nobody can log out until
// the operator has taken out those of tokens that have expired.
inline constexpr std::uintmax_t revoked_bytes_max = 4 * 1024 * 1024;
// Log-outs that wait for the disk. Whoever comes after them is told at once that it failed.
inline constexpr std::size_t log_outs_max = 256;

// How the end of a session stands on disk.
enum class Ended : std::uint8_t { not_yet, yes, failed };
using Ending = std::shared_ptr<const std::atomic<Ended>>;  // changes once, and then is notified

class Sessions {
  public:
    virtual ~Sessions() = default;
    // From now on the token of this id is void; `yes`: also after a power cut. `failed`: the list cannot be
    // written, is longer than revoked_bytes_max or has too many that wait; then the token is good again. Never
    // waits for the disk: a thread of the tokens does.
    virtual Ending end(const std::string& token_id) const = 0;
    // Told, once until it is mended, that the list of void tokens cannot be read any more; the one before stays
    // in force. On the thread that checks a token; before the first of them.
    using Told = std::function<void(std::string_view fault)>;
    virtual void hear(Told told) const = 0;
};

// Those of `tokens`; lives as long as they do.
const Sessions& sessions(const Tokens& tokens);

}  // namespace hubward::server::auth
