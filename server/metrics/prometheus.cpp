// SPDX-License-Identifier: Apache-2.0
#include "server/metrics/prometheus.hpp"

#include <cmath>

#include <fmt/format.h>

#include "server/wire/identifiers.hpp"

namespace hubward::server::metrics {
namespace {

std::string seconds(std::uint64_t ns) { return fmt::format("{}", static_cast<double>(ns) / 1e9); }

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\\' || c == '"') {
            out += '\\';
        }
        if (c == '\n') {
            out += "\\n";
        } else {
            out += c;
        }
    }
    return out;
}

std::string braces(const Labels& labels, std::string_view le = {}) {
    std::string out;
    for (const auto& [name, value] : labels) {
        out += fmt::format("{}{}=\"{}\"", out.empty() ? "" : ",", name, escaped(value));
    }
    if (!le.empty()) {
        out += fmt::format("{}le=\"{}\"", out.empty() ? "" : ",", le);
    }
    return out.empty() ? out : "{" + out + "}";
}

std::string number(double value) {
    if (std::isnan(value)) {
        return "NaN";  // as the format spells it: nothing to measure, which is not 0
    }
    if (value == std::floor(value) && std::abs(value) < 9e15) {
        return fmt::format("{}", static_cast<std::int64_t>(value));
    }
    return fmt::format("{}", value);
}

std::string_view word(Kind kind) {
    switch (kind) {
        case Kind::counter: return "counter";
        case Kind::gauge: return "gauge";
        case Kind::histogram: return "histogram";
    }
    return {};
}

}  // namespace

void PrometheusText::head(std::string_view name, std::string_view help, Kind kind) {
    // OpenMetrics names a family of counters without what all its samples end in.
    constexpr std::string_view total = "_total";
    if (open_metrics_ && kind == Kind::counter && name.ends_with(total)) {
        name.remove_suffix(total.size());
    }
    text_ += fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n", name, help, word(kind));
}

void PrometheusText::sample(std::string_view name, const Labels& labels, double value) {
    text_ += fmt::format("{}{} {}\n", name, braces(labels), number(value));
}

void PrometheusText::histogram(std::string_view name, const Labels& labels, const HistogramCounts& counts,
                               const Exemplars* seen) {
    const Exemplars::Newest newest = open_metrics_ && seen != nullptr ? seen->newest() : Exemplars::Newest();
    for (const Bucket& bucket : buckets_of(counts, newest)) {
        const std::string le = bucket.bound == histogram_cells ? "+Inf" : bound_text(bucket.bound);
        text_ += fmt::format("{}_bucket{} {}", name, braces(labels, le), bucket.below);
        if (bucket.seen != nullptr) {
            text_ += fmt::format(" # {{trace_id=\"{}\"}} {}", wire::trace_text(bucket.seen->trace),
                                 seconds(bucket.seen->ns));
        }
        text_ += '\n';
    }
    text_ += fmt::format("{}_sum{} {}\n", name, braces(labels), seconds(counts.sum_ns));
    text_ += fmt::format("{}_count{} {}\n", name, braces(labels), counts.count);
}

std::string PrometheusText::take() {
    if (open_metrics_) {
        text_ += "# EOF\n";
    }
    return std::move(text_);
}

}  // namespace hubward::server::metrics
