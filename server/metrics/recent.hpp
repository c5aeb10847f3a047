// SPDX-License-Identifier: Apache-2.0
//
// The last quarter of an hour in a ring of fixed size, for the page of the operators. Whoever wants
// to look further back asks Prometheus.
//
// A job takes one sample every five seconds; what a page reads is a copy. The mutex is held for that
// copy, so a look never holds up a request for longer than some microseconds.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

#include "server/metrics/house.hpp"

namespace hubward::server::metrics {

inline constexpr std::chrono::seconds sample_every{5};
inline constexpr std::size_t samples_max = 180;   // 15 minutes
inline constexpr std::size_t marks_max = 16;      // one a minute, and the one before the first
inline constexpr std::size_t happenings_max = 50; // the oldest is forgotten

// What the numbers say by changing. An operator reads it as a list.
enum class Happening : std::uint8_t {
    started, not_ready, ready, sync_failed, disk_full, cut_off, too_old, unsound,
};
struct Happened {
    std::int64_t at_ms = 0;  // since 1970
    Happening what = Happening::started;
    std::uint64_t count = 0;
};

// One moment, and the rates since the sample before it.
struct Sample {
    std::int64_t at_ms = 0;  // since 1970
    double commands_per_s = 0;
    double events_per_s = 0;
    std::uint64_t half_ns = 0;  // time to a durable answer of half, and of 99 of 100 commands; 0: none
    std::uint64_t most_ns = 0;
    std::uint64_t queue_depth = 0;
    std::uint64_t feed_clients = 0;
    double feed_lag_s = 0;
    std::uint64_t disk_bytes = 0;
    std::uint64_t disk_free_bytes = 0;
};

enum class Stage : std::uint8_t { decoded, queued, decided, durable, answered, delivered, total };
inline constexpr std::size_t stage_count = 7;

struct Picture {
    std::vector<Sample> samples;                      // oldest first
    std::array<HistogramCounts, stage_count> stages;  // of the last 15 minutes, to a minute
    std::vector<Happened> happened;                   // newest first
    std::uint64_t minute_commands = 0;                // in the last minute
    std::uint64_t minute_refused = 0;
};

class Recent {
  public:
    // One thread at a time, every `sample_every`. `now_ms` since 1970, `steady_ns` never jumps.
    void take(const Sources& sources, std::int64_t now_ms, std::int64_t steady_ns);
    // Any thread.
    Picture picture() const;

  private:
    // Counters as they stood at the sample before.
    struct Before {
        std::int64_t steady_ns = 0;
        std::uint64_t commands = 0, events = 0, append_unavailable = 0, shed_old = 0, guard_refusals = 0;
        std::uint64_t sync_failures = 0, cut_off = 0;
        HistogramCounts total;
        bool ready = true;
        bool any = false;
    };
    using Marks = std::array<HistogramCounts, stage_count>;

    void notice(Happening what, std::uint64_t before, std::uint64_t now, std::int64_t now_ms);
    void tell(Happening what, std::uint64_t count, std::int64_t now_ms);
    void keep(const Sample& sample, std::uint64_t commands, std::uint64_t refused);
    void mark(const Stages& stages);

    mutable std::mutex mutex_;  // guards all below
    Before before_;
    std::array<Sample, samples_max> samples_{};
    std::array<std::uint64_t, samples_max> commands_{};  // counters at each sample
    std::array<std::uint64_t, samples_max> refused_{};
    std::size_t taken_ = 0;                              // samples ever taken
    std::array<Marks, marks_max> marks_{};               // counters at each full minute
    std::size_t marked_ = 0;
    Marks newest_{};
    std::array<Happened, happenings_max> happened_{};
    std::size_t told_ = 0;
};
static_assert(sizeof(Recent) < 256 * 1024, "the ring is kept small enough for every server");

}  // namespace hubward::server::metrics
