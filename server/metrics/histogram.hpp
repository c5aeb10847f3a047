// SPDX-License-Identifier: Apache-2.0
//
// How long things took: a histogram of nanoseconds whose cells are the buckets of a native histogram of
// Prometheus in seconds (schema 2: four to a power of two, each 19 % wider than the one before), so what a
// scrape tells is exact in every format; one shard per thread, merged at scrape.
//
// observe() costs a few nanoseconds and takes no lock. Any thread may call it, but two threads
// should not share a shard: they would only slow each other down.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace hubward::server::metrics {

inline constexpr std::size_t cells_per_octave = 4;
inline constexpr std::size_t octaves = 40;  // 1 ns to 14 minutes; longer counts as the last cell
inline constexpr std::size_t histogram_cells = octaves * cells_per_octave;
inline constexpr int native_schema = 2;
// The cell that ends with one second: its native index is 0, and those of the others follow. Cell 0 holds
// zeros; of the next few some are empty, because between their bounds lies no whole nanosecond.
inline constexpr std::size_t cell_of_one_second = 120;

std::size_t cell_of(std::uint64_t ns);
double cell_bound_seconds(std::size_t cell);  // the largest value that the cell holds
std::uint64_t cell_end(std::size_t cell);     // first value beyond the cell, in ns

struct HistogramCounts {
    std::array<std::uint64_t, histogram_cells> cells{};
    std::uint64_t count = 0;
    std::uint64_t sum_ns = 0;

    // End of the cell in which the quantile (0 … 1) lies; 0 without observations.
    std::uint64_t quantile_ns(double q) const;
    // What came after `before`, an earlier look at the same histogram.
    HistogramCounts since(const HistogramCounts& before) const;
};

class Histogram {
  public:
    explicit Histogram(unsigned shards);
    // Negative durations (a clock read on another core) count as 0. Unknown shards use the last.
    void observe(unsigned shard, std::int64_t ns);
    HistogramCounts merged() const;

  private:
    struct alignas(64) Shard {
        std::array<std::atomic<std::uint64_t>, histogram_cells> cells{};
        std::atomic<std::uint64_t> sum_ns{0};
    };
    std::vector<std::unique_ptr<Shard>> shards_;
};

}  // namespace hubward::server::metrics
