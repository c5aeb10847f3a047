// SPDX-License-Identifier: Apache-2.0
//
// What came of a run: every latency is kept, so percentiles are exact.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "bench/load/options.hpp"

namespace hubward::load {

struct Tally {
    std::vector<std::uint32_t> latencies_us;  // of every answer, good or not
    std::vector<std::uint32_t> good_latencies_us;  // … of those with a 2xx
    std::map<unsigned, std::uint64_t> statuses;
    std::uint64_t without_retry_after = 0;  // refusals (429, 503) that do not say when to come again
    std::uint64_t lost = 0;    // sent, then the connection ended
    std::uint64_t unsent = 0;  // due before the end, never sent: the server was too slow for the rate
    std::chrono::duration<double> measured{0};
};

// One JSON line. Sorts both lists of latencies.
std::string report(const Options& options, Tally& tally);

}  // namespace hubward::load
