// SPDX-License-Identifier: Apache-2.0
//
// Says that the machine's clock jumped and is not followed (wall_gate.hpp): once, and again only after it
// was right in between. For the thread of one job.
#pragma once

#include "server/system_clock.hpp"

namespace hubward::server {

class ClockWatch {
  public:
    void look(const SystemClock& clock);

  private:
    bool told_ = false;
};

}  // namespace hubward::server
