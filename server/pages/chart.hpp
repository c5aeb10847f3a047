// SPDX-License-Identifier: Apache-2.0
//
// A line chart that needs no script and no colour: points of an SVG, one sentence that says the same,
// and a table by the minute. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "server/pages/model.hpp"
#include "server/pages/texts.hpp"

namespace hubward::server::pages {

inline constexpr int chart_width = 600;
inline constexpr int chart_height = 120;

enum class Unit : std::uint8_t { number, seconds, nanoseconds, bytes };
// "12", "1.5 s", "820 µs", "3.2 MB": short enough for an axis, the same in every language.
std::string amount(Unit unit, double value);

struct Line {
    std::string_view key;        // of the group "chart"
    std::vector<double> values;  // oldest first, all lines of a chart as long
};
struct Chart {
    std::string_view key;  // of the group "chart", and the id on the page
    Unit unit = Unit::number;
    std::vector<Line> lines;  // one or two
};

// Points "x,y x,y …" of one line in the box above. The newest value stands at the right edge; `slots`
// values fill the box. A run of equal values is two points.
std::string chart_points(const std::vector<double>& values, double top, std::size_t slots);
// The end of the axis for this highest value: 1, 2 or 5 and zeros.
double chart_top(double highest);

// Fills the part of web/templates/ops.html that draws one chart. `minutes` has the text of each row of
// the table, and values are taken together by `per_row`.
Model chart(const Words& words, const Chart& chart, const std::vector<std::string>& minutes,
            std::size_t per_row, std::size_t slots);

}  // namespace hubward::server::pages
