// SPDX-License-Identifier: Apache-2.0
//
// The port through which time enters. Only the pipeline asks; the core gets time as data.
#pragma once

#include <cstdint>

#include "matcher/types.hpp"

namespace hubward::matcher {

class Clock {
  public:
    virtual ~Clock() = default;
    virtual Timestamp now() = 0;           // wall clock; may jump
    virtual std::int64_t steady_ns() = 0;  // never goes back; for durations only
    // What others call now, for what they date or read: tokens and signatures. Another time than now() only
    // where a journal is ahead of the machine's clock.
    virtual Timestamp outside() { return now(); }
};

}  // namespace hubward::matcher
