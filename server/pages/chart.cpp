// SPDX-License-Identifier: Apache-2.0
#include "server/pages/chart.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

namespace hubward::server::pages {
namespace {

struct Scale {
    double one;
    std::string_view sign;
};

std::string scaled(double value, const auto& scales) {
    for (const Scale& scale : scales) {
        if (value >= scale.one) {
            const double shown = value / scale.one;
            return fmt::format("{:.{}f}\u00a0{}", shown, shown < 10 ? 1 : 0, scale.sign);
        }
    }
    return "0";
}

constexpr std::array<Scale, 4> times = {{{1e9, "s"}, {1e6, "ms"}, {1e3, "µs"}, {1, "ns"}}};
constexpr std::array<Scale, 5> sizes = {{{1e12, "TB"}, {1e9, "GB"}, {1e6, "MB"}, {1e3, "kB"}, {1, "B"}}};

double mean(const double* first, std::size_t count) {
    return count == 0 ? 0 : std::accumulate(first, first + count, 0.0) / static_cast<double>(count);
}

double highest(const std::vector<double>& values) {
    return values.empty() ? 0 : *std::ranges::max_element(values);
}

std::string summary(const Words& words, Unit unit, const std::vector<double>& values) {
    return words.say("page", "ops_summary",
                     {{"now", amount(unit, values.empty() ? 0 : values.back())},
                      {"mean", amount(unit, mean(values.data(), values.size()))},
                      {"most", amount(unit, highest(values))}});
}

Model::List table(const Chart& chart, const std::vector<std::string>& minutes, std::size_t per_row) {
    Model::List rows;
    for (std::size_t i = 0; i < minutes.size(); ++i) {
        Model row;
        row.set("minute", minutes[i]);
        Model::List cells;
        for (const Line& line : chart.lines) {
            const std::size_t from = std::min(i * per_row, line.values.size());
            const std::size_t count = std::min(per_row, line.values.size() - from);
            const double* first = line.values.data() + from;
            Model cell;
            cell.set("mean", amount(chart.unit, mean(first, count)));
            cell.set("most", amount(chart.unit, count == 0 ? 0 : *std::max_element(first, first + count)));
            cells.push_back(std::move(cell));
        }
        row.set("cells", std::move(cells));
        rows.push_back(std::move(row));
    }
    return rows;
}

}  // namespace

std::string amount(Unit unit, double value) {
    switch (unit) {
        case Unit::number:
            return value == std::floor(value) || value >= 100 ? fmt::format("{:.0f}", value)
                                                              : fmt::format("{:.1f}", value);
        case Unit::seconds:
            return scaled(value * 1e9, times);
        case Unit::nanoseconds:
            return scaled(value, times);
        case Unit::bytes:
            return scaled(value, sizes);
    }
    return {};
}

double chart_top(double highest) {
    if (highest <= 0) {
        return 1;
    }
    const double ten = std::pow(10, std::floor(std::log10(highest)));
    for (const double step : {1.0, 2.0, 5.0}) {
        if (highest <= step * ten) {
            return step * ten;
        }
    }
    return 10 * ten;
}

std::string chart_points(const std::vector<double>& values, double top, std::size_t slots) {
    constexpr int pen = 2;  // half a line's width stays inside
    const double step = static_cast<double>(chart_width) / static_cast<double>(std::max<std::size_t>(slots, 2) - 1);
    const auto height = [&](double value) {
        const double part = std::clamp(value / top, 0.0, 1.0);
        return static_cast<int>(std::lround(chart_height - pen - part * (chart_height - 2 * pen)));
    };
    std::string points;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const int y = height(values[i]);
        const bool inside = i > 0 && i + 1 < values.size();
        if (inside && y == height(values[i - 1]) && y == height(values[i + 1])) {
            continue;
        }
        const double from_right = static_cast<double>(values.size() - 1 - i) * step;
        points += fmt::format("{}{},{}", points.empty() ? "" : " ",
                              static_cast<int>(std::lround(chart_width - from_right)), y);
    }
    return points;
}

Model chart(const Words& words, const Chart& chart, const std::vector<std::string>& minutes,
            std::size_t per_row, std::size_t slots) {
    double most = 0;
    for (const Line& line : chart.lines) {
        most = std::max(most, highest(line.values));
    }
    const double top = chart_top(most);
    Model made;
    made.set("id", chart.key);
    made.set("title", words.text("chart", chart.key));
    made.set("top", amount(chart.unit, top));
    made.set("zero", amount(chart.unit, 0));
    Model::List lines;
    for (const Line& line : chart.lines) {
        Model one;
        one.set("label", words.text("chart", line.key));
        one.set("second", !lines.empty());
        one.set("points", chart_points(line.values, top, slots));
        one.set("summary", summary(words, chart.unit, line.values));
        lines.push_back(std::move(one));
    }
    made.set("lines", std::move(lines));
    made.set("rows", table(chart, minutes, per_row));
    return made;
}

}  // namespace hubward::server::pages
