// SPDX-License-Identifier: Apache-2.0
#include "server/metrics/exposition.hpp"

#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "server/metrics/prometheus.hpp"
#include "server/metrics/protobuf.hpp"

namespace hubward::server::metrics {
namespace {

constexpr std::size_t first_bound = cell_of_one_second - 16 * cells_per_octave;
constexpr std::size_t last_bound = cell_of_one_second + 3 * cells_per_octave;
constexpr std::size_t bound_step = cells_per_octave / 2;

std::string_view next_part(std::string_view& rest, char at) {
    const auto end = rest.find(at);
    std::string_view part = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    const auto first = part.find_first_not_of(" \t");
    const auto last = part.find_last_not_of(" \t");
    return first == std::string_view::npos ? std::string_view() : part.substr(first, last - first + 1);
}

struct Wish {
    std::optional<Format> format;
    int weight = 1000;
};

// "q=0.75" as 750; nothing good is 0.
int weight_of(std::string_view text) {
    if (text.empty() || (text[0] != '0' && text[0] != '1') || (text.size() > 1 && text[1] != '.')) {
        return 0;
    }
    int weight = (text[0] - '0') * 1000;
    int worth = 100;
    for (const char c : text.substr(std::min<std::size_t>(text.size(), 2))) {
        if (c < '0' || c > '9' || worth == 0) {
            return 0;
        }
        weight += worth * (c - '0');
        worth /= 10;
    }
    return std::min(weight, 1000);
}

Wish wish_of(std::string_view range) {
    Wish wish;
    const std::string_view type = next_part(range, ';');
    bool delimited = false;
    bool families = false;
    while (!range.empty()) {
        const std::string_view parameter = next_part(range, ';');
        delimited = delimited || parameter == "encoding=delimited";
        families = families || parameter == "proto=io.prometheus.client.MetricFamily";
        if (parameter.starts_with("q=")) {
            wish.weight = weight_of(parameter.substr(2));
        }
    }
    if (type == "application/vnd.google.protobuf" && delimited && families) {
        wish.format = Format::protobuf;
    } else if (type == "application/openmetrics-text") {
        wish.format = Format::open_metrics;
    } else if (type == "text/plain") {
        wish.format = Format::text;
    }
    return wish;
}

// The slowest known one of the cells [first, end).
const Exemplar* slowest(const Exemplars::Newest& newest, std::size_t first, std::size_t end) {
    for (std::size_t cell = end; cell > first; --cell) {
        if (newest[cell - 1].trace) {
            return &newest[cell - 1];
        }
    }
    return nullptr;
}

}  // namespace

std::vector<Bucket> buckets_of(const HistogramCounts& counts, const Exemplars::Newest& newest) {
    std::vector<Bucket> buckets;
    std::uint64_t below = 0;
    std::size_t next = 0;
    for (std::size_t bound = first_bound; bound <= last_bound; bound += bound_step) {
        const std::size_t first = next;
        for (; next <= bound; ++next) {
            below += counts.cells[next];
        }
        buckets.push_back({bound, below, slowest(newest, first, next)});
    }
    buckets.push_back({histogram_cells, counts.count, slowest(newest, next, histogram_cells)});
    return buckets;
}

std::string bound_text(std::size_t cell) {
    const double bound = cell_bound_seconds(cell);
    return bound == std::floor(bound) ? fmt::format("{:.1f}", bound) : fmt::format("{}", bound);
}

Format format_of(std::string_view accept) {
    Format best = Format::text;
    int weight = 0;
    for (int ranges = 0; !accept.empty() && ranges < 16; ++ranges) {  // nobody names more
        const Wish wish = wish_of(next_part(accept, ','));
        if (wish.format && wish.weight != 0 &&
            (wish.weight > weight || (wish.weight == weight && *wish.format > best))) {
            best = *wish.format;
            weight = wish.weight;
        }
    }
    return best;
}

std::string_view content_type(Format format) {
    switch (format) {
        case Format::text: return "text/plain; version=0.0.4; charset=utf-8";
        case Format::open_metrics: return "application/openmetrics-text; version=1.0.0; charset=utf-8";
        case Format::protobuf:
            return "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited";
    }
    return {};
}

std::unique_ptr<Exposition> exposition(Format format) {
    if (format == Format::protobuf) {
        return std::make_unique<PrometheusProtobuf>();
    }
    return std::make_unique<PrometheusText>(format == Format::open_metrics);
}

}  // namespace hubward::server::metrics
