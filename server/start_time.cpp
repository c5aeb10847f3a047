// SPDX-License-Identifier: Apache-2.0
#include "server/start_time.hpp"

#include <fmt/format.h>

#include "server/log.hpp"

namespace hubward::server {

std::expected<void, Failure> time_goes_on(SystemClock& clock, const matcher::State& state, bool accepted) {
    if (state.last == 0) {
        return {};
    }
    const matcher::Timestamp now = clock.now();
    const matcher::Timestamp due = state.timers.empty() ? matcher::never : state.timers.begin()->at;
    const StartTime found = start_time(state.last_time, due, now);
    const std::int64_t apart_ms = now.ms - state.last_time.ms;
    if (found == StartTime::clock_ahead && !accepted) {
        return std::unexpected(Failure{
            Exit::temporary,
            fmt::format("the machine's clock is {} days ahead of the newest event; if it is wrong, set it, for "
                        "everything that waits would end at once. If it is right, start once with "
                        "--set storage.accept_clock=true",
                        apart_ms / 86'400'000)});
    }
    if (found == StartTime::journal_ahead) {
        log::error("app", "the newest event is ahead of the machine's clock; time counts on from it. Set the clock "
                          "right if it is behind",
                   {{log::Key::duration_ms, -apart_ms}});
    }
    clock.not_before(state.last_time);
    return {};
}

}  // namespace hubward::server
