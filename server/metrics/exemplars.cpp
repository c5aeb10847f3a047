// SPDX-License-Identifier: Apache-2.0
#include "server/metrics/exemplars.hpp"

#include <algorithm>

namespace hubward::server::metrics {

Exemplars::Exemplars(unsigned shards) {
    for (unsigned i = 0; i < std::max(shards, 1U); ++i) {
        shards_.push_back(std::make_unique<Shard>());
    }
}

void Exemplars::note(unsigned shard, const matcher::TraceId& trace, std::int64_t ns) {
    if (!trace) {
        return;
    }
    const auto value = static_cast<std::uint64_t>(std::max<std::int64_t>(ns, 0));
    Shard& s = *shards_[std::min<std::size_t>(shard, shards_.size() - 1)];
    const std::lock_guard lock(s.mutex);
    s.cells[cell_of(value)] = {trace, value};
}

Exemplars::Newest Exemplars::newest() const {
    Newest all{};
    for (const auto& shard : shards_) {
        const std::lock_guard lock(shard->mutex);
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (shard->cells[i].trace && (!all[i].trace || shard->cells[i].ns > all[i].ns)) {
                all[i] = shard->cells[i];
            }
        }
    }
    return all;
}

}  // namespace hubward::server::metrics
