// SPDX-License-Identifier: Apache-2.0
#include "server/metrics/prometheus.hpp"

#include <cmath>

#include <fmt/format.h>

namespace hubward::server::metrics {
namespace {

// Bounds lie on ends of cells, so every bucket is exact: two per octave from 16 µs to 8.6 s.
constexpr std::size_t first_bound = 13 * cells_per_octave;
constexpr std::size_t last_bound = 32 * cells_per_octave;
constexpr std::size_t bound_step = cells_per_octave / 2;

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

}  // namespace

void PrometheusText::head(std::string_view name, std::string_view help, std::string_view type) {
    text_ += fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n", name, help, type);
}

void PrometheusText::sample(std::string_view name, const Labels& labels, double value) {
    text_ += fmt::format("{}{} {}\n", name, braces(labels), number(value));
}

void PrometheusText::counter(std::string_view name, std::string_view help, std::uint64_t value) {
    head(name, help, "counter");
    text_ += fmt::format("{} {}\n", name, value);
}

void PrometheusText::gauge(std::string_view name, std::string_view help, double value) {
    head(name, help, "gauge");
    sample(name, {}, value);
}

void PrometheusText::histogram(std::string_view name, const Labels& labels,
                               const HistogramCounts& counts) {
    std::uint64_t below = 0;
    for (std::size_t cell = 0; cell < histogram_cells; ++cell) {
        below += counts.cells[cell];
        const bool bound = cell + 1 >= first_bound && cell + 1 <= last_bound &&
                           (cell + 1 - first_bound) % bound_step == 0;
        if (bound) {
            text_ += fmt::format("{}_bucket{} {}\n", name, braces(labels, seconds(cell_end(cell))), below);
        }
    }
    text_ += fmt::format("{}_bucket{} {}\n", name, braces(labels, "+Inf"), counts.count);
    text_ += fmt::format("{}_sum{} {}\n", name, braces(labels), seconds(counts.sum_ns));
    text_ += fmt::format("{}_count{} {}\n", name, braces(labels), counts.count);
}

}  // namespace hubward::server::metrics
