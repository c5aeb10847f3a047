// SPDX-License-Identifier: Apache-2.0
#include "bench/feed_load/slow.hpp"

#include <array>
#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <string_view>
#include <thread>
#include <utility>

#include "bench/feed_load/crowd.hpp"

namespace hubward::bench {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds held_up_within{20};
// From the first connection; heartbeats come after 20 s, and who does not answer in 10 is cut.
constexpr std::chrono::seconds round_ends_after{22};
constexpr unsigned queue_frames = 64;  // FeedSession::queue_frames_max

enum : std::size_t { first, second, stalled, arms };

struct Slice {
    double p50 = 0;
    double p99 = 0;
    double cpu_us = 0;  // of the server's processor, a delivery
};

using Slices = std::array<std::vector<Slice>, arms>;

struct Arm {
    Arm(Options& o, unsigned sleepers)
        : server(o["streams"]), crowd(server.port(), "Authorization: Bearer " + server.token() + "\r\n") {
        std::vector<std::string> subscribes;
        for (unsigned i = 0; i < o["streams"]; ++i) {
            subscribes.push_back(subscribe(i));
        }
        good = crowd.add(o["subscribers"] - sleepers, subscribes, false) && crowd.add(sleepers, subscribes, true);
        resident = server.usage().resident_bytes;
        const unsigned each = o["rate"] * o["slice-ms"] / 1'000 / o["streams"];
        events = each * o["streams"];
        due = std::uint64_t{each} * (o["subscribers"] - sleepers);
    }
    // Nothing when not all came within ten seconds.
    std::optional<Slice> slice(unsigned rate) {
        crowd.ages_ns().clear();
        const std::uint64_t before = server.usage().cpu_ns;
        std::thread publisher([&] { server.publish_at(rate, events); });
        published += events;
        const std::uint64_t got = crowd.read(due, 1'000 * events / rate + 10'000, true);
        publisher.join();
        if (got != due) {
            fmt::print(stderr, "only {} of {} deliveries came\n", got, due);
            return std::nullopt;
        }
        const auto spent = static_cast<double>(server.usage().cpu_ns - before);
        return Slice{quantile_ms(crowd.ages_ns(), 0.5), quantile_ms(crowd.ages_ns(), 0.99),
                     spent / 1e3 / static_cast<double>(got)};
    }
    // Since everybody came, for each event: this server keeps its log in memory.
    double grown_kb() {
        return (static_cast<double>(server.usage().resident_bytes) - static_cast<double>(resident)) / 1e3 /
               static_cast<double>(published);
    }

    FeedServer server;
    Crowd crowd;
    bool good = false;
    std::uint64_t resident = 0;
    unsigned events = 0;
    std::uint64_t due = 0;
    std::uint64_t published = 0;
};

class Question {
  public:
    explicit Question(Options o) : o_(std::move(o)) {}

    // False when it could not be asked.
    bool round() {
        const auto begun = steady_clock::now();
        std::array<std::unique_ptr<Arm>, arms> all;
        Slices slices;
        for (std::size_t i = 0; i < arms; ++i) {
            all[i] = std::make_unique<Arm>(o_, i == stalled ? o_["stalled"] : 0U);
            if (!all[i]->good) {
                return false;
            }
        }
        const std::uint64_t wanted = std::uint64_t{queue_frames} * o_["stalled"];
        const auto held_up = [&] { return all[stalled]->server.usage().frames_waiting >= wanted; };
        while (!held_up()) {
            if (steady_clock::now() - begun > held_up_within || !all[stalled]->slice(o_["rate"])) {
                return false;
            }
        }
        if (!turn(all, 0, nullptr)) {
            return false;
        }
        for (unsigned n = 0; n < o_["turns"] && steady_clock::now() - begun < round_ends_after; ++n) {
            if (!turn(all, n, &slices)) {
                return false;
            }
        }
        if (!held_up()) {
            fmt::print(stderr, "only {} frames wait for the stalled readers at the end of the round\n",
                       all[stalled]->server.usage().frames_waiting);
            return false;
        }
        for (std::size_t i = 0; i < arms; ++i) {
            slices_[i].insert(slices_[i].end(), slices[i].begin(), slices[i].end());
        }
        // The stalled had more events, until they stood.
        kilobytes_.push_back((all[stalled]->grown_kb() - all[first]->grown_kb()) *
                             static_cast<double>(all[stalled]->published) / std::max(o_["stalled"], 1U));
        return true;
    }

    int answer() {
        for (std::size_t i = 0; i < arms; ++i) {
            fmt::print("{:<22} p50 {:.2f} ms, p99 {:.2f} ms, {:.2f} us of processor a delivery (medians of {})\n",
                       names[i], middle(i, &Slice::p50), middle(i, &Slice::p99), middle(i, &Slice::cpu_us),
                       slices_[i].size());
        }
        const double without = tell("p99, without : without", second, &Slice::p99);
        const double with = tell("p99, with : without", stalled, &Slice::p99);
        tell("processor, with : without", stalled, &Slice::cpu_us);
        fmt::print("{:.0f} KB more memory a stalled reader than as many events took without (median of {}); each had {} frames waiting\n",
                   median(kilobytes_), kilobytes_.size(), queue_frames);
        const double goal = o_["at-most"] / 100.0;
        if (goal != 0 && (without > goal || without < 1 / goal)) {
            fmt::print(stderr, "two servers without stalled readers differ by {:.2f}: too noisy to tell\n", without);
            return 75;
        }
        if (goal != 0 && with > goal) {
            fmt::print(stderr, "the others hear {:.2f} times as late; the goal is {:.2f}\n", with, goal);
            return 1;
        }
        return 0;
    }

  private:
    static constexpr std::array<std::string_view, arms> names{"without stalled ones", "without, once more",
                                                              "with stalled ones"};

    bool turn(std::array<std::unique_ptr<Arm>, arms>& all, unsigned n, Slices* slices) {
        for (std::size_t i = 0; i < arms; ++i) {
            // Forwards and backwards in turn, each time from another one on.
            const std::size_t at = (n % 2 == 0 ? n / 2 + i : n / 2 + 2 * arms - i) % arms;
            const auto slice = all[at]->slice(o_["rate"]);
            if (!slice) {
                return false;
            }
            if (slices != nullptr) {
                (*slices)[at].push_back(*slice);
            }
        }
        return true;
    }
    double middle(std::size_t arm, double Slice::*what) const {
        std::vector<double> values;
        for (const Slice& slice : slices_[arm]) {
            values.push_back(slice.*what);
        }
        return median(std::move(values));
    }
    // Of all turns, how an arm stood to the first one. Gives the median.
    double tell(std::string_view name, std::size_t arm, double Slice::*what) const {
        std::vector<double> ratios;
        for (std::size_t i = 0; i < slices_[arm].size(); ++i) {
            ratios.push_back(slices_[arm][i].*what / slices_[first][i].*what);
        }
        const double low = quantile(ratios, 0.25);
        const double high = quantile(ratios, 0.75);
        fmt::print("{:<26} {:.2f} (median of {} turns; half of them {:.2f} to {:.2f})\n", name, median(ratios),
                   ratios.size(), low, high);
        return median(ratios);
    }

    Options o_;
    Slices slices_;
    std::vector<double> kilobytes_;
};

}  // namespace

int slow(Options options) {
    const unsigned rounds = options["rounds"];
    Question question(std::move(options));
    unsigned measured = 0;
    for (unsigned n = 0; n < rounds; ++n) {
        const bool counts = question.round();
        measured += counts ? 1U : 0U;
        if (!counts) {
            fmt::print(stderr, "round {} of {} counts for nothing\n", n + 1, rounds);
        }
    }
    return measured == 0 ? 69 : question.answer();
}

}  // namespace hubward::bench
