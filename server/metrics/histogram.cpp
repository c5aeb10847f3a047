// SPDX-License-Identifier: Apache-2.0
//
// Every atomic operation here is relaxed: a scrape may see one observation in a cell and not yet in
// the sum, which no reader of a running counter can tell from a scrape a moment earlier.
#include "server/metrics/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace hubward::server::metrics {

namespace {

// The largest whole nanosecond of each cell. Where a bound is a whole number it is a power of two times
// 10^9, which a double holds exactly; the others lie far from whole numbers.
const std::array<std::uint64_t, histogram_cells>& last_ns() {
    static const auto table = [] {
        std::array<std::uint64_t, histogram_cells> made{};
        for (std::size_t cell = 0; cell < made.size(); ++cell) {
            made[cell] = static_cast<std::uint64_t>(cell_bound_seconds(cell) * 1e9);
        }
        return made;
    }();
    return table;
}

// Where to begin to look for a value of so many bits: the cell of the smallest one.
const std::array<std::uint8_t, 65>& first_of_width() {
    static const auto table = [] {
        std::array<std::uint8_t, 65> made{};
        std::size_t cell = 0;
        for (std::size_t width = 1; width < made.size(); ++width) {
            const std::uint64_t smallest = std::uint64_t{1} << (width - 1);
            while (cell + 1 < histogram_cells && last_ns()[cell] < smallest) {
                ++cell;
            }
            made[width] = static_cast<std::uint8_t>(cell);
        }
        return made;
    }();
    return table;
}

}  // namespace

std::size_t cell_of(std::uint64_t ns) {
    std::size_t cell = first_of_width()[static_cast<std::size_t>(std::bit_width(ns))];
    while (cell + 1 < histogram_cells && last_ns()[cell] < ns) {
        ++cell;  // five steps at most
    }
    return cell;
}

double cell_bound_seconds(std::size_t cell) {
    const auto quarters = static_cast<double>(cell) - static_cast<double>(cell_of_one_second);
    return std::exp2(quarters / static_cast<double>(cells_per_octave));
}

std::uint64_t cell_end(std::size_t cell) { return last_ns()[cell] + 1; }

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
