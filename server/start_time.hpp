// SPDX-License-Identifier: Apache-2.0
//
// Whether a start may trust the machine's clock, by the newest event that was recovered.
//
// The journal's time never goes back. A start under a clock that is years ahead would end every offer and consent at
// its first tick, for good; a start under one that is behind must not stand still until it has caught up.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>

#include "matcher/state.hpp"
#include "server/app.hpp"
#include "server/system_clock.hpp"

namespace hubward::server {

// A machine without a battery easily is further off until it has asked. A server that ran has done all that was due, so
// after any rest of its own there is nothing that a first tick would end.
inline constexpr std::chrono::hours rest_max = std::chrono::days(31);
// Clocks of machines that stood in for each other differ by less.
inline constexpr std::chrono::minutes ahead_max{1};

enum class StartTime : std::uint8_t {
    good,
    clock_ahead,    // by more than `rest_max`, and something would end: refuse, unless a person says that it is right
    journal_ahead,  // by more than `ahead_max`: count on from the newest event, and say so
};

// `last` is the time of the newest event, `due` that of the first thing that waits for its time; `never` if none does.
constexpr StartTime start_time(matcher::Timestamp last, matcher::Timestamp due, matcher::Timestamp now) {
    const std::chrono::milliseconds passed{now.ms - last.ms};
    return passed > rest_max && due <= now ? StartTime::clock_ahead
           : passed < -ahead_max ? StartTime::journal_ahead
                                 : StartTime::good;
}

// Sets `clock` on from the newest event where that is ahead, and says so. Fails, to be tried again, when the clock is
// too far ahead and `accepted` is false. Before the first tick.
std::expected<void, Failure> time_goes_on(SystemClock& clock, const matcher::State& state, bool accepted);

}  // namespace hubward::server
