// SPDX-License-Identifier: Apache-2.0
//
// How long is one decision for a new referral, by number of hubs? The state does not move, so every
// round decides against the same town.
#include <benchmark/benchmark.h>

#include "bench/town.hpp"
#include "matcher/decide.hpp"

namespace {

using namespace hubward;

void decide_referral(benchmark::State& run) {
    const auto hubs = static_cast<std::size_t>(run.range(0));
    const matcher::Engine engine = bench::town(hubs, 5);
    bench::Random random{7};
    std::vector<matcher::SubmitReferral> asks;
    for (std::uint64_t i = 0; i < 512; ++i) {
        asks.push_back(bench::referral(random, i, hubs));
    }
    std::vector<matcher::Event> events;
    std::size_t next = 0;
    for (auto _ : run) {
        events.clear();
        const auto decided = matcher::decide(engine.state(), asks[next++ % asks.size()], {},
                                             matcher::Timestamp{2'000}, events);
        benchmark::DoNotOptimize(decided);
        benchmark::DoNotOptimize(events.data());
    }
    run.SetItemsProcessed(run.iterations());
}
BENCHMARK(decide_referral)->Arg(16)->Arg(1'000)->Arg(20'000);

// One hub's verdict: the hottest function of the house.
void judge_one(benchmark::State& run) {
    const matcher::Engine engine = bench::town(64, 5);
    bench::Random random{7};
    const matcher::SubmitReferral ask = bench::referral(random, 1, 64);
    const matcher::Question question = matcher::question(ask.ask, engine.state().policy);
    std::size_t next = 0;
    for (auto _ : run) {
        benchmark::DoNotOptimize(matcher::judge(question, engine.state().hubs[next++ % 64]));
    }
}
BENCHMARK(judge_one);

}  // namespace
