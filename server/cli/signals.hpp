// SPDX-License-Identifier: Apache-2.0
//
// SIGTERM and SIGINT as something to wait for. Construct before any thread starts: threads inherit
// the mask.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

namespace hubward::server::cli {

class Signals {
  public:
    Signals();
    // True when one came within the time.
    bool wait(std::chrono::milliseconds time);
    // Of the last one that wait() saw: "SIGTERM" or "SIGINT", and the process that sent it; 0 is the kernel's own
    // word, as for Ctrl-C, or a process of another namespace.
    std::string_view name() const { return name_; }
    std::int64_t sender() const { return sender_; }
    // From now on the next one ends the process at once, with 128 + its number.
    void next_one_exits();

  private:
    std::string_view name_;
    std::int64_t sender_ = 0;
};

}  // namespace hubward::server::cli
