// SPDX-License-Identifier: Apache-2.0
//
// What the questions of feed_load share: their options, and quantiles.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "bench/feed_load/server.hpp"

namespace hubward::bench {

using Options = std::map<std::string, unsigned>;

inline std::string subscribe(unsigned stream) {
    return fmt::format(R"({{"t":"subscribe","stream":"{}","after":"latest","window":1024}})",
                       FeedServer::stream(stream));
}

// Reorders what it is given. 0 of nothing.
template <class Number>
Number quantile(std::vector<Number>& values, double q) {
    if (values.empty()) {
        return {};
    }
    const auto at = static_cast<std::ptrdiff_t>(q * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + at, values.end());
    return values[static_cast<std::size_t>(at)];
}

// Of ages in nanoseconds.
inline double quantile_ms(std::vector<std::int64_t>& ages, double q) {
    return static_cast<double>(quantile(ages, q)) / 1e6;
}

inline double median(std::vector<double> values) { return quantile(values, 0.5); }

}  // namespace hubward::bench
