// SPDX-License-Identifier: Apache-2.0
//
// How long is one search for the best ten hubs, by number of hubs and instruction set, against looking
// at every hub, and against the time the memory needs to stream what a scan must read?
//
// One JSON object per line; every ratio is of one run. `bench_search 1000 20000 100000`.
#include <ctime>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "bench/town.hpp"
#include "matcher/search.hpp"

namespace {

using namespace hubward;
using matcher::Found;

double cpu_us() {
    timespec at{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
    return static_cast<double>(at.tv_sec) * 1e6 + static_cast<double>(at.tv_nsec) / 1e3;
}

struct Asked {
    std::vector<matcher::SubmitReferral> asks;
    const matcher::State& state;

    matcher::Question question(std::size_t i) const {
        return matcher::question(asks[i].ask, state.policy, matcher::Timestamp{2'000});
    }
};

// Microseconds of processor time for one question, the best of several passes over all of them.
template <class Answer>
double best_of(int passes, const Asked& asked, std::size_t questions, Answer&& answer) {
    double best = 1e18;
    for (int pass = 0; pass < passes; ++pass) {
        const double begin = cpu_us();
        for (std::size_t i = 0; i < questions; ++i) {
            answer(asked.question(i));
        }
        best = std::min(best, (cpu_us() - begin) / static_cast<double>(questions));
    }
    return best;
}

std::size_t sink = 0;

// Every hub judged, the best ten kept.
void look_at_all(const matcher::State& state, const matcher::Question& q) {
    std::vector<std::pair<matcher::Points, matcher::HubId>> best;
    for (const matcher::Hub& hub : state.hubs) {
        const matcher::Verdict verdict = matcher::judge(q, hub);
        if (verdict.filter == matcher::Filter::passed) {
            best.emplace_back(verdict.score.total(), hub.profile.id);
        }
    }
    const auto most = std::min<std::ptrdiff_t>(10, static_cast<std::ptrdiff_t>(best.size()));
    std::partial_sort(best.begin(), best.begin() + most, best.end(), [](const auto& a, const auto& b) {
        return matcher::better(a.first, a.second, b.first, b.second);
    });
    sink += best.size();
}

// All lanes of all blocks through the scan, without the summaries.
void scan_all(const matcher::State& state, const matcher::Question& q, matcher::Isa isa) {
    const matcher::Scan scan = matcher::scan_for(isa);
    const matcher::Sight sight = matcher::sight(q);
    for (std::size_t block = 0; block < state.blocks.block_count(); ++block) {
        sink += scan(state.blocks.block(block), sight);
    }
}

double p99(std::vector<double>& times) {
    std::ranges::sort(times);
    return times[times.size() * 99 / 100];
}

void measure(std::size_t hubs) {
    const matcher::Engine engine = bench::town(hubs, 5);
    const matcher::State& state = engine.state();
    bench::Random random{7};
    Asked asked{{}, state};
    for (std::uint64_t i = 0; i < 2'000; ++i) {
        asked.asks.push_back(bench::referral(random, i, hubs));
    }
    const std::size_t few = hubs >= 100'000 ? 20 : 200;
    const double every = best_of(3, asked, few, [&](const auto& q) { look_at_all(state, q); });
    std::printf("{\"hubs\":%zu,\"what\":\"every hub judged\",\"us\":%.2f}\n", hubs, every);
    for (const matcher::Isa isa : {matcher::Isa::baseline, matcher::Isa::v3, matcher::Isa::v4}) {
        if (!matcher::supported(isa)) {
            continue;
        }
        const double scan = best_of(5, asked, few, [&](const auto& q) { scan_all(state, q, isa); });
        const double search = best_of(5, asked, asked.asks.size(), [&](const auto& q) {
            sink += matcher::best_hubs(state, q, 10, {}, isa).size();
        });
        std::vector<double> times;
        for (std::size_t i = 0; i < asked.asks.size(); ++i) {
            const double begin = cpu_us();
            sink += matcher::best_hubs(state, asked.question(i), 10, {}, isa).size();
            times.push_back(cpu_us() - begin);
        }
        std::printf("{\"hubs\":%zu,\"what\":\"search\",\"isa\":\"%s\",\"us\":%.2f,\"p99_us\":%.2f,"
                    "\"scan_us\":%.2f,\"every_over_search\":%.1f,\"scan_over_search\":%.2f}\n",
                    hubs, matcher::name_of(isa).data(), search, p99(times), scan, every / search,
                    scan / search);
    }
    // One capacity change with all that follows it in the blocks (G9).
    matcher::State moving = state;
    std::vector<std::uint32_t> order(100'000);
    for (std::uint32_t& hub : order) {
        hub = static_cast<std::uint32_t>(random.below(hubs));
    }
    const double begin = cpu_us();
    for (const std::uint32_t hub : order) {
        matcher::Capacity& places = moving.hubs[hub].capacity[0];
        places.held = places.held == 0 ? places.total : std::uint16_t{0};
        moving.blocks.refresh(matcher::HubIndex{hub}, moving.hubs);
    }
    std::printf("{\"hubs\":%zu,\"what\":\"capacity change\",\"ns\":%.1f,\"blocks_bytes_per_hub\":%.1f,"
                "\"hub_bytes\":%zu}\n",
                hubs, (cpu_us() - begin) * 1e3 / static_cast<double>(order.size()),
                static_cast<double>(state.blocks.memory_bytes()) / static_cast<double>(hubs),
                sizeof(matcher::Hub));
}

}  // namespace

int main(int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
        measure(static_cast<std::size_t>(std::strtoul(argv[i], nullptr, 10)));
    }
    return sink == 1 ? 1 : 0;
}
