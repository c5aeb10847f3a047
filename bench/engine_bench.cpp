// SPDX-License-Identifier: Apache-2.0
//
// One step of the engine: decide and apply, with the batch it fills.
#include <benchmark/benchmark.h>

#include "bench/town.hpp"

namespace {

using namespace hubward;
using matcher::Timestamp;

// A person's whole way, so that the state keeps its size of open work: submit, accept, outcome.
void whole_way(benchmark::State& run) {
    const auto hubs = static_cast<std::size_t>(run.range(0));
    matcher::Engine engine = bench::town(hubs, 1'000);
    bench::Random random{7};
    std::uint64_t people = 0;
    std::uint64_t steps = 0;
    for (auto _ : run) {
        matcher::SubmitReferral ask = bench::referral(random, ++people, hubs);
        ask.ask.need_count = 1;
        bench::step(engine, ask, Timestamp{2'000});
        const matcher::OfferRef offer{ask.id, 1, 0};
        bench::step(engine, matcher::AcceptOffer{offer}, Timestamp{2'000});
        bench::step(engine, matcher::RecordOutcome{offer, 0, matcher::Outcome::need_met},
                    Timestamp{2'000});
        steps += 3;
    }
    run.SetItemsProcessed(static_cast<std::int64_t>(steps));
}
BENCHMARK(whole_way)->Arg(16)->Arg(1'000);

void tick_with_nothing_due(benchmark::State& run) {
    matcher::Engine engine = bench::town(16, 10'000);
    bench::Random random{7};
    for (std::uint64_t i = 0; i < 100'000; ++i) {
        bench::step(engine, bench::referral(random, i, 16), Timestamp{2'000});
    }
    for (auto _ : run) {
        bench::step(engine, matcher::Tick{}, Timestamp{2'000});
    }
}
BENCHMARK(tick_with_nothing_due);

}  // namespace
