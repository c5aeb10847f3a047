// SPDX-License-Identifier: Apache-2.0
//
// Writes the text format 0.0.4 of Prometheus. Base units, so seconds and bytes; names start with
// hubward_; labels name parts of the program or public things, never people.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/metrics/histogram.hpp"

namespace hubward::server::metrics {

inline constexpr std::string_view prometheus_content_type =
    "text/plain; version=0.0.4; charset=utf-8";

using Labels = std::vector<std::pair<std::string_view, std::string_view>>;

class PrometheusText {
  public:
    // One family with one sample.
    void counter(std::string_view name, std::string_view help, std::uint64_t value);
    void gauge(std::string_view name, std::string_view help, double value);

    // A family of several samples: its head first, then all of them.
    void head(std::string_view name, std::string_view help, std::string_view type);
    void sample(std::string_view name, const Labels& labels, double value);
    void histogram(std::string_view name, const Labels& labels, const HistogramCounts& counts);

    std::string take() { return std::move(text_); }

  private:
    std::string text_;
};

}  // namespace hubward::server::metrics
