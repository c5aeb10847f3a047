// SPDX-License-Identifier: Apache-2.0
//
// What does a long queue cost the hub that answers? One decline that frees a place, decided against a state that does
// not move: while nobody waits, while so many wait for something else that its hub has none of now, and while so many
// wait for a place but live too far away. Each also as a multiple of the empty queue. In processor time, with the
// caches swept before each decision, as other work between two declines would.
//
//   bench_gaps [waiting …]      1000 20000 100000 when none are named
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <time.h>

#include "bench/town.hpp"
#include "matcher/decide.hpp"

namespace {

using namespace hubward;

// Two points of the Earth, 450 km apart.
constexpr matcher::Position near{0, 0, matcher::position_scale, 0, 0};
constexpr matcher::Position far{0, 0, 535'530'000, 38'000'000, 0};

double now_us() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

matcher::SubmitReferral asks(std::uint64_t number, matcher::Need need, matcher::Position from) {
    matcher::SubmitReferral command;
    command.id = {7, number};
    command.practice = matcher::PracticeCode("A81001");
    command.share_with_hub = true;
    command.ask.needs[0] = need;
    command.ask.need_count = 1;
    command.ask.position = from;
    command.ask.travel_max = 5'000;
    return command;
}

// The hub has one place, which is promised, and no SIM.
matcher::Engine queue_of(std::uint64_t waiting, matcher::Need need, matcher::Position from) {
    matcher::Engine engine;
    matcher::UpsertHub hub;
    hub.profile.id = {1, 1};
    hub.profile.slug = matcher::HubSlug("library");
    hub.profile.place = matcher::PlaceCode("town");
    hub.profile.position = near;
    hub.profile.needs.bits = ~std::uint64_t{0};
    hub.totals = {1, 0, 0};
    bench::step(engine, hub, matcher::Timestamp{1'000});
    bench::step(engine, asks(1, matcher::Need::nhs_app, near), matcher::Timestamp{1'000});
    for (std::uint64_t i = 0; i < waiting; ++i) {
        bench::step(engine, asks(2 + i, need, from), matcher::Timestamp{2'000 + static_cast<std::int64_t>(i)});
    }
    return engine;
}

double median_us(const matcher::Engine& engine) {
    static std::vector<unsigned char> sweep(64U * 1024 * 1024);
    const matcher::DeclineOffer no{{{7, 1}, 1, 0}, matcher::Reason::no_slot, 0, {}};
    std::vector<matcher::Event> events;
    std::vector<double> each;
    for (int i = 0; i < 51; ++i) {
        for (std::size_t byte = 0; byte < sweep.size(); byte += 64) {
            ++sweep[byte];
        }
        events.clear();
        const double began = now_us();
        const auto decided = matcher::decide(engine.state(), no, {}, matcher::Timestamp{10'000'000}, events);
        each.push_back(now_us() - began);
        if (!decided) {
            std::abort();
        }
    }
    std::ranges::nth_element(each, each.begin() + 25);
    return each[25];
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<std::uint64_t> sizes;
    for (int i = 1; i < argc; ++i) {
        sizes.push_back(std::strtoull(argv[i], nullptr, 10));
    }
    if (sizes.empty()) {
        sizes = {1'000, 20'000, 100'000};
    }
    const double none = median_us(queue_of(0, matcher::Need::nhs_app, near));
    std::printf("nobody waits: %.1f us\n%10s %28s %28s\n", none, "waiting", "for something else us",
                "too far away us");
    for (const std::uint64_t size : sizes) {
        const double other = median_us(queue_of(size, matcher::Need::data_sim, near));
        const double too_far = median_us(queue_of(size, matcher::Need::nhs_app, far));
        std::printf("%10llu %20.1f %6.1fx %20.1f %6.1fx\n", static_cast<unsigned long long>(size), other,
                    other / none, too_far, too_far / none);
    }
    return 0;
}
