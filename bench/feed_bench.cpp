// SPDX-License-Identifier: Apache-2.0
//
// What does the feed itself cost for each delivery, without sockets? The framing once per event and
// the hand-over per subscriber are told apart by the number of subscribers.
#include <benchmark/benchmark.h>

#include <fmt/format.h>

#include "tests/feed/rig.hpp"

namespace hubward {
namespace {

using namespace tests;

constexpr std::size_t events_per_round = 100;

void fan_out(benchmark::State& state) {
    Rig rig;
    std::vector<Rig::Client> clients;
    for (std::int64_t i = 0; i < state.range(0); ++i) {
        clients.push_back(rig.library());
        clients.back().socket->judges_frames = false;
        clients.back().say(
            R"({"t":"subscribe","stream":"hub/library","after":"latest","window":1024})");
    }
    std::uint64_t seq = 0;
    for (auto _ : state) {
        rig.happen(events_per_round);
        seq += events_per_round;
        state.PauseTiming();
        rig.clock.advance(std::chrono::seconds(1));
        const std::string ack = fmt::format(R"({{"t":"ack","stream":"hub/library","seq":{}}})", seq);
        for (const Rig::Client& client : clients) {
            client.say(ack);
            client.socket->frames.clear();
        }
        state.ResumeTiming();
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(events_per_round) *
                            state.range(0));
}
BENCHMARK(fan_out)->Arg(1)->Arg(10)->Arg(100)->Arg(500);

// One event as JSON in a frame, the part that is done once for all.
void frame_one(benchmark::State& state) {
    const std::string event(700, 'x');
    const std::string json = fmt::format(R"({{"data":"{}"}})", event);
    for (auto _ : state) {
        benchmark::DoNotOptimize(server::feed::event_frame("hub/library", "0123456789abcdef", 42, json));
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(frame_one);

}  // namespace
}  // namespace hubward
