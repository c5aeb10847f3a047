// SPDX-License-Identifier: Apache-2.0
//
// The counters of a server at one moment, out of the text of its /metrics, and what happened between
// two such moments. Pure; any thread.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace hubward::server::cli {

class Scrape {
  public:
    Scrape() = default;
    // Lines that make no sense are passed over.
    Scrape(std::string_view text, std::chrono::steady_clock::time_point at);

    // 0 for a sample that is not there. `sample` as it stands: name{label="value"}.
    double value(std::string_view sample) const;
    bool has(std::string_view sample) const { return values_.contains(sample); }
    std::chrono::steady_clock::time_point at() const { return at_; }

    // Bounds and counts of a histogram, in order; `labels` such as stage="durable", or empty.
    std::vector<std::pair<double, double>> buckets(std::string_view name, std::string_view labels) const;
    // The value of a label of the first sample of that name.
    std::string label(std::string_view name, std::string_view key) const;

  private:
    std::map<std::string, double, std::less<>> values_;
    std::chrono::steady_clock::time_point at_;
};

struct StageFigures {
    std::string_view name;
    double per_second = 0;
    double p50_ms = 0;
    double p99_ms = 0;
};

// One second of a server, ready to be shown.
struct Glance {
    std::string version;
    double ready = 0;
    double up_seconds = 0;
    double commands = 0;  // a second, as are the next five
    double accepted = 0;
    double refused = 0;
    double too_old = 0;
    double requests = 0;
    double events = 0;
    double queue = 0;
    double connections = 0;
    std::array<StageFigures, 7> stages{};
    double feed_clients = 0;
    double feed_subscriptions = 0;
    double feed_sent = 0;  // a second
    double feed_behind = 0;
    double feed_lag_seconds = 0;
    double feed_waiting = 0;
    double feed_cut_off = 0;
    double appends = 0;  // a second
    double disk_bytes = 0;
    double disk_free_bytes = 0;
    double memory_bytes = 0;
    double referrals = 0;
    double hubs = 0;
    double open_offers = 0;
    double open_gaps = 0;
};
Glance between(const Scrape& before, const Scrape& now);

// Where in a histogram the quantile lies, by line between two bounds; 0 without observations.
double quantile(const std::vector<std::pair<double, double>>& buckets, double q);

}  // namespace hubward::server::cli
