// SPDX-License-Identifier: Apache-2.0
//
// What reading and writing one document costs, beside copying its bytes.
#include <benchmark/benchmark.h>

#include <fstream>
#include <iterator>
#include <string>

#include "server/wire/fhir/referral_mapping.hpp"
#include "server/wire/json_reader.hpp"
#include "server/wire/referral_json.hpp"

namespace {

using namespace hubward;
using namespace hubward::server::wire;

std::string data(const char* name) {
    std::ifstream in(std::string(HUBWARD_TEST_DATA "/") + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void count(benchmark::State& state, std::size_t bytes) {
    state.SetBytesProcessed(static_cast<std::int64_t>(bytes) * state.iterations());
}

void copy_bytes(benchmark::State& state) {
    const auto text = data("referrals/full.json");
    for (auto _ : state) {
        std::string copy(text);
        benchmark::DoNotOptimize(copy.data());
    }
    count(state, text.size());
}
BENCHMARK(copy_bytes);

void parse_only(benchmark::State& state) {
    const auto text = data("referrals/full.json");
    for (auto _ : state) {
        benchmark::DoNotOptimize(read_json(text).has_value());
    }
    count(state, text.size());
}
BENCHMARK(parse_only);

void decode(benchmark::State& state) {
    const auto text = data("referrals/full.json");
    const Gazetteer nowhere;
    for (auto _ : state) {
        benchmark::DoNotOptimize(decode_referral(text, nowhere).has_value());
    }
    count(state, text.size());
}
BENCHMARK(decode);

void encode(benchmark::State& state) {
    ReferralFacts facts;
    facts.referral.ask = decode_referral(data("referrals/full.json"), {})->command.ask;
    facts.offers.resize(2);
    for (auto& offer : facts.offers) {
        offer.hub = matcher::HubSlug("holbeck-library");
        offer.hub_name = "Holbeck Library";
        offer.offer.needs = 1;
    }
    for (auto _ : state) {
        benchmark::DoNotOptimize(encode_referral(facts, Reader::practice).size());
    }
}
BENCHMARK(encode);

void decode_bars(benchmark::State& state) {
    const auto text = data("fhir/referral_new.json");
    const fhir::Served served{{"9000000001"}, {"dhub1"}};
    const Gazetteer nowhere;
    for (auto _ : state) {
        const auto message = fhir::read_message(text, served);
        benchmark::DoNotOptimize(fhir::map_referral(*message, text, nowhere, {}).details.size());
    }
    count(state, text.size());
}
BENCHMARK(decode_bars);

}  // namespace
