// SPDX-License-Identifier: Apache-2.0
//
// io.prometheus.client.MetricFamily messages, each behind its length: the format with native histograms.
//
// Written by hand, because eight small messages out of varints and doubles are less than what
// libprotobuf-lite would cost: a compiler of its own at build time, 350 kB in the program and a scheme to
// keep. Nothing is ever read in this format; tests/metrics reads it back with a decoder of its own, and
// tests/e2e/monitoring.py lets Prometheus do so.
#pragma once

#include "server/metrics/exposition.hpp"

namespace hubward::server::metrics {

class PrometheusProtobuf final : public Exposition {
  public:
    void head(std::string_view name, std::string_view help, Kind kind) override;
    void sample(std::string_view name, const Labels& labels, double value) override;
    void histogram(std::string_view name, const Labels& labels, const HistogramCounts& counts,
                   const Exemplars* seen) override;
    std::string take() override;

  private:
    void close_family();

    Kind kind_ = Kind::gauge;
    std::string family_;  // the open one; empty before the first
    std::string out_;
};

}  // namespace hubward::server::metrics
