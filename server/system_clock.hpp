// SPDX-License-Identifier: Apache-2.0
//
// The machine's clocks behind the core's port. Any thread. A wall clock that is set while the program
// runs is followed slowly or, when it jumps far, not at all (wall_gate.hpp).
#pragma once

#include "matcher/clock.hpp"
#include "server/wall_gate.hpp"

namespace hubward::server {

class SystemClock final : public matcher::Clock {
  public:
    matcher::Timestamp now() override;
    std::int64_t steady_ns() override;
    // From now on now() is at least this, and counting on. outside() stays what it was.
    void not_before(matcher::Timestamp at);
    matcher::Timestamp outside() override;
    // By how much the machine's clock differs when it is not believed; else 0. Milliseconds.
    std::int64_t not_believed_ms() const { return gate_.not_believed_ms(); }

  private:
    WallGate gate_;
    WallGate outside_;
};

}  // namespace hubward::server
