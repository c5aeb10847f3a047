// SPDX-License-Identifier: Apache-2.0
//
// What reading and writing one document costs, beside copying its bytes.
#include <benchmark/benchmark.h>

#include <fstream>
#include <iterator>
#include <string>

#include "server/wire/fhir/answer.hpp"
#include "server/wire/fhir/raw_json.hpp"
#include "server/wire/fhir/referral_mapping.hpp"
#include "server/wire/fhir/xml.hpp"
#include "server/wire/grid.hpp"
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
        benchmark::DoNotOptimize(
            fhir::map_referral(*message, text, nowhere, served, {}).details.size());
    }
    count(state, text.size());
}
BENCHMARK(decode_bars);

// The same bytes, only parsed: what decode_bars is a multiple of.
void parse_bars(benchmark::State& state) {
    const auto text = data("fhir/referral_new.json");
    for (auto _ : state) {
        benchmark::DoNotOptimize(read_json(text, fhir_depth_max).has_value());
    }
    count(state, text.size());
}
BENCHMARK(parse_bars);

void answer_bars(benchmark::State& state) {
    const auto bundle = fhir::squeezed_json(data("fhir/referral_new.json"));
    for (auto _ : state) {
        benchmark::DoNotOptimize(
            fhir::encode_referral_answer(bundle, {1, 2}, matcher::ReferralIndex{1}, {}, "urn:x").size());
    }
    count(state, bundle.size());
}
BENCHMARK(answer_bars);

void xml_out(benchmark::State& state) {
    const auto bundle = fhir::squeezed_json(data("fhir/referral_new.json"));
    for (auto _ : state) {
        benchmark::DoNotOptimize(fhir::xml_from_json(bundle).size());
    }
    count(state, bundle.size());
}
BENCHMARK(xml_out);

void xml_in(benchmark::State& state) {
    const auto xml = fhir::xml_from_json(fhir::squeezed_json(data("fhir/referral_new.json")));
    for (auto _ : state) {
        benchmark::DoNotOptimize(fhir::json_from_xml(xml)->size());
    }
    count(state, xml.size());
}
BENCHMARK(xml_in);

void grid_reference(benchmark::State& state) {
    double easting = 400'000;
    for (auto _ : state) {
        easting = easting < 500'000 ? easting + 1 : 400'000;
        benchmark::DoNotOptimize(from_national_grid(easting, 433'000)->latitude);
    }
}
BENCHMARK(grid_reference);

}  // namespace
