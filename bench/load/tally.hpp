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
    std::map<unsigned, std::uint64_t> statuses;
    std::uint64_t lost = 0;    // sent, then the connection ended
    std::uint64_t unsent = 0;  // due before the end, never sent: the server was too slow for the rate
    std::chrono::duration<double> measured{0};
};

// One JSON line. Sorts the latencies.
std::string report(const Options& options, Tally& tally);

}  // namespace hubward::load
