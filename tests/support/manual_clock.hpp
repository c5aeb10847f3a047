// SPDX-License-Identifier: Apache-2.0
//
// A clock that moves when the test says so. Any thread.
#pragma once

#include <atomic>
#include <chrono>

#include "matcher/clock.hpp"

namespace hubward::test {

class ManualClock : public matcher::Clock {
  public:
    // 2026-01-05T09:00:00Z, a Monday morning.
    static constexpr std::int64_t monday_ms = 1'767'603'600'000;

    matcher::Timestamp now() override;
    std::int64_t steady_ns() override;

    // Both clocks move on.
    void advance(std::chrono::milliseconds by);
    // Only the wall clock jumps, as when somebody sets it.
    void jump(std::chrono::milliseconds by);

  private:
    std::atomic<std::int64_t> wall_ms_{monday_ms};
    std::atomic<std::int64_t> steady_ns_{1'000'000'000};
};

}  // namespace hubward::test
