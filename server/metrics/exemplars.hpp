// SPDX-License-Identifier: Apache-2.0
//
// Which request it was: for each cell of a histogram the trace id of the newest observation in it, so that
// somebody who sees a slow bucket finds its request in the log. A trace id and a duration, nothing else.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "matcher/types.hpp"
#include "server/metrics/histogram.hpp"

namespace hubward::server::metrics {

struct Exemplar {
    matcher::TraceId trace;  // zero: none was seen
    std::uint64_t ns = 0;
};

class Exemplars {
  public:
    using Newest = std::array<Exemplar, histogram_cells>;

    explicit Exemplars(unsigned shards);
    // Any thread, each with a shard of its own: the lock is only ever met by a scrape. A zero trace is
    // not noted. Unknown shards use the last.
    void note(unsigned shard, const matcher::TraceId& trace, std::int64_t ns);
    // Of all shards the slower one of each cell.
    Newest newest() const;

  private:
    struct alignas(64) Shard {
        mutable std::mutex mutex;
        Newest cells{};  // under mutex
    };
    std::vector<std::unique_ptr<Shard>> shards_;
};

}  // namespace hubward::server::metrics
