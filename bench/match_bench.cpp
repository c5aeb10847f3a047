// SPDX-License-Identifier: Apache-2.0
//
// How many questions "the ten best hubs for this person" does one core answer, and what exactly are the
// answers? Writes hubs, questions and answers as files that the peers of bench/matching.sh read.
//
//   bench_match FOLDER HUBS QUESTIONS
//
// One JSON line on standard output. Positions are whole units of 2^-29 Earth radii, points are whole, so
// a peer agrees when it gives the same hubs with the same points in the same order.
#include <ctime>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <numbers>
#include <string>
#include <vector>

#include "bench/town.hpp"
#include "matcher/search.hpp"

namespace {

using namespace hubward;
using matcher::Found;
using matcher::Hub;

double cpu_us() {
    timespec at{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
    return static_cast<double>(at.tv_sec) * 1e6 + static_cast<double>(at.tv_nsec) / 1e3;
}

constexpr std::uint64_t full_percent = 15;  // hubs without a free place
constexpr std::uint16_t most_places = 9;
constexpr matcher::Timestamp stated_at{1'000};
// A week on, so that confidence counts.
constexpr matcher::Timestamp asked_at{1'000 + 7LL * 24 * 3'600'000};

matcher::Engine full_town(std::size_t hubs) {
    matcher::Engine engine;
    bench::Random random;
    for (std::size_t i = 0; i < hubs; ++i) {
        matcher::UpsertHub command = bench::hub(random, i, hubs, 1);
        for (std::uint16_t& total : command.totals) {
            total = random.below(100) < full_percent
                        ? std::uint16_t{0}
                        : static_cast<std::uint16_t>(1 + random.below(most_places));
        }
        bench::step(engine, command, stated_at);
    }
    return engine;
}

// What a hub can serve now; the peers keep it as one mask.
std::uint64_t served(const Hub& hub) {
    std::uint64_t mask = 0;
    for (std::size_t n = 0; n < matcher::names<matcher::Need>().size(); ++n) {
        const auto need = static_cast<matcher::Need>(n);
        const auto kind = static_cast<std::size_t>(matcher::unit_for(need));
        if (hub.profile.needs.has(need) && hub.capacity[kind].free() > 0) {
            mask |= std::uint64_t{1} << n;
        }
    }
    return mask;
}

// Thousandths by which the hub's word can be relied on when the questions are asked. All its units were
// stated at one moment, so it is the same for whatever is needed, and one column says it.
matcher::Permille sure(const Hub& hub, const matcher::Policy& rules) {
    return matcher::confidence(hub.capacity[0], rules, asked_at);
}

// Bits for the few languages of the town: Language values are above 32.
struct Tongues {
    std::vector<matcher::Language> known;
    std::uint32_t bit(matcher::Language language) {
        auto at = std::ranges::find(known, language);
        if (at == known.end()) {
            at = known.insert(known.end(), language);
        }
        return 1U << (at - known.begin());
    }
    std::uint32_t mask(const matcher::LanguageSet& set) const {
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < known.size(); ++i) {
            bits |= set.has(known[i]) ? 1U << i : 0U;
        }
        return bits;
    }
};

double degrees(double radians) { return radians * 180.0 / std::numbers::pi; }
double latitude(const matcher::Position& p) {
    return degrees(std::asin(p.z / static_cast<double>(matcher::position_scale)));
}
double longitude(const matcher::Position& p) {
    return degrees(std::atan2(static_cast<double>(p.y), static_cast<double>(p.x)));
}

// Hubs are named by their rank among the ids, so that "of equals the smaller id" reads the same.
std::vector<std::uint32_t> ranks(const matcher::State& state) {
    std::vector<std::uint32_t> by_id(state.hubs.size());
    for (std::uint32_t i = 0; i < by_id.size(); ++i) {
        by_id[i] = i;
    }
    std::ranges::sort(by_id, {}, [&](std::uint32_t i) { return state.hubs[i].profile.id; });
    std::vector<std::uint32_t> rank(by_id.size());
    for (std::uint32_t r = 0; r < by_id.size(); ++r) {
        rank[by_id[r]] = r;
    }
    return rank;
}

void write(const std::string& folder, const matcher::State& state,
           const std::vector<matcher::SubmitReferral>& asks, const std::vector<std::uint32_t>& rank,
           const std::vector<std::vector<Found>>& answers) {
    Tongues tongues;
    for (const char* code : {"ur", "pl", "pa", "ro", "ar", "bn", "fa", "so"}) {
        tongues.bit(*matcher::parse_language(code));
    }
    std::ofstream hubs(folder + "/hubs.tsv");
    std::ofstream documents(folder + "/hubs.ndjson");
    char text[512];
    for (std::size_t i = 0; i < state.hubs.size(); ++i) {
        const Hub& hub = state.hubs[i];
        const matcher::HubProfile& p = hub.profile;
        std::snprintf(text, sizeof text, "%u\t%d\t%d\t%d\t%llu\t%u\t%u\t%u\t%u\t%u\t%.8f\t%.8f\n", rank[i],
                      p.position.x, p.position.y, p.position.z,
                      static_cast<unsigned long long>(served(hub)), tongues.mask(p.languages),
                      p.catchment, hub.capacity[0].free(), hub.capacity[0].total,
                      unsigned{sure(hub, state.policy)}, latitude(p.position), longitude(p.position));
        hubs << text;
        documents << R"({"slug":")" << p.slug.view() << R"(","name":"Hub )" << i
                  << R"(","place":"town","needs":[)";
        const char* comma = "";
        for (std::size_t n = 0; n < matcher::names<matcher::Need>().size(); ++n) {
            if (p.needs.has(static_cast<matcher::Need>(n))) {
                documents << comma << '"' << matcher::names<matcher::Need>()[n] << '"';
                comma = ",";
            }
        }
        documents << R"(],"languages":["en")";
        for (const matcher::Language language : tongues.known) {
            if (p.languages.has(language)) {
                documents << R"(,")" << matcher::code(language) << '"';
            }
        }
        std::snprintf(text, sizeof text,
                      R"(],"location":{"latitude":%.7f,"longitude":%.7f},"catchment_metres":%u,)"
                      R"("capacity":{"place":%u,"device":%u,"sim":%u}})"
                      "\n",
                      latitude(p.position), longitude(p.position), p.catchment,
                      hub.capacity[0].total, hub.capacity[1].total, hub.capacity[2].total);
        documents << text;
    }
    std::ofstream questions(folder + "/asks.tsv");
    std::ofstream bodies(folder + "/asks.ndjson");
    std::ofstream told(folder + "/answers.tsv");
    for (std::size_t i = 0; i < asks.size(); ++i) {
        const matcher::Ask& ask = asks[i].ask;
        std::uint64_t needs = 0;
        std::string codes;
        for (std::size_t n = 0; n < ask.need_count; ++n) {
            needs |= matcher::NeedSet::mask(ask.needs[n]);
            codes += (n == 0 ? "\"" : ",\"") + std::string(matcher::name(ask.needs[n])) + "\"";
        }
        const bool stated = ask.language != matcher::Language::not_stated;
        std::snprintf(text, sizeof text, "%zu\t%d\t%d\t%d\t%u\t%llu\t%u\t%u\t%d\t%.8f\t%.8f\n", i,
                      ask.position.x, ask.position.y, ask.position.z, ask.travel_max,
                      static_cast<unsigned long long>(needs), unsigned{ask.need_count},
                      stated ? tongues.bit(ask.language) : 0U, ask.language_required ? 1 : 0,
                      latitude(ask.position), longitude(ask.position));
        questions << text;
        std::snprintf(text, sizeof text,
                      R"({"needs":[%s],"location":{"latitude":%.7f,"longitude":%.7f},)"
                      R"("travel_max_metres":%u)",
                      codes.c_str(), latitude(ask.position), longitude(ask.position),
                      ask.travel_max);
        bodies << text;
        if (stated) {
            bodies << R"(,"language":")" << matcher::code(ask.language)
                   << R"(","language_required":)" << (ask.language_required ? "true" : "false");
        }
        bodies << "}\n";
        told << i;
        for (const Found& found : answers[i]) {
            told << '\t' << rank[static_cast<std::size_t>(found.hub)] << ':'
                 << found.verdict.score.total();
        }
        told << '\n';
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::fputs("usage: bench_match FOLDER HUBS QUESTIONS\n", stderr);
        return 64;
    }
    const std::size_t hubs = std::strtoul(argv[2], nullptr, 10);
    const std::size_t questions = std::strtoul(argv[3], nullptr, 10);
    const matcher::Engine engine = full_town(hubs);
    const matcher::State& state = engine.state();
    bench::Random random{7};
    std::vector<matcher::SubmitReferral> asks;
    std::vector<std::vector<Found>> answers;
    for (std::uint64_t i = 0; i < questions; ++i) {
        asks.push_back(bench::referral(random, i, hubs));
        answers.push_back(matcher::best_hubs(
            state, matcher::question(asks.back().ask, state.policy, asked_at), 10));
    }
    write(argv[1], state, asks, ranks(state), answers);
    double best = 1e18;
    std::size_t found = 0;
    for (int pass = 0; pass < 7; ++pass) {
        const double begin = cpu_us();
        for (const matcher::SubmitReferral& one : asks) {
            found += matcher::best_hubs(
                         state, matcher::question(one.ask, state.policy, asked_at), 10)
                         .size();
        }
        best = std::min(best, (cpu_us() - begin) / static_cast<double>(questions));
    }
    std::printf("{\"peer\":\"hubward\",\"hubs\":%zu,\"us\":%.3f,\"per_second\":%.0f,\"isa\":\"%s\","
                "\"found\":%.2f}\n",
                hubs, best, 1e6 / best, matcher::name_of(matcher::best_isa()).data(),
                static_cast<double>(found) / 7.0 / static_cast<double>(questions));
    return 0;
}
