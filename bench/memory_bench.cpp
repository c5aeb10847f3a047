// SPDX-License-Identifier: Apache-2.0
//
// How many bytes does an open referral cost, and how long does it take to fold so many from their
// events, to make the indexes anew, and to hash the state?   bench_memory [referrals = 1000000]
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "bench/town.hpp"
#include "matcher/apply.hpp"

namespace {

using namespace hubward;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point began) {
    return std::chrono::duration<double>(Clock::now() - began).count();
}

std::size_t resident_bytes() {
    std::FILE* file = std::fopen("/proc/self/statm", "r");
    unsigned long total = 0;
    unsigned long resident = 0;
    if (file == nullptr || std::fscanf(file, "%lu %lu", &total, &resident) != 2) {
        return 0;
    }
    std::fclose(file);
    return resident * 4096;
}

}  // namespace

int main(int argc, char** argv) {
    const std::uint64_t referrals = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
    constexpr std::size_t hubs = 200;
    bench::Random random{7};
    matcher::State state = bench::town(hubs, 10'000).state();
    const std::size_t before = resident_bytes();

    // The events that submitting leads to, without the search for a hub: what recovery reads.
    auto began = Clock::now();
    double folding = 0;
    for (std::uint64_t i = 0; i < referrals; ++i) {
        const bench::Made made = bench::offered_referral(state, random, i, hubs);
        const auto one = Clock::now();
        matcher::apply(state, made.batch, made.entry);
        folding += seconds_since(one);
    }
    const double all = seconds_since(began);
    const std::size_t grown = resident_bytes() - before;
    std::printf("%llu open referrals with one offer and one request key each\n",
                static_cast<unsigned long long>(referrals));
    std::printf("bytes each: %.0f counted, %.0f resident (Referral %zu, Offer %zu)\n",
                static_cast<double>(state.memory_bytes()) / static_cast<double>(referrals),
                static_cast<double>(grown) / static_cast<double>(referrals),
                sizeof(matcher::Referral), sizeof(matcher::Offer));
    std::printf("fold: %.2f s (%.2f s with making the events)\n", folding, all);
    began = Clock::now();
    state.rebuild_indexes();
    std::printf("rebuild_indexes: %.2f s\n", seconds_since(began));
    began = Clock::now();
    const std::uint64_t hash = state.state_hash();
    std::printf("state_hash: %.2f s (%016llx)\n", seconds_since(began),
                static_cast<unsigned long long>(hash));
    return 0;
}
