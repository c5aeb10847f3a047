// SPDX-License-Identifier: Apache-2.0
#include "server/clock_watch.hpp"

#include "server/log.hpp"

namespace hubward::server {

void ClockWatch::look(const SystemClock& clock) {
    const std::int64_t off_ms = clock.not_believed_ms();
    if (off_ms != 0 && !told_) {
        log::warning("app",
                     off_ms > 0 ? "the machine's clock is ahead of the time kept here, which counts on as before. Set the "
                                  "clock right, or restart if it is"
                                : "the machine's clock is behind the time kept here, which counts on as before. Set the clock "
                                  "right; if it is, and a restart changes nothing, the newest event is ahead of it",
                     {{log::Key::duration_ms, off_ms}});
    }
    told_ = off_ms != 0;
}

}  // namespace hubward::server
