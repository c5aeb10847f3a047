// SPDX-License-Identifier: Apache-2.0
#include "server/clock_watch.hpp"

#include "server/log.hpp"

namespace hubward::server {

void ClockWatch::look(const SystemClock& clock) {
    const std::int64_t off_ms = clock.not_believed_ms();
    if (off_ms != 0 && !told_) {
        log::warning("app",
                     "the machine's clock jumped; time counts on as before. Set the clock right, or "
                     "restart if it is",
                     {{log::Key::duration_ms, off_ms}});
    }
    told_ = off_ms != 0;
}

}  // namespace hubward::server
