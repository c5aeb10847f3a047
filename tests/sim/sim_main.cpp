// SPDX-License-Identifier: Apache-2.0
//
// tests_sim [--seed N] [--seeds N] [--steps N]
//   --seeds  how many lives to live, from seed 1 on (or from --seed on); default 200
//   --seed   where to start; alone: just this one, with its figures
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "tests/sim/simulation.hpp"

namespace {

using hubward::test::Lived;

constexpr std::uint64_t default_steps = 1500;

void add(Lived& sum, const Lived& one) {
    sum.commands += one.commands;
    sum.accepted += one.accepted;
    sum.refused += one.refused;
    sum.resends += one.resends;
    sum.events += one.events;
    sum.crashes += one.crashes;
    sum.unavailable += one.unavailable;
    sum.fail_stops += one.fail_stops;
    sum.kinds |= one.kinds;
}

void print(const Lived& l) {
    std::printf(
        "%llu commands: %llu accepted, %llu refused, %llu resends; %llu events; "
        "%llu crashes, %llu failed appends, %llu fail-stops\n",
        static_cast<unsigned long long>(l.commands), static_cast<unsigned long long>(l.accepted),
        static_cast<unsigned long long>(l.refused), static_cast<unsigned long long>(l.resends),
        static_cast<unsigned long long>(l.events), static_cast<unsigned long long>(l.crashes),
        static_cast<unsigned long long>(l.unavailable),
        static_cast<unsigned long long>(l.fail_stops));
}

}  // namespace

int main(int argc, char** argv) {
    std::optional<std::uint64_t> seed;
    std::optional<std::uint64_t> seeds;
    std::uint64_t steps = default_steps;
    for (int i = 1; i < argc; i += 2) {
        const char* value = i + 1 < argc ? argv[i + 1] : nullptr;
        const std::uint64_t number = value != nullptr ? std::strtoull(value, nullptr, 10) : 0;
        if (value != nullptr && std::strcmp(argv[i], "--seed") == 0) {
            seed = number;
        } else if (value != nullptr && std::strcmp(argv[i], "--seeds") == 0) {
            seeds = number;
        } else if (value != nullptr && std::strcmp(argv[i], "--steps") == 0) {
            steps = number;
        } else {
            std::fprintf(stderr, "usage: %s [--seed N] [--seeds N] [--steps N]\n", argv[0]);
            return 64;
        }
    }
    const std::uint64_t first = seed.value_or(1);
    const std::uint64_t count = seeds.value_or(seed ? 1 : 200);
    const auto began = std::chrono::steady_clock::now();
    Lived sum;
    std::uint64_t hash = 0;
    for (std::uint64_t s = first; s < first + count; ++s) {
        const Lived lived = hubward::test::live_through(s, steps);
        if (!lived.broken.empty()) {
            std::printf("seed %llu: %s\nreplay: %s --seed %llu --steps %llu\n",
                        static_cast<unsigned long long>(s), lived.broken.c_str(), argv[0],
                        static_cast<unsigned long long>(s), static_cast<unsigned long long>(steps));
            return 1;
        }
        add(sum, lived);
        hash = hash * 31 + lived.state_hash;
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    std::printf("%llu seeds of %llu steps held in %.1f s; hash of all states %016llx\n",
                static_cast<unsigned long long>(count), static_cast<unsigned long long>(steps),
                took.count(), static_cast<unsigned long long>(hash));
    print(sum);
    // A simulation in which nothing went wrong has proved nothing. Short lives have no time for every
    // kind of event.
    const bool eventful =
        count < 50 || (sum.accepted > 0 && sum.refused > 0 && sum.resends > 0 && sum.crashes > 0 &&
                       sum.unavailable > 0 && sum.fail_stops > 0 && (steps < 1000 || sum.kinds.all()));
    for (std::size_t kind = 0; !eventful && kind < sum.kinds.size(); ++kind) {
        if (!sum.kinds[kind]) {  // by position in matcher::Event
            std::printf("kind %zu of event never happened\n", kind);
        }
    }
    return eventful ? 0 : 1;
}
