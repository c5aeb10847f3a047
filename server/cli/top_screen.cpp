// SPDX-License-Identifier: Apache-2.0
#include "server/cli/top_screen.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <boost/json.hpp>
#include <fmt/format.h>

namespace hubward::server::cli {
namespace {

std::string amount(double value) {
    if (value >= 1e6) {
        return fmt::format("{:.1f}M", value / 1e6);
    }
    return value >= 10'000 ? fmt::format("{:.1f}k", value / 1e3)
           : value >= 100 || value == std::floor(value) ? fmt::format("{:.0f}", value)
                                                        : fmt::format("{:.1f}", value);
}

std::string bytes(double value) {
    static constexpr std::array units = {"B", "KB", "MB", "GB", "TB"};
    std::size_t unit = 0;
    while (value >= 1'000 && unit + 1 < units.size()) {
        value /= 1'000;
        ++unit;
    }
    return fmt::format("{:.{}f} {}", value, unit == 0 ? 0 : 1, units[unit]);
}

std::string time_span(double seconds) {
    const auto s = static_cast<std::int64_t>(std::max(seconds, 0.0));
    return s >= 86'400 ? fmt::format("{} d {:02}:{:02}", s / 86'400, s / 3'600 % 24, s / 60 % 60)
                       : fmt::format("{:02}:{:02}:{:02}", s / 3'600, s / 60 % 60, s % 60);
}

std::string milliseconds(double ms) {
    return ms <= 0 ? "–" : ms < 10 ? fmt::format("{:.2f} ms", ms) : fmt::format("{:.0f} ms", ms);
}

// Eight heights, the highest being the largest value shown.
std::string bars(const std::deque<double>& values) {
    static constexpr std::array heights = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    const double most = values.empty() ? 0 : *std::max_element(values.begin(), values.end());
    std::string out;
    for (const double value : values) {
        const double share = most > 0 ? value / most : 0;
        out += heights[std::min<std::size_t>(static_cast<std::size_t>(share * 8), 7)];
    }
    return out;
}

// Code points; every sign used here is one column wide.
std::size_t columns(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

class Page {
  public:
    explicit Page(bool colour) : colour_(colour) {}
    void line(std::string_view text = {}) {
        std::string cut(text);
        while (columns(cut) > screen_columns) {
            do {
                cut.pop_back();
            } while (!cut.empty() && (cut.back() & 0xC0) == 0x80);
            if (!cut.empty() && (cut.back() & 0xC0) == 0xC0) {
                cut.pop_back();
            }
        }
        text_ += cut + "\n";
    }
    void strong(std::string_view text) { painted(text, "\x1b[1m"); }
    void alarm(std::string_view text) { painted(text, "\x1b[1;31m"); }
    std::string take() { return std::move(text_); }

  private:
    void painted(std::string_view text, std::string_view code) {
        if (!colour_) {
            return line(text);
        }
        text_ += code;
        line(text);
        text_.insert(text_.size() - 1, "\x1b[0m");
    }
    bool colour_;
    std::string text_;
};

}  // namespace

std::string render(const Glance& g, const Screen& screen) {
    Page page(screen.colour);
    page.strong(fmt::format("hubward {}  {}  up {}", g.version, screen.server, time_span(g.up_seconds)));
    if (!screen.trouble.empty()) {
        page.alarm(fmt::format("NO ANSWER: {}", screen.trouble));
    } else if (g.ready == 0) {
        page.alarm("NOT READY: /readyz?verbose says which part");
    } else {
        page.line("ready");
    }
    page.line();
    page.strong("A second     commands  accepted   refused   too old    events  requests    syncs");
    page.line(fmt::format("{:>21}{:>10}{:>10}{:>10}{:>10}{:>10}{:>9}", amount(g.commands),
                          amount(g.accepted), amount(g.refused), amount(g.too_old), amount(g.events),
                          amount(g.requests), amount(g.appends)));
    page.line(fmt::format("last minute  {}", bars(screen.commands)));
    page.line();
    page.strong("Stage         a second          p50          p99");
    for (const StageFigures& stage : g.stages) {
        page.line(fmt::format("{:<12}{:>10}{:>13}{:>13}", stage.name, amount(stage.per_second),
                              milliseconds(stage.p50_ms), milliseconds(stage.p99_ms)));
    }
    page.line();
    page.strong("Feed         clients   streams    sent/s    behind       lag   waiting  cut off");
    page.line(fmt::format("{:>20}{:>10}{:>10}{:>10}{:>9}s{:>10}{:>9}", amount(g.feed_clients),
                          amount(g.feed_subscriptions), amount(g.feed_sent), amount(g.feed_behind),
                          amount(g.feed_lag_seconds), amount(g.feed_waiting), amount(g.feed_cut_off)));
    page.line(fmt::format("Load         queue {}, connections {}, memory {}", amount(g.queue),
                          amount(g.connections), bytes(g.memory_bytes)));
    page.line(fmt::format("Storage      {} used, {} free", bytes(g.disk_bytes), bytes(g.disk_free_bytes)));
    page.line(fmt::format("Work         {} hubs, {} referrals, {} offers wait, {} gaps", amount(g.hubs),
                          amount(g.referrals), amount(g.open_offers), amount(g.open_gaps)));
    page.line("q or Ctrl-C ends");
    return page.take();
}

std::string to_json(const Glance& g) {
    namespace json = boost::json;
    json::object stages;
    for (const StageFigures& stage : g.stages) {
        stages[stage.name] = json::object{{"per_second", stage.per_second},
                                          {"p50_ms", stage.p50_ms},
                                          {"p99_ms", stage.p99_ms}};
    }
    const json::object out{
        {"version", g.version},
        {"ready", g.ready != 0},
        {"up_seconds", g.up_seconds},
        {"per_second", json::object{{"commands", g.commands}, {"accepted", g.accepted},
                                    {"refused", g.refused}, {"too_old", g.too_old},
                                    {"events", g.events}, {"requests", g.requests},
                                    {"syncs", g.appends}}},
        {"stages", std::move(stages)},
        {"feed", json::object{{"clients", g.feed_clients}, {"subscriptions", g.feed_subscriptions},
                              {"sent_per_second", g.feed_sent}, {"behind_events", g.feed_behind},
                              {"lag_seconds", g.feed_lag_seconds},
                              {"frames_waiting", g.feed_waiting}, {"cut_off", g.feed_cut_off}}},
        {"queue", g.queue},
        {"connections", g.connections},
        {"memory_bytes", g.memory_bytes},
        {"disk", json::object{{"used_bytes", g.disk_bytes}, {"free_bytes", g.disk_free_bytes}}},
        {"work", json::object{{"hubs", g.hubs}, {"referrals", g.referrals},
                              {"open_offers", g.open_offers}, {"open_gaps", g.open_gaps}}}};
    return json::serialize(out) + "\n";
}

}  // namespace hubward::server::cli
