// SPDX-License-Identifier: Apache-2.0
//
// How the numbers are told: one interface, and a writer for each format that Prometheus reads. Base units,
// so seconds and bytes; names start with hubward_; labels name parts of the program or public things,
// never people. One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/metrics/exemplars.hpp"
#include "server/metrics/histogram.hpp"

namespace hubward::server::metrics {

using Labels = std::vector<std::pair<std::string_view, std::string_view>>;
enum class Kind : std::uint8_t { counter, gauge, histogram };

class Exposition {
  public:
    virtual ~Exposition() = default;

    // A family of several samples: its head first, then all of them. Names of counters end in _total.
    virtual void head(std::string_view name, std::string_view help, Kind kind) = 0;
    virtual void sample(std::string_view name, const Labels& labels, double value) = 0;
    // `seen` may be null; formats without exemplars leave them out.
    virtual void histogram(std::string_view name, const Labels& labels, const HistogramCounts& counts,
                           const Exemplars* seen) = 0;
    virtual std::string take() = 0;

    // One family with one sample.
    void counter(std::string_view name, std::string_view help, std::uint64_t value) {
        head(name, help, Kind::counter);
        sample(name, {}, static_cast<double>(value));
    }
    void gauge(std::string_view name, std::string_view help, double value) {
        head(name, help, Kind::gauge);
        sample(name, {}, value);
    }
};

// Bounds of the buckets that text shows and that protobuf has beside the native ones: ends of cells, so
// every bucket is exact; two per octave from 15 µs to 8 s.
struct Bucket {
    std::size_t bound = 0;     // the cell whose end it is; histogram_cells for the last, which has no bound
    std::uint64_t below = 0;   // how many fell into it or a lower one
    const Exemplar* seen = nullptr;  // the slowest known one of its own cells, in `newest`
};
std::vector<Bucket> buckets_of(const HistogramCounts& counts, const Exemplars::Newest& newest);
// 0.25 as "0.25", 1 as "1.0": alike in every format, or a scraper that changes its mind would see two series.
std::string bound_text(std::size_t cell);

enum class Format : std::uint8_t {
    text,          // text/plain; version=0.0.4, always there
    open_metrics,  // with exemplars
    protobuf,      // with native histograms and exemplars
};
// By the Accept header: what it names with the highest weight, of equals the richer one; text when it
// names none.
Format format_of(std::string_view accept);
std::string_view content_type(Format format);
std::unique_ptr<Exposition> exposition(Format format);

}  // namespace hubward::server::metrics
