// SPDX-License-Identifier: Apache-2.0
#include "server/pages/ops_charts.hpp"

#include <array>

#include "server/pages/chart.hpp"
#include "server/wire/referral_json.hpp"

namespace hubward::server::pages {
namespace {

using metrics::Picture;
using metrics::Sample;

constexpr std::size_t per_row = std::chrono::minutes(1) / metrics::sample_every;

constexpr std::array<std::string_view, metrics::stage_count> stage_keys = {
    "decoded", "queued", "decided", "durable", "answered", "delivered", "total"};
constexpr std::array<std::string_view, 8> happening_keys = {
    "started", "not-ready", "ready", "sync-failed", "disk-full", "cut-off", "too-old", "unsound"};

template <class Value>
std::vector<double> values(const Picture& picture, Value Sample::*member) {
    std::vector<double> out;
    out.reserve(picture.samples.size());
    for (const Sample& sample : picture.samples) {
        out.push_back(static_cast<double>(sample.*member));
    }
    return out;
}

Model tile(std::string count, std::string_view text, bool hot) {
    Model made;
    made.set("count", count);
    made.set("text", text);
    made.set("hot", hot);
    return made;
}

}  // namespace

Model::List ops_charts(const Words& words, const Picture& picture) {
    const std::array<Chart, 6> charts = {{
        {"work", Unit::number,
         {{"commands", values(picture, &Sample::commands_per_s)},
          {"events", values(picture, &Sample::events_per_s)}}},
        {"answer", Unit::nanoseconds,
         {{"half", values(picture, &Sample::half_ns)},
          {"most_of_them", values(picture, &Sample::most_ns)}}},
        {"queue", Unit::number, {{"waiting", values(picture, &Sample::queue_depth)}}},
        {"feed", Unit::number, {{"clients", values(picture, &Sample::feed_clients)}}},
        {"lag", Unit::seconds, {{"behind", values(picture, &Sample::feed_lag_s)}}},
        {"storage", Unit::bytes, {{"data", values(picture, &Sample::disk_bytes)}}},
    }};
    std::vector<std::string> minutes;
    for (std::size_t i = 0; i < picture.samples.size(); i += per_row) {
        minutes.push_back(words.date({picture.samples[i].at_ms}));
    }
    Model::List list;
    for (const Chart& one : charts) {
        list.push_back(chart(words, one, minutes, per_row, metrics::samples_max));
    }
    return list;
}

Model::List ops_stages(const Words& words, const Picture& picture) {
    Model::List rows;
    for (std::size_t i = 0; i < metrics::stage_count; ++i) {
        const metrics::HistogramCounts& counts = picture.stages[i];
        const auto time = [&](double q) {
            return counts.count == 0 ? std::string("–")
                                     : amount(Unit::nanoseconds, static_cast<double>(counts.quantile_ns(q)));
        };
        Model row;
        row.set("stage", words.text("stage", stage_keys[i]));
        row.set("times", words.number(static_cast<std::int64_t>(counts.count)));
        row.set("half", time(0.5));
        row.set("most", time(0.99));
        row.set("worst", time(0.999));
        rows.push_back(std::move(row));
    }
    return rows;
}

Model::List ops_happened(const Words& words, const Picture& picture) {
    Model::List list;
    for (const metrics::Happened& one : picture.happened) {
        const matcher::Timestamp at{one.at_ms};
        Model item;
        item.set("text", words.say("happening", happening_keys[static_cast<std::size_t>(one.what)],
                                   {{"n", static_cast<std::int64_t>(one.count)}}));
        item.set("at", words.date(at));
        item.set("machine", wire::time_text(at));
        list.push_back(std::move(item));
    }
    return list;
}

Model::List ops_tiles(const Words& words, const Picture& picture, std::uint64_t open, std::uint64_t gaps) {
    const Sample last = picture.samples.empty() ? Sample{} : picture.samples.back();
    const auto number = [&](std::uint64_t n) { return words.number(static_cast<std::int64_t>(n)); };
    const auto page = [&](std::string_view key) { return words.text("page", key); };
    const auto& total = picture.stages[static_cast<std::size_t>(metrics::Stage::total)];
    Model::List tiles;
    tiles.push_back(tile(number(picture.minute_commands), page("ops_t_commands"), false));
    tiles.push_back(tile(number(picture.minute_refused), page("ops_t_refused"), false));
    tiles.push_back(tile(amount(Unit::nanoseconds, static_cast<double>(total.quantile_ns(0.99))),
                         page("ops_t_p99"), false));
    tiles.push_back(tile(number(last.queue_depth), page("ops_t_queue"), false));
    tiles.push_back(tile(number(last.feed_clients), page("ops_t_feed"), false));
    tiles.push_back(tile(amount(Unit::bytes, static_cast<double>(last.disk_free_bytes)),
                         page("ops_t_disk"), false));
    tiles.push_back(tile(number(open), page("ops_tile_open"), false));
    tiles.push_back(tile(number(gaps), page("ops_tile_gaps"), gaps != 0));
    return tiles;
}

}  // namespace hubward::server::pages
