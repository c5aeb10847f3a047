// SPDX-License-Identifier: Apache-2.0
//
// The machine's clocks behind the core's port. Any thread.
#pragma once

#include "matcher/clock.hpp"

namespace hubward::server {

class SystemClock final : public matcher::Clock {
  public:
    matcher::Timestamp now() override;
    std::int64_t steady_ns() override;
};

}  // namespace hubward::server
