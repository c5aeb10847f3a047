// SPDX-License-Identifier: Apache-2.0
#include "server/metrics/recent.hpp"

#include <algorithm>

namespace hubward::server::metrics {
namespace {

constexpr std::size_t samples_a_minute = std::chrono::minutes(1) / sample_every;

// Relaxed: counters that order nothing; see histogram.cpp.
std::uint64_t read(const std::atomic<std::uint64_t>& value) {
    return value.load(std::memory_order_relaxed);
}

double rate(std::uint64_t before, std::uint64_t now, std::int64_t span_ns) {
    return span_ns <= 0 || now < before ? 0 : static_cast<double>(now - before) * 1e9 / static_cast<double>(span_ns);
}

}  // namespace

void Recent::take(const Sources& sources, std::int64_t now_ms, std::int64_t steady_ns) {
    // Asked before the lock: they take locks of their own.
    const storage::StoreStats store = sources.store ? sources.store() : storage::StoreStats{};
    const FeedNumbers feed = sources.feed ? sources.feed() : FeedNumbers{};
    const bool ready = !sources.ready || sources.ready();
    const HistogramCounts total = sources.stages != nullptr ? sources.stages->total.merged() : HistogramCounts{};

    std::lock_guard lock(mutex_);
    Before now;
    now.any = true;
    now.steady_ns = steady_ns;
    now.ready = ready;
    now.total = total;
    now.sync_failures = store.sync_failures;
    now.cut_off = feed.cut_off;
    Sample sample;
    std::uint64_t refused = 0;
    if (sources.pipeline != nullptr) {
        now.commands = read(sources.pipeline->commands);
        now.events = read(sources.pipeline->events);
        now.append_unavailable = read(sources.pipeline->append_unavailable);
        now.shed_old = read(sources.pipeline->shed_old);
        refused = read(sources.pipeline->refused);
        sample.queue_depth = read(sources.pipeline->queue_depth);
    }
    if (sources.http != nullptr) {
        now.guard_refusals = read(sources.http->guard_refusals);
    }
    sample.at_ms = now_ms;
    sample.feed_clients = feed.clients;
    sample.feed_lag_s = feed.lag_seconds_max;
    sample.disk_bytes = store.disk_bytes;
    sample.disk_free_bytes = store.disk_free_bytes;
    if (before_.any) {
        const std::int64_t span = steady_ns - before_.steady_ns;
        sample.commands_per_s = rate(before_.commands, now.commands, span);
        sample.events_per_s = rate(before_.events, now.events, span);
        const HistogramCounts fresh = total.since(before_.total);
        sample.half_ns = fresh.quantile_ns(0.5);
        sample.most_ns = fresh.quantile_ns(0.99);
        notice(Happening::sync_failed, before_.sync_failures, now.sync_failures, now_ms);
        notice(Happening::disk_full, before_.append_unavailable, now.append_unavailable, now_ms);
        notice(Happening::cut_off, before_.cut_off, now.cut_off, now_ms);
        notice(Happening::too_old, before_.shed_old, now.shed_old, now_ms);
        notice(Happening::unsound, before_.guard_refusals, now.guard_refusals, now_ms);
        if (before_.ready != ready) {
            tell(ready ? Happening::ready : Happening::not_ready, 0, now_ms);
        }
    } else {
        tell(Happening::started, 0, now_ms);
    }
    if (sources.stages != nullptr) {
        mark(*sources.stages);
    }
    keep(sample, now.commands, refused);
    before_ = now;
}

void Recent::notice(Happening what, std::uint64_t before, std::uint64_t now, std::int64_t now_ms) {
    if (now > before) {
        tell(what, now - before, now_ms);
    }
}

void Recent::tell(Happening what, std::uint64_t count, std::int64_t now_ms) {
    happened_[told_ % happenings_max] = {now_ms, what, count};
    ++told_;
}

void Recent::keep(const Sample& sample, std::uint64_t commands, std::uint64_t refused) {
    const std::size_t at = taken_ % samples_max;
    samples_[at] = sample;
    commands_[at] = commands;
    refused_[at] = refused;
    ++taken_;
}

void Recent::mark(const Stages& stages) {
    newest_ = {stages.decoded.merged(), stages.queued.merged(),  stages.decided.merged(),
               stages.durable.merged(), stages.answer.merged(), stages.deliver.merged(),
               stages.total.merged()};
    if (taken_ % samples_a_minute == 0) {
        marks_[marked_ % marks_max] = newest_;
        ++marked_;
    }
}

Picture Recent::picture() const {
    Picture picture;
    std::lock_guard lock(mutex_);
    const std::size_t kept = std::min(taken_, samples_max);
    picture.samples.reserve(kept);
    for (std::size_t i = taken_ - kept; i < taken_; ++i) {
        picture.samples.push_back(samples_[i % samples_max]);
    }
    if (marked_ > 0) {
        const Marks& oldest = marks_[(marked_ - std::min(marked_, marks_max)) % marks_max];
        for (std::size_t i = 0; i < stage_count; ++i) {
            picture.stages[i] = newest_[i].since(oldest[i]);
        }
    }
    for (std::size_t i = 0; i < std::min(told_, happenings_max); ++i) {
        picture.happened.push_back(happened_[(told_ - 1 - i) % happenings_max]);
    }
    if (kept > 0) {
        const std::size_t last = (taken_ - 1) % samples_max;
        const std::size_t first = (taken_ - std::min(kept, samples_a_minute + 1)) % samples_max;
        picture.minute_commands = commands_[last] - commands_[first];
        picture.minute_refused = refused_[last] - refused_[first];
    }
    return picture;
}

}  // namespace hubward::server::metrics
