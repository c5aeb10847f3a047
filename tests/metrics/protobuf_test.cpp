// SPDX-License-Identifier: Apache-2.0
//
// Reads the messages back with a decoder that knows only the wire format, and counts in the native
// histogram what was observed.
#include "server/metrics/protobuf.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace hubward::server::metrics {
namespace {

struct Field {
    unsigned number = 0;
    std::uint64_t whole = 0;   // varint
    double real = 0;           // fixed64
    std::string bytes;         // length-delimited
    std::int64_t zigzag() const { return static_cast<std::int64_t>(whole >> 1) ^ -static_cast<std::int64_t>(whole & 1); }
};

std::uint64_t varint(std::string_view& in) {
    std::uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
        const auto byte = static_cast<unsigned char>(in.at(0));
        in.remove_prefix(1);
        value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
        if (byte < 0x80) {
            return value;
        }
    }
}

std::vector<Field> fields(std::string_view in) {
    std::vector<Field> all;
    while (!in.empty()) {
        const std::uint64_t key = varint(in);
        Field field;
        field.number = static_cast<unsigned>(key >> 3);
        if ((key & 7) == 0) {
            field.whole = varint(in);
        } else if ((key & 7) == 1) {
            std::uint64_t bits = 0;
            for (unsigned i = 0; i < 8; ++i) {
                bits |= static_cast<std::uint64_t>(static_cast<unsigned char>(in.at(i))) << (8 * i);
            }
            in.remove_prefix(8);
            field.real = std::bit_cast<double>(bits);
        } else {
            EXPECT_EQ(key & 7, 2U);
            const std::uint64_t size = varint(in);
            field.bytes = in.substr(0, size);
            EXPECT_EQ(field.bytes.size(), size);
            in.remove_prefix(size);
        }
        all.push_back(std::move(field));
    }
    return all;
}

std::vector<Field> of(const std::vector<Field>& all, unsigned number) {
    std::vector<Field> some;
    for (const Field& one : all) {
        if (one.number == number) {
            some.push_back(one);
        }
    }
    return some;
}

std::vector<std::vector<Field>> families(std::string_view page) {
    std::vector<std::vector<Field>> all;
    while (!page.empty()) {
        const std::uint64_t size = varint(page);
        all.push_back(fields(page.substr(0, size)));
        page.remove_prefix(size);
    }
    return all;
}

std::vector<Field> histogram_of(const HistogramCounts& counts, const Exemplars* seen) {
    PrometheusProtobuf out;
    out.head("h_seconds", "Help.", Kind::histogram);
    out.histogram("h_seconds", {{"stage", "x"}}, counts, seen);
    const auto page = families(out.take());
    return fields(of(fields(of(page.at(0), 4).at(0).bytes), 7).at(0).bytes);
}

TEST(Protobuf, CountersAndGaugesComeBack) {
    PrometheusProtobuf out;
    out.counter("a_total", "Of a.", 300);
    out.head("b", "Of b.", Kind::gauge);
    out.sample("b", {{"part", "one"}}, 0.25);
    out.sample("b", {{"part", "two"}}, std::nan(""));
    const auto page = families(out.take());
    ASSERT_EQ(page.size(), 2U);
    EXPECT_EQ(of(page[0], 1).at(0).bytes, "a_total");
    EXPECT_EQ(of(page[0], 2).at(0).bytes, "Of a.");
    EXPECT_EQ(of(page[0], 3).at(0).whole, 0U);
    EXPECT_EQ(fields(of(fields(of(page[0], 4).at(0).bytes), 3).at(0).bytes).at(0).real, 300);
    EXPECT_EQ(of(page[1], 3).at(0).whole, 1U);
    ASSERT_EQ(of(page[1], 4).size(), 2U);
    const auto first = fields(of(page[1], 4).at(0).bytes);
    const auto label = fields(of(first, 1).at(0).bytes);
    EXPECT_EQ(of(label, 1).at(0).bytes, "part");
    EXPECT_EQ(of(label, 2).at(0).bytes, "one");
    EXPECT_EQ(fields(of(first, 2).at(0).bytes).at(0).real, 0.25);
}

// What was observed, put into buckets by the definition of native histograms in floating point.
TEST(Protobuf, ANativeHistogramHoldsEveryObservationInItsBucket) {
    Histogram histogram(2);
    std::map<int, std::int64_t> wanted;
    std::uint64_t zeros = 0;
    std::mt19937_64 random(11);
    for (int i = 0; i < 5'000; ++i) {
        const std::uint64_t ns = i % 50 == 0 ? 0 : random() % (std::uint64_t{1} << (4 + random() % 34));
        histogram.observe(static_cast<unsigned>(i % 2), static_cast<std::int64_t>(ns));
        if (ns == 0) {
            ++zeros;
        } else {
            wanted[static_cast<int>(std::ceil(std::log2(static_cast<double>(ns) * 1e-9) * 4 - 1e-9))] += 1;
        }
    }
    const auto told = histogram_of(histogram.merged(), nullptr);
    EXPECT_EQ(of(told, 1).at(0).whole, 5'000U);
    EXPECT_EQ(of(told, 5).at(0).zigzag(), 2);
    EXPECT_EQ(of(told, 7).at(0).whole, zeros);
    const auto deltas = of(told, 13);
    std::map<int, std::int64_t> seen;
    std::int64_t index = 0;
    std::int64_t count = 0;
    std::size_t next = 0;
    for (const Field& span : of(told, 12)) {
        const auto parts = fields(span.bytes);
        index += of(parts, 1).at(0).zigzag();
        for (std::uint64_t i = 0; i < of(parts, 2).at(0).whole; ++i) {
            count += deltas.at(next++).zigzag();
            seen[static_cast<int>(index++)] = count;
        }
    }
    EXPECT_EQ(next, deltas.size());
    EXPECT_EQ(seen, wanted);
}

// As histogram_quantile() of Prometheus: straight through the bucket in which the rank lies.
double quantile(double q, const std::vector<std::pair<double, double>>& buckets, double count) {
    double begin = 0;
    double below = 0;
    for (const auto& [end, upto] : buckets) {
        if (upto >= q * count) {
            return begin + (end - begin) * (q * count - below) / (upto - below);
        }
        begin = end;
        below = upto;
    }
    return begin;
}

// Latencies as they come: most near a few milliseconds, a long tail.
TEST(Protobuf, TheP99OfEachFormatIsNearTheExactOne) {
    Histogram histogram(1);
    std::mt19937_64 random(5);
    std::vector<double> exact;
    for (int i = 0; i < 50'000; ++i) {
        double bell = 0;
        for (int k = 0; k < 12; ++k) {
            bell += static_cast<double>(random() >> 11) * 0x1p-53;
        }
        const auto ns = static_cast<std::int64_t>(3e6 * std::exp(0.8 * (bell - 6)));
        exact.push_back(static_cast<double>(ns) * 1e-9);
        histogram.observe(0, ns);
    }
    std::ranges::sort(exact);
    const double wanted = exact[exact.size() * 99 / 100];
    const HistogramCounts counts = histogram.merged();
    std::vector<std::pair<double, double>> native;
    std::vector<std::pair<double, double>> classic;
    double upto = 0;
    for (std::size_t cell = 0; cell < histogram_cells; ++cell) {
        upto += static_cast<double>(counts.cells[cell]);
        native.emplace_back(cell_bound_seconds(cell), upto);
    }
    for (const Bucket& bucket : buckets_of(counts, {})) {
        if (bucket.bound != histogram_cells) {
            EXPECT_EQ(bucket.below, static_cast<std::uint64_t>(native[bucket.bound].second));
            classic.emplace_back(native[bucket.bound]);
        }
    }
    EXPECT_NEAR(quantile(0.99, native, upto) / wanted, 1, 0.03);
    EXPECT_NEAR(quantile(0.99, classic, upto) / wanted, 1, 0.10);
}

TEST(Protobuf, ClassicBucketsStandBesideTheNativeOnesWithExemplars) {
    Histogram histogram(1);
    Exemplars seen(1);
    histogram.observe(0, 20'000'000);
    seen.note(0, {0x0123, 0x4567}, 20'000'000);
    seen.note(0, {}, 3'000'000);  // nobody named a trace
    const auto told = histogram_of(histogram.merged(), &seen);
    const auto buckets = of(told, 3);
    ASSERT_EQ(buckets.size(), buckets_of(histogram.merged(), {}).size());
    unsigned exemplars = 0;
    for (const Field& bucket : buckets) {
        const auto parts = fields(bucket.bytes);
        EXPECT_EQ(of(parts, 1).at(0).whole, of(parts, 2).at(0).real >= 0.02 ? 1U : 0U);
        for (const Field& one : of(parts, 3)) {
            ++exemplars;
            const auto label = fields(of(fields(one.bytes), 1).at(0).bytes);
            EXPECT_EQ(of(label, 1).at(0).bytes, "trace_id");
            EXPECT_EQ(of(label, 2).at(0).bytes, "00000000000001230000000000004567");
            EXPECT_EQ(of(fields(one.bytes), 2).at(0).real, 0.02);
        }
    }
    EXPECT_EQ(exemplars, 1U);
    EXPECT_TRUE(std::isinf(of(fields(buckets.back().bytes), 2).at(0).real));
}

TEST(Protobuf, AnEmptyHistogramIsStillANativeOne) {
    const auto told = histogram_of(Histogram(1).merged(), nullptr);
    EXPECT_EQ(of(told, 1).at(0).whole, 0U);
    EXPECT_EQ(of(told, 12).size(), 1U);
    EXPECT_TRUE(of(told, 13).empty());
}

}  // namespace
}  // namespace hubward::server::metrics
