// SPDX-License-Identifier: Apache-2.0
#include "bench/load/tally.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace hubward::load {
namespace {

std::uint32_t percentile(const std::vector<std::uint32_t>& sorted, double share) {
    if (sorted.empty()) {
        return 0;
    }
    const auto rank = static_cast<std::size_t>(
        std::ceil(share * static_cast<double>(sorted.size())));
    return sorted[std::clamp<std::size_t>(rank, 1, sorted.size()) - 1];
}

std::string fixed(double value) {
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%.1f", value);
    return text.data();
}

}  // namespace

std::string report(const Options& options, Tally& tally) {
    std::sort(tally.latencies_us.begin(), tally.latencies_us.end());
    std::sort(tally.good_latencies_us.begin(), tally.good_latencies_us.end());
    const auto& sorted = tally.latencies_us;
    std::uint64_t good = 0;
    std::string by_status;
    for (const auto& [status, count] : tally.statuses) {
        good += status >= 200 && status < 300 ? count : 0;
        by_status += (by_status.empty() ? "\"" : ",\"") + std::to_string(status) +
                     "\":" + std::to_string(count);
    }
    const double seconds = std::max(tally.measured.count(), 1e-9);
    return "{\"label\":\"" + options.label + "\",\"mode\":\"" +
           (options.rate > 0 ? "open" : "closed") + "\",\"rate\":" + fixed(options.rate) +
           ",\"connections\":" + std::to_string(options.connections) +
           ",\"seconds\":" + fixed(seconds) + ",\"good\":" + std::to_string(good) +
           ",\"good_per_s\":" + fixed(static_cast<double>(good) / seconds) +
           ",\"p50_us\":" + std::to_string(percentile(sorted, 0.50)) +
           ",\"p99_us\":" + std::to_string(percentile(sorted, 0.99)) +
           ",\"p999_us\":" + std::to_string(percentile(sorted, 0.999)) +
           ",\"max_us\":" + std::to_string(sorted.empty() ? 0 : sorted.back()) +
           ",\"good_p50_us\":" + std::to_string(percentile(tally.good_latencies_us, 0.50)) +
           ",\"good_p99_us\":" + std::to_string(percentile(tally.good_latencies_us, 0.99)) +
           ",\"without_retry_after\":" + std::to_string(tally.without_retry_after) +
           ",\"lost\":" + std::to_string(tally.lost) +
           ",\"unsent\":" + std::to_string(tally.unsent) + ",\"status\":{" + by_status + "}}";
}

}  // namespace hubward::load
