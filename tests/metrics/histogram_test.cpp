// SPDX-License-Identifier: Apache-2.0
#include "server/metrics/histogram.hpp"

#include <algorithm>
#include <random>
#include <thread>

#include <gtest/gtest.h>

namespace hubward::server::metrics {
namespace {

// A value lies within the bounds of its cell, and one more nanosecond than the last begins the next.
TEST(Histogram, CellsFollowEachOtherWithoutHolesOrOverlap) {
    EXPECT_EQ(cell_of(0), 0U);
    EXPECT_EQ(cell_bound_seconds(cell_of_one_second), 1.0);
    EXPECT_EQ(cell_of(1'000'000'000), cell_of_one_second);
    EXPECT_EQ(cell_of(1'000'000'001), cell_of_one_second + 1);
    for (std::size_t cell = 1; cell + 1 < histogram_cells; ++cell) {
        const std::uint64_t last = cell_end(cell) - 1;
        if (cell_end(cell) == cell_end(cell - 1)) {
            continue;  // no whole nanosecond lies between its bounds
        }
        EXPECT_EQ(cell_of(last), cell);
        EXPECT_EQ(cell_of(cell_end(cell - 1)), cell);
        EXPECT_LE(static_cast<double>(last), cell_bound_seconds(cell) * 1e9);
        EXPECT_GT(static_cast<double>(last + 1), cell_bound_seconds(cell) * 1e9);
    }
    EXPECT_EQ(cell_of(UINT64_MAX), histogram_cells - 1);
}

TEST(Histogram, AQuantileIsAtMostAQuarterAboveTheExactOne) {
    Histogram histogram(1);
    std::mt19937_64 random(20'260'302);
    std::vector<std::uint64_t> values;
    for (int i = 0; i < 20'000; ++i) {
        values.push_back(1'000 + random() % (std::uint64_t{1} << (10 + random() % 20)));
        histogram.observe(0, static_cast<std::int64_t>(values.back()));
    }
    std::ranges::sort(values);
    const HistogramCounts counts = histogram.merged();
    for (const double q : {0.01, 0.5, 0.9, 0.99, 0.999}) {
        const auto exact = static_cast<double>(values[static_cast<std::size_t>(q * 20'000.0) - 1]);
        const auto read = static_cast<double>(counts.quantile_ns(q));
        EXPECT_GE(read, exact) << q;
        EXPECT_LE(read, exact * 1.26) << q;
    }
}

TEST(Histogram, MergesWhatAllThreadsSaw) {
    Histogram histogram(4);
    {
        std::vector<std::jthread> threads;
        for (unsigned t = 0; t < 4; ++t) {
            threads.emplace_back([&histogram, t] {
                for (int i = 0; i < 10'000; ++i) {
                    histogram.observe(t, 100);
                }
            });
        }
    }
    const HistogramCounts counts = histogram.merged();
    EXPECT_EQ(counts.count, 40'000U);
    EXPECT_EQ(counts.sum_ns, 4'000'000U);
    EXPECT_EQ(counts.cells[cell_of(100)], 40'000U);
}

TEST(Histogram, TakesStrangeValuesAndShards) {
    Histogram histogram(2);
    histogram.observe(0, -5);
    histogram.observe(99, INT64_MAX);
    const HistogramCounts counts = histogram.merged();
    EXPECT_EQ(counts.cells.front(), 1U);
    EXPECT_EQ(counts.cells.back(), 1U);
    EXPECT_EQ(Histogram(1).merged().quantile_ns(0.99), 0U);
}

}  // namespace
}  // namespace hubward::server::metrics
