// SPDX-License-Identifier: Apache-2.0
//
// The last 15 minutes of the server as parts of the operators' page: charts, times of each step, what
// happened. Pure, and in the words of the reader.
#pragma once

#include "matcher/types.hpp"
#include "server/metrics/recent.hpp"
#include "server/pages/model.hpp"
#include "server/pages/texts.hpp"

namespace hubward::server::pages {

Model::List ops_charts(const Words& words, const metrics::Picture& picture);
Model::List ops_stages(const Words& words, const metrics::Picture& picture);
Model::List ops_happened(const Words& words, const metrics::Picture& picture);
// What to know at a glance. `open` and `gaps`: offers that wait, people whom no hub can help now.
Model::List ops_tiles(const Words& words, const metrics::Picture& picture, std::uint64_t open,
                      std::uint64_t gaps);

}  // namespace hubward::server::pages
