// SPDX-License-Identifier: Apache-2.0
#include "server/jobs/periodic.hpp"

#include <utility>

namespace hubward::server::jobs {

Periodic::Periodic(std::chrono::milliseconds every, Work work)
    : every_(every), work_(std::move(work)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

Periodic::~Periodic() = default;

void Periodic::run(const std::stop_token& stop) {
    for (;;) {
        {
            std::unique_lock lock(mutex_);
            wake_.wait_for(lock, stop, every_, [] { return false; });
        }
        if (stop.stop_requested()) {
            return;
        }
        work_(stop);
    }
}

}  // namespace hubward::server::jobs
