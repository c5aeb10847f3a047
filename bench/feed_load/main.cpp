// SPDX-License-Identifier: Apache-2.0
//
// What does the feed cost over real sockets? Three questions, each answered as ratios in one run:
//
//   feed_load broadcast [--subscribers 500] [--rounds 5] [--peer PORT --peer-pid PID]
//       From durable to every subscriber's socket, one and four events at a time; beside npm's ws
//       doing the same for the same client (bench/feed.sh starts it).
//   feed_load slow [--stalled 10] [--rate 2000] [--turns 8] [--rounds 5] [--at-most 110] …
//       Do readers that stop reading slow down the others, and what does each of them cost? See slow.hpp.
//   feed_load idle [--subscribers 9900]
//       Memory of a connection that listens to a quiet stream.
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <vector>

#include <fmt/format.h>

#include "bench/feed_load/crowd.hpp"
#include "bench/feed_load/figures.hpp"
#include "bench/feed_load/server.hpp"
#include "bench/feed_load/slow.hpp"

namespace hubward::bench {
namespace {

// Of another process, from /proc.
std::uint64_t cpu_ns_of(unsigned pid) {
    std::ifstream in(fmt::format("/proc/{}/stat", pid));
    std::string skipped;
    for (int i = 0; i < 13; ++i) {
        in >> skipped;
    }
    std::uint64_t user = 0;
    std::uint64_t system = 0;
    in >> user >> system;
    return (user + system) * 1'000'000'000 / static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
}

struct Figures {
    std::vector<double> p50;
    std::vector<double> p99;
    std::vector<double> cpu_us;
};

template <class Publish, class Cpu>
void one_round(Crowd& crowd, unsigned subscribers, unsigned at_once, Publish publish, Cpu cpu,
               Figures& figures) {
    constexpr unsigned turns = 200;
    crowd.ages_ns().clear();
    const std::uint64_t before = cpu();
    std::uint64_t got = 0;
    for (unsigned turn = 0; turn < turns; ++turn) {
        publish(at_once);
        got += crowd.read(std::uint64_t{subscribers} * at_once, 5'000, true);
    }
    if (got != std::uint64_t{subscribers} * at_once * turns) {
        fmt::print(stderr, "only {} deliveries came\n", got);
        std::exit(1);
    }
    figures.p50.push_back(quantile_ms(crowd.ages_ns(), 0.5));
    figures.p99.push_back(quantile_ms(crowd.ages_ns(), 0.99));
    figures.cpu_us.push_back(static_cast<double>(cpu() - before) / 1e3 / static_cast<double>(got));
}

void print_figures(std::string_view who, unsigned at_once, const Figures& f) {
    fmt::print("{:<8} {} at a time: p50 {:.2f} ms, p99 {:.2f} ms, {:.2f} us of processor a delivery\n", who,
               at_once, median(f.p50), median(f.p99), median(f.cpu_us));
}

int broadcast(Options o) {
    FeedServer server(1);
    Crowd ours(server.port(), "Authorization: Bearer " + server.token() + "\r\n");
    if (!ours.add(o["subscribers"], {subscribe(0)}, false)) {
        return 1;
    }
    std::unique_ptr<Crowd> theirs;
    if (o["peer"] != 0) {
        theirs = std::make_unique<Crowd>(static_cast<std::uint16_t>(o["peer"]), "");
        if (!theirs->add(o["subscribers"], {subscribe(0)}, false)) {
            return 1;
        }
    }
    for (const unsigned at_once : {1U, 4U}) {
        Figures feed;
        Figures peer;
        for (unsigned round = 0; round < o["rounds"]; ++round) {
            one_round(ours, o["subscribers"], at_once, [&](unsigned n) { server.publish(n); },
                      [&] { return server.usage().cpu_ns; }, feed);
            if (theirs) {
                one_round(*theirs, o["subscribers"], at_once,
                          [&](unsigned n) { theirs->say(fmt::format(R"({{"publish":{}}})", n)); },
                          [&] { return cpu_ns_of(o["peer-pid"]); }, peer);
            }
        }
        print_figures("hubward", at_once, feed);
        if (theirs) {
            print_figures("npm ws", at_once, peer);
            fmt::print("ratio    {} at a time: p50 {:.2f}, p99 {:.2f}, processor {:.2f}\n", at_once,
                       median(feed.p50) / median(peer.p50), median(feed.p99) / median(peer.p99),
                       median(feed.cpu_us) / median(peer.cpu_us));
        }
    }
    return 0;
}

int idle(Options o) {
    FeedServer server(1);
    Crowd crowd(server.port(), "Authorization: Bearer " + server.token() + "\r\n");
    if (!crowd.add(100, {subscribe(0)}, false)) {  // buffers that every server has once
        return 1;
    }
    const std::uint64_t before = server.usage().resident_bytes;
    if (!crowd.add(o["subscribers"], {subscribe(0)}, false)) {
        return 1;
    }
    ::sleep(3);  // read buffers go back to the pool after 2 s
    const double grown = static_cast<double>(server.usage().resident_bytes - before);
    fmt::print("{} idle subscribers: {:.1f} MB, {:.2f} KB each\n", o["subscribers"], grown / 1e6,
               grown / 1e3 / o["subscribers"]);
    return 0;
}

int run(int argc, char** argv) {
    const std::string_view command = argc > 1 ? argv[1] : "";
    Options o{{"subscribers", command == "broadcast" ? 500U : command == "slow" ? 1'000U : 9'900U},
              {"rounds", 5}, {"stalled", 10}, {"rate", 2'000}, {"streams", 20}, {"turns", 8},
              {"slice-ms", 500}, {"at-most", 0}, {"peer", 0}, {"peer-pid", 0}};
    for (int i = 2; i + 1 < argc; i += 2) {
        const std::string name = std::string(argv[i]).substr(2);
        if (!o.contains(name)) {
            fmt::print(stderr, "feed_load: no option {}\n", argv[i]);
            return 64;
        }
        o[name] = static_cast<unsigned>(std::strtoul(argv[i + 1], nullptr, 10));
    }
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
    if (command == "broadcast") {
        return broadcast(o);
    }
    if (command == "slow") {
        return slow(o);
    }
    if (command == "idle") {
        return idle(o);
    }
    fmt::print(stderr, "feed_load broadcast | slow | idle; bench/feed_load/main.cpp says more\n");
    return 64;
}

}  // namespace
}  // namespace hubward::bench

int main(int argc, char** argv) { return hubward::bench::run(argc, argv); }
