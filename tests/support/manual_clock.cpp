// SPDX-License-Identifier: Apache-2.0
#include "tests/support/manual_clock.hpp"

namespace hubward::test {

matcher::Timestamp ManualClock::now() {
    return {wall_ms_.load()};
}

std::int64_t ManualClock::steady_ns() {
    return steady_ns_.load();
}

void ManualClock::advance(std::chrono::milliseconds by) {
    wall_ms_ += by.count();
    steady_ns_ += std::chrono::nanoseconds(by).count();
}

void ManualClock::jump(std::chrono::milliseconds by) {
    wall_ms_ += by.count();
}

}  // namespace hubward::test
