// SPDX-License-Identifier: Apache-2.0
//
// A browser's session: a token of its own, begun with the one that its person was given. Logging out ends the
// session and leaves that one good for the next shift; revoking that one ends every session begun with it.
// Any thread.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "server/auth/token.hpp"

namespace hubward::server::auth {

// The list of void ids beside the key file: sixty thousand log-outs within a day and a half. Beyond it nobody can log
// out until some are over, or the operator has taken out ids of tokens that have expired.
inline constexpr std::uintmax_t revoked_bytes_max = 4 * 1024 * 1024;
// A working day, so that a tablet which nobody logged out is closed by the next morning.
inline constexpr std::chrono::hours session_lasts{12};
// … and of sessions begun with one token: whoever does nothing but log in and out fills its own part and no more.
// That token's next log-out is told that it failed.
inline constexpr std::size_t log_outs_of_a_token_max = 1'000;
// Log-outs that wait for the disk. Whoever comes after them is told at once that it failed.
inline constexpr std::size_t log_outs_max = 256;

// How the end of a session stands on disk.
enum class Ended : std::uint8_t { not_yet, yes, failed };
using Ending = std::shared_ptr<const std::atomic<Ended>>;  // changes once, and then is notified

class Sessions {
  public:
    virtual ~Sessions() = default;
    // A token for one browser, for who `principal` is: until session_lasts from now or the end of the token that it
    // came with, whichever is first. Void as soon as that one is: its id is that one's, a dot, and its own.
    virtual std::string begin(const Principal& principal, matcher::Timestamp now) const = 0;
    // From now on the session's token is void; `yes`: also after a power cut. `failed`: the list cannot be
    // written, is longer than revoked_bytes_max, has too many that wait or too many of one token; then the token is
    // good again. Never waits for the disk: a thread of the tokens does.
    virtual Ending end(const Principal& session, matcher::Timestamp now) const = 0;
    // Told, once until it is mended, that the list of void tokens cannot be read any more; the one before stays
    // in force. On the thread that checks a token; before the first of them.
    using Told = std::function<void(std::string_view fault)>;
    virtual void hear(Told told) const = 0;
};

// Those of `tokens`; lives as long as they do.
const Sessions& sessions(const Tokens& tokens);

}  // namespace hubward::server::auth
