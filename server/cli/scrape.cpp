// SPDX-License-Identifier: Apache-2.0
#include "server/cli/scrape.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include <fmt/format.h>

namespace hubward::server::cli {
namespace {

constexpr std::array<std::string_view, 6> stage_names = {"decoded", "queued",   "decided",
                                                         "durable", "answered", "delivered"};

double parse(std::string_view text) {
    if (text == "+Inf") {
        return std::numeric_limits<double>::infinity();
    }
    double value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

StageFigures stage(std::string_view shown, std::string_view family, std::string_view labels,
                   const Scrape& before, const Scrape& now, double seconds) {
    auto counts = now.buckets(family, labels);
    const auto earlier = before.buckets(family, labels);
    for (std::size_t i = 0; i < counts.size() && i < earlier.size(); ++i) {
        counts[i].second -= earlier[i].second;
    }
    StageFigures figures;
    figures.name = shown;
    figures.per_second = counts.empty() ? 0 : counts.back().second / seconds;
    figures.p50_ms = quantile(counts, 0.5) * 1e3;
    figures.p99_ms = quantile(counts, 0.99) * 1e3;
    return figures;
}

}  // namespace

Scrape::Scrape(std::string_view text, std::chrono::steady_clock::time_point at) : at_(at) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const std::size_t space = line.rfind(' ');
        if (line.empty() || line.front() == '#' || space == line.npos) {
            continue;
        }
        values_.emplace(line.substr(0, space), parse(line.substr(space + 1)));
    }
}

double Scrape::value(std::string_view sample) const {
    const auto found = values_.find(sample);
    return found == values_.end() ? 0 : found->second;
}

std::vector<std::pair<double, double>> Scrape::buckets(std::string_view name,
                                                       std::string_view labels) const {
    std::vector<std::pair<double, double>> found;
    const std::string begin = labels.empty() ? fmt::format("{}_bucket{{le=\"", name)
                                             : fmt::format("{}_bucket{{{},le=\"", name, labels);
    for (auto at = values_.lower_bound(begin); at != values_.end() && at->first.starts_with(begin); ++at) {
        const std::string_view bound = std::string_view(at->first).substr(begin.size());
        found.emplace_back(parse(bound.substr(0, bound.find('"'))), at->second);
    }
    std::sort(found.begin(), found.end());
    return found;
}

std::string Scrape::label(std::string_view name, std::string_view key) const {
    const std::string begin = fmt::format("{}{{", name);
    const auto at = values_.lower_bound(begin);
    const std::string mark = fmt::format("{}=\"", key);
    const std::size_t from = at == values_.end() || !at->first.starts_with(begin)
                                 ? std::string::npos
                                 : at->first.find(mark);
    return from == std::string::npos
               ? std::string()
               : at->first.substr(from + mark.size(), at->first.find('"', from + mark.size()) - from - mark.size());
}

double quantile(const std::vector<std::pair<double, double>>& buckets, double q) {
    const double all = buckets.empty() ? 0 : buckets.back().second;
    if (all <= 0) {
        return 0;
    }
    double below = 0;
    double bound_before = 0;
    for (const auto& [bound, count] : buckets) {
        if (count >= q * all) {
            if (bound == std::numeric_limits<double>::infinity()) {
                return bound_before;
            }
            const double inside = count - below;
            return bound_before + (inside > 0 ? (bound - bound_before) * (q * all - below) / inside : 0);
        }
        below = count;
        bound_before = bound;
    }
    return bound_before;
}

Glance between(const Scrape& before, const Scrape& now) {
    const double seconds =
        std::max(std::chrono::duration<double>(now.at() - before.at()).count(), 1e-3);
    const auto rate = [&](std::string_view name) {
        return std::max(now.value(name) - before.value(name), 0.0) / seconds;
    };
    const auto answered = [&](std::string_view result) {
        return rate(fmt::format("hubward_commands_answered_total{{result=\"{}\"}}", result));
    };
    Glance g;
    g.version = now.label("hubward_build_info", "version");
    g.ready = now.value("hubward_ready");
    g.up_seconds =
        static_cast<double>(std::chrono::duration_cast<std::chrono::seconds>(
                                std::chrono::system_clock::now().time_since_epoch())
                                .count()) -
        now.value("hubward_start_timestamp_seconds");
    g.commands = rate("hubward_commands_total");
    g.accepted = answered("accepted");
    g.refused = answered("refused");
    g.too_old = answered("too_old");
    g.requests = rate("hubward_http_requests_total");
    g.events = rate("hubward_events_total");
    g.queue = now.value("hubward_queue_depth");
    g.connections = now.value("hubward_http_connections");
    for (std::size_t i = 0; i < stage_names.size(); ++i) {
        g.stages[i] = stage(stage_names[i], "hubward_stage_duration_seconds",
                            fmt::format("stage=\"{}\"", stage_names[i]), before, now, seconds);
    }
    g.stages.back() = stage("whole", "hubward_command_duration_seconds", "", before, now, seconds);
    g.feed_clients = now.value("hubward_feed_clients");
    g.feed_subscriptions = now.value("hubward_feed_subscriptions");
    g.feed_sent = rate("hubward_feed_events_sent_total");
    g.feed_behind = now.value("hubward_feed_behind_events");
    g.feed_lag_seconds = now.value("hubward_feed_lag_seconds");
    g.feed_waiting = now.value("hubward_feed_frames_waiting");
    g.feed_cut_off = now.value("hubward_feed_cut_off_total");
    g.appends = rate("hubward_journal_appends_total");
    g.disk_bytes = now.value("hubward_storage_disk_bytes");
    g.disk_free_bytes = now.value("hubward_storage_disk_free_bytes");
    g.memory_bytes = now.value("hubward_resident_memory_bytes");
    g.referrals = now.value("hubward_referrals");
    g.hubs = now.value("hubward_hubs");
    g.open_offers = now.value("hubward_open_offers");
    g.open_gaps = now.value("hubward_open_gaps");
    return g;
}

}  // namespace hubward::server::cli
