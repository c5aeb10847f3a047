// SPDX-License-Identifier: Apache-2.0
//
// The two text formats: 0.0.4 of Prometheus, and OpenMetrics 1.0, which has exemplars and an end.
#pragma once

#include "server/metrics/exposition.hpp"

namespace hubward::server::metrics {

class PrometheusText final : public Exposition {
  public:
    explicit PrometheusText(bool open_metrics = false) : open_metrics_(open_metrics) {}

    void head(std::string_view name, std::string_view help, Kind kind) override;
    void sample(std::string_view name, const Labels& labels, double value) override;
    void histogram(std::string_view name, const Labels& labels, const HistogramCounts& counts,
                   const Exemplars* seen) override;
    std::string take() override;

  private:
    bool open_metrics_;
    std::string text_;
};

}  // namespace hubward::server::metrics
