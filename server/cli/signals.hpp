// SPDX-License-Identifier: Apache-2.0
//
// SIGTERM and SIGINT as something to wait for. Construct before any thread starts: threads inherit
// the mask.
#pragma once

#include <chrono>

namespace hubward::server::cli {

class Signals {
  public:
    Signals();
    // True when one came within the time.
    bool wait(std::chrono::milliseconds time);
    // From now on the next one ends the process at once, with 128 + its number.
    void next_one_exits();
};

}  // namespace hubward::server::cli
