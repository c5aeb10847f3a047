// SPDX-License-Identifier: Apache-2.0
//
// What does it cost to hand an envelope over? On one thread without sleeping, and from another
// thread to a consumer that sleeps when it has nothing.
#include <benchmark/benchmark.h>

#include <atomic>
#include <thread>

#include "matcher/command.hpp"
#include "matcher/limits.hpp"
#include "matcher/ring.hpp"

namespace {

using hubward::matcher::Envelope;
using hubward::matcher::Ring;

void push_and_pop(benchmark::State& run) {
    Ring<Envelope> ring(hubward::matcher::limits::ring_cells);
    Envelope in;
    in.payload.assign(static_cast<std::size_t>(run.range(0)), 'x');
    Envelope out;
    for (auto _ : run) {
        ring.try_push(std::move(in));
        ring.try_pop(out);
        std::swap(in, out);
    }
    run.SetItemsProcessed(run.iterations());
}
BENCHMARK(push_and_pop)->Arg(0)->Arg(600);

void hand_over_to_a_sleeper(benchmark::State& run) {
    Ring<Envelope> ring(hubward::matcher::limits::ring_cells);
    std::atomic<std::uint64_t> taken{0};
    std::thread consumer([&] {
        Envelope out;
        for (;;) {
            if (ring.try_pop(out)) {
                taken.fetch_add(1, std::memory_order_release);
                taken.notify_one();
            } else if (ring.closed() && ring.drained()) {
                return;
            } else {
                ring.wait();
            }
        }
    });
    std::uint64_t sent = 0;
    for (auto _ : run) {
        ring.try_push(Envelope{});
        ++sent;
        for (std::uint64_t seen = taken.load(std::memory_order_acquire); seen < sent;
             seen = taken.load(std::memory_order_acquire)) {
            taken.wait(seen, std::memory_order_acquire);
        }
    }
    ring.close();
    consumer.join();
    run.SetItemsProcessed(run.iterations());
}
BENCHMARK(hand_over_to_a_sleeper)->UseRealTime();

}  // namespace
