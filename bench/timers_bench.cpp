// SPDX-License-Identifier: Apache-2.0
//
// What do open referrals with timers cost: a tick with nothing due, a tick with a full handful due, the
// fold of their events, and the indexes made anew? Side by side for growing numbers, each figure also as
// a multiple of that of the smallest, so that whatever grows faster than the referrals stands out. In
// processor time, so that neighbours on the machine change little.
//
//   bench_timers [referrals …]      10000 100000 1000000 when none are named
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <time.h>

#include "bench/town.hpp"
#include "matcher/apply.hpp"
#include "matcher/limits.hpp"

namespace {

using namespace hubward;
constexpr std::size_t hubs = 200;

struct Row {
    std::uint64_t referrals = 0;
    double bytes_each = 0;
    double fold_s = 0;
    double indexes_s = 0;
    double idle_us = 0;  // mean of ticks with nothing due
    double full_us = 0;  // median of ticks with as many due as one may take
    double full_worst_us = 0;
};

double now_us() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

double median(std::vector<double> values) {
    std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2));
    return values[values.size() / 2];
}

// Ticks as the pipeline sends them, a batch each.
std::vector<double> ticks(matcher::Engine& engine, matcher::Timestamp at, int times) {
    std::vector<double> each;
    for (int i = 0; i < times; ++i) {
        const double began = now_us();
        bench::step(engine, matcher::Tick{}, at);
        each.push_back(now_us() - began);
    }
    return each;
}

Row measured(std::uint64_t referrals) {
    Row row;
    row.referrals = referrals;
    bench::Random random{7};
    matcher::State state = bench::town(hubs, 10'000).state();
    const std::size_t empty = state.memory_bytes();
    for (std::uint64_t i = 0; i < referrals; ++i) {
        const bench::Made made = bench::offered_referral(state, random, i, hubs);
        const double began = now_us();
        matcher::apply(state, made.batch, made.entry);
        row.fold_s += (now_us() - began) / 1e6;
    }
    row.bytes_each =
        static_cast<double>(state.memory_bytes() - empty) / static_cast<double>(referrals);
    const double began = now_us();
    state.rebuild_indexes();
    row.indexes_s = (now_us() - began) / 1e6;

    matcher::Engine engine(std::move(state));
    constexpr int idle = 100'000;
    const double idle_began = now_us();
    for (int i = 0; i < idle; ++i) {
        bench::step(engine, matcher::Tick{}, matcher::Timestamp{3'000});
    }
    row.idle_us = (now_us() - idle_began) / idle;
    // From here on every tick finds more due than it may take.
    const matcher::Timestamp late =
        bench::first_due + std::chrono::milliseconds(matcher::limits::expiries_per_tick_max * 64);
    const auto full = ticks(engine, late, 51);
    row.full_us = median(full);
    row.full_worst_us = *std::ranges::max_element(full);
    return row;
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<std::uint64_t> sizes;
    for (int i = 1; i < argc; ++i) {
        sizes.push_back(std::strtoull(argv[i], nullptr, 10));
    }
    if (sizes.empty()) {
        sizes = {10'000, 100'000, 1'000'000};
    }
    std::printf("%12s %11s %16s %16s %16s %18s %12s\n", "referrals", "bytes each", "fold s",
                "indexes s", "idle tick us", "full tick us", "worst us");
    Row first;
    for (const std::uint64_t size : sizes) {
        const Row row = measured(size);
        first = first.referrals == 0 ? row : first;
        const auto times = [](double now, double then) { return then > 0 ? now / then : 0.0; };
        std::printf("%12llu %11.0f %8.2f %6.1fx %8.2f %6.1fx %8.2f %6.1fx %10.0f %6.1fx %12.0f\n",
                    static_cast<unsigned long long>(size), row.bytes_each, row.fold_s,
                    times(row.fold_s, first.fold_s), row.indexes_s,
                    times(row.indexes_s, first.indexes_s), row.idle_us,
                    times(row.idle_us, first.idle_us), row.full_us,
                    times(row.full_us, first.full_us), row.full_worst_us);
    }
    return 0;
}
