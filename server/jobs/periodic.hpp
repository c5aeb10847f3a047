// SPDX-License-Identifier: Apache-2.0
//
// A thread that does one thing again and again, and ends when it is told to.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace hubward::server::jobs {

class Periodic {
  public:
    // `work` runs after each `every`, never twice at a time; a long run moves the next one.
    Periodic(std::chrono::milliseconds every, std::function<void()> work);
    ~Periodic();  // waits for a running `work`

  private:
    void run(const std::stop_token& stop);

    std::chrono::milliseconds every_;
    std::function<void()> work_;
    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::jthread thread_;  // last: it uses all above
};

}  // namespace hubward::server::jobs
