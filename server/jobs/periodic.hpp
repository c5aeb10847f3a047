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
    // Work that takes long looks now and then whether it is asked to end.
    using Work = std::function<void(const std::stop_token&)>;

    // `work` runs after each `every`, never twice at a time; a long run moves the next one.
    Periodic(std::chrono::milliseconds every, Work work);
    ~Periodic();  // waits for a running `work`
    // Asks it to end, without waiting.
    void end_soon() { thread_.request_stop(); }

  private:
    void run(const std::stop_token& stop);

    std::chrono::milliseconds every_;
    Work work_;
    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::jthread thread_;  // last: it uses all above
};

}  // namespace hubward::server::jobs
