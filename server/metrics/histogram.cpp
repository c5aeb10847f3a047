// SPDX-License-Identifier: Apache-2.0
//
// Every atomic operation here is relaxed: a scrape may see one observation in a cell and not yet in
// the sum, which no reader of a running counter can tell from a scrape a moment earlier.
#include "server/metrics/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace hubward::server::metrics {

std::size_t cell_of(std::uint64_t ns) {
    if (ns < cells_per_octave) {
        return static_cast<std::size_t>(ns);
    }
    // The two bits below the highest one choose the quarter of the octave.
    const auto octave = static_cast<std::size_t>(std::bit_width(ns)) - 1;
    const std::size_t quarter = (ns >> (octave - 2)) & 3U;
    return std::min((octave - 1) * cells_per_octave + quarter, histogram_cells - 1);
}

std::uint64_t cell_end(std::size_t cell) {
    if (cell < cells_per_octave) {
        return cell + 1;
    }
    const std::size_t octave = cell / cells_per_octave + 1;
    const std::uint64_t quarter = cell % cells_per_octave;
    return (std::uint64_t{4} + quarter + 1) << (octave - 2);
}

std::uint64_t HistogramCounts::quantile_ns(double q) const {
    const auto wanted = static_cast<std::uint64_t>(std::ceil(q * static_cast<double>(count)));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < cells.size() && count > 0; ++i) {
        seen += cells[i];
        if (seen >= std::max<std::uint64_t>(wanted, 1)) {
            return cell_end(i);
        }
    }
    return 0;
}

HistogramCounts HistogramCounts::since(const HistogramCounts& before) const {
    HistogramCounts fresh;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        fresh.cells[i] = cells[i] - std::min(cells[i], before.cells[i]);
        fresh.count += fresh.cells[i];
    }
    fresh.sum_ns = sum_ns - std::min(sum_ns, before.sum_ns);
    return fresh;
}

Histogram::Histogram(unsigned shards) {
    for (unsigned i = 0; i < std::max(shards, 1U); ++i) {
        shards_.push_back(std::make_unique<Shard>());
    }
}

void Histogram::observe(unsigned shard, std::int64_t ns) {
    Shard& s = *shards_[std::min<std::size_t>(shard, shards_.size() - 1)];
    const auto value = static_cast<std::uint64_t>(std::max<std::int64_t>(ns, 0));
    s.cells[cell_of(value)].fetch_add(1, std::memory_order_relaxed);
    s.sum_ns.fetch_add(value, std::memory_order_relaxed);
}

HistogramCounts Histogram::merged() const {
    HistogramCounts counts;
    for (const auto& shard : shards_) {
        for (std::size_t i = 0; i < histogram_cells; ++i) {
            counts.cells[i] += shard->cells[i].load(std::memory_order_relaxed);
        }
        counts.sum_ns += shard->sum_ns.load(std::memory_order_relaxed);
    }
    for (const std::uint64_t n : counts.cells) {
        counts.count += n;  // so that the count and the cells of one scrape always agree
    }
    return counts;
}

}  // namespace hubward::server::metrics
