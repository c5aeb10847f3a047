// SPDX-License-Identifier: Apache-2.0
//
// How long things took: a log-linear histogram of nanoseconds, four cells per power of two, so a
// quantile read from it is at most 25 % of a cell off; one shard per thread, merged at scrape.
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
inline constexpr std::size_t octaves = 40;  // 1 ns to 18 minutes; longer counts as the last cell
inline constexpr std::size_t histogram_cells = octaves * cells_per_octave;

std::size_t cell_of(std::uint64_t ns);
std::uint64_t cell_end(std::size_t cell);  // first value beyond the cell, in ns

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
