// SPDX-License-Identifier: Apache-2.0
//
// tests_power [--seed N] [--seeds N] [--steps N] [--repeat N] [--no-sync] [--expect-loss]
//   --seeds        how many lives to live, from seed 1 on (or from --seed on); default 200
//   --seed         where to start; alone: just this one
//   --repeat       live each life so often and compare the hashes of everything that happened
//   --no-sync      acknowledge without syncing: the control arm
//   --expect-loss  succeed only when something was found in at least 95 of 100 lives
#include <malloc.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>

#include "storage/master_key.hpp"
#include "tests/power/chance.hpp"
#include "tests/power/life.hpp"

namespace {

using namespace hubward::test;
using Number = unsigned long long;

struct Wish {
    std::optional<std::uint64_t> seed;
    std::optional<std::uint64_t> seeds;
    std::uint64_t repeat = 1;
    bool expect_loss = false;
    LifeSettings life;
};

bool understood(int argc, char** argv, Wish& wish) {
    for (int i = 1; i < argc; ++i) {
        const auto is = [&](const char* name) { return std::strcmp(argv[i], name) == 0; };
        if (is("--no-sync")) {
            wish.life.sync = false;
            continue;
        }
        if (is("--expect-loss")) {
            wish.expect_loss = true;
            continue;
        }
        if (i + 1 == argc) {
            return false;
        }
        const std::uint64_t number = std::strtoull(argv[i + 1], nullptr, 10);
        if (is("--seed")) {
            wish.seed = number;
        } else if (is("--seeds")) {
            wish.seeds = number;
        } else if (is("--steps")) {
            wish.life.steps = number;
        } else if (is("--repeat")) {
            wish.repeat = number;
        } else {
            return false;
        }
        ++i;
    }
    return true;
}

void add(LifeReport& sum, const LifeReport& one) {
    sum.commands += one.commands;
    sum.accepted += one.accepted;
    sum.events += one.events;
    sum.disk_operations += one.disk_operations;
    sum.power_cuts += one.power_cuts;
    sum.kills += one.kills;
    sum.clean_stops += one.clean_stops;
    sum.faults += one.faults;
    sum.fail_stops += one.fail_stops;
    sum.unavailable += one.unavailable;
    sum.failed_opens += one.failed_opens;
    sum.bytes_lost += one.bytes_lost;
    sum.names_lost += one.names_lost;
    sum.jobs += one.jobs;
    sum.hash = sum.hash * 31 + one.hash;
}

void print(const LifeReport& r) {
    std::printf(
        "%llu commands, %llu accepted, %llu events; %llu power cuts, %llu kills, %llu clean stops; "
        "%llu failed operations, %llu fail-stops, %llu times full, %llu starts hit by a fault; "
        "%llu background jobs, %llu disk operations, %llu bytes and %llu names lost unsynced\n",
        static_cast<Number>(r.commands), static_cast<Number>(r.accepted),
        static_cast<Number>(r.events), static_cast<Number>(r.power_cuts),
        static_cast<Number>(r.kills), static_cast<Number>(r.clean_stops),
        static_cast<Number>(r.faults), static_cast<Number>(r.fail_stops),
        static_cast<Number>(r.unavailable), static_cast<Number>(r.failed_opens),
        static_cast<Number>(r.jobs), static_cast<Number>(r.disk_operations),
        static_cast<Number>(r.bytes_lost), static_cast<Number>(r.names_lost));
}

// A simulation in which nothing went wrong has proved nothing.
bool eventful(const LifeReport& r, std::uint64_t count) {
    return count < 50 ||
           (r.commands >= 200 * count && r.faults + r.kills >= count && r.power_cuts > 0 &&
            r.kills > 0 && r.clean_stops > 0 && r.fail_stops > 0 && r.unavailable > 0 &&
            r.failed_opens > 0 && r.jobs > 0 && r.bytes_lost > 0 && r.names_lost > 0);
}

// Every start opens the database anew. Given back in between, its memory would cost a third of the time.
void keep_memory() {
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    mallopt(M_TOP_PAD, 64 << 20);
}

}  // namespace

int main(int argc, char** argv) {
    Wish wish;
    if (!understood(argc, argv, wish)) {
        std::fprintf(stderr,
                     "usage: %s [--seed N] [--seeds N] [--steps N] [--repeat N] [--no-sync] "
                     "[--expect-loss]\n",
                     argv[0]);
        return 64;
    }
    if (!same_addresses_each_run(argv)) {
        std::printf("addresses differ from run to run here: hashes may, too\n");
    }
    keep_memory();
    seed_libsodium(0);
    const auto key =
        std::filesystem::temp_directory_path() / ("hubward-power-" + std::to_string(::getpid()));
    if (!hubward::storage::make_master_key(key)) {
        std::printf("cannot write %s\n", key.c_str());
        return 1;
    }
    const std::uint64_t first = wish.seed.value_or(1);
    const std::uint64_t count = wish.seeds.value_or(wish.seed ? 1 : 200);
    const auto began = std::chrono::steady_clock::now();
    LifeReport sum;
    std::uint64_t found = 0;
    std::uint64_t unequal = 0;
    for (std::uint64_t seed = first; seed < first + count; ++seed) {
        const LifeReport lived = live_through(seed, wish.life, key);
        for (std::uint64_t again = 1; again < wish.repeat; ++again) {
            if (live_through(seed, wish.life, key).hash != lived.hash) {
                std::printf("seed %llu went another way the next time\n",
                            static_cast<Number>(seed));
                ++unequal;
            }
        }
        if (!lived.broken.empty()) {
            ++found;
            if (!wish.expect_loss) {
                std::printf("seed %llu: %s\nreplay: %s --seed %llu --steps %llu%s\n",
                            static_cast<Number>(seed), lived.broken.c_str(), argv[0],
                            static_cast<Number>(seed), static_cast<Number>(wish.life.steps),
                            wish.life.sync ? "" : " --no-sync");
                break;
            }
        }
        add(sum, lived);
    }
    std::filesystem::remove(key);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    const auto lives = static_cast<double>(count * wish.repeat);
    std::printf("%llu lives in %.1f s, %.0f a minute; hash of all %016llx\n",
                static_cast<Number>(count * wish.repeat), took.count(), lives * 60 / took.count(),
                static_cast<Number>(sum.hash));
    print(sum);
    if (wish.expect_loss) {
        std::printf("found out in %llu of %llu lives\n", static_cast<Number>(found),
                    static_cast<Number>(count));
        return found * 100 >= count * 95 ? 0 : 1;
    }
    return found == 0 && unequal == 0 && eventful(sum, count) ? 0 : 1;
}
