// SPDX-License-Identifier: Apache-2.0
//
// When a message that was not taken is tried again: at once, after a second, and ever more slowly, over
// about three days. Pure; any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace hubward::server::outbound {

// Tries of one message after which its target is switched off.
inline constexpr unsigned tries_max = 13;
// The longest wait that a receiver may ask for.
inline constexpr std::chrono::hours retry_after_max{24};

// The wait after this many failures, at least 1; up to a fifth longer or shorter by `noise`, so that those
// who failed together do not come back together. Nothing when it was the last try.
std::optional<std::chrono::milliseconds> retry_delay(unsigned failures, std::uint64_t noise);

// What a Retry-After header asks for, seconds or a date of HTTP; nothing when it is neither. Never
// negative, at most retry_after_max.
std::optional<std::chrono::milliseconds> retry_after(std::string_view header, std::int64_t now_ms);

}  // namespace hubward::server::outbound
