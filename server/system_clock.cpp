// SPDX-License-Identifier: Apache-2.0
#include "server/system_clock.hpp"

#include <chrono>

namespace hubward::server {

matcher::Timestamp SystemClock::now() {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::milliseconds>(since).count()};
}

std::int64_t SystemClock::steady_ns() {
    return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
}

}  // namespace hubward::server
