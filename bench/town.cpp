// SPDX-License-Identifier: Apache-2.0
#include "bench/town.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace hubward::bench {

using namespace matcher;

namespace {

constexpr Need needs[] = {Need::nhs_app,  Need::nhs_login,     Need::skill_foundation,
                          Need::dev_loan, Need::data_sim,      Need::trust_confidence,
                          Need::assess,   Need::social_connect};
constexpr const char* languages[] = {"ur", "pl", "pa", "ro", "ar", "bn", "fa", "so"};

constexpr double hubs_per_km2 = 0.15;   // of England, were there 20,000
constexpr std::uint64_t hubs_a_town = 60;  // on average; the first town has many times as many

double share(Random& random) {  // 0 … 1
    return static_cast<double>(random.next() >> 11) * 0x1p-53;
}
// Four dice make a bell of deviation 1 that is good enough for a town.
double bell(Random& random) {
    return (share(random) + share(random) + share(random) + share(random) - 2.0) * 1.732;
}

// Towns by the law of Zipf (rank to the power of -0.8), each in a bell around its middle, and one of ten
// out in the country. In metres from a corner of the square.
Position somewhere(Random& random, std::size_t hubs) {
    const double side = 1000.0 * std::sqrt(static_cast<double>(hubs) / hubs_per_km2);
    double y = share(random) * side;
    double z = share(random) * side;
    if (random.below(10) != 0) {
        const auto towns = static_cast<double>(1 + hubs / hubs_a_town);
        const double rank = std::floor(towns * std::pow(share(random), 5.0)) + 1.0;
        Random middle{static_cast<std::uint64_t>(rank) * 0x9e37'79b9ULL};
        const double width =
            1'200.0 + 6'000.0 * std::pow(rank, -0.32) * std::min(1.0, side / 100'000.0);
        y = std::clamp(share(middle) * side + bell(random) * width, 0.0, side);
        z = std::clamp(share(middle) * side + bell(random) * width, 0.0, side);
    }
    constexpr double units = static_cast<double>(position_scale) / earth_radius_metres;
    Position p;
    p.y = static_cast<std::int32_t>(y * units);
    p.z = static_cast<std::int32_t>(z * units);
    const auto r = static_cast<double>(position_scale);
    const auto py = static_cast<double>(p.y);
    const auto pz = static_cast<double>(p.z);
    p.x = static_cast<std::int32_t>(std::sqrt(r * r - py * py - pz * pz));
    return p;
}

// Most hubs are for their neighbourhood, some for a town or a county, a few for everybody.
Metres catchment(Random& random) {
    const std::uint64_t of = random.below(200);
    const auto between = [&](Metres from, Metres to) {
        return from + static_cast<Metres>(random.below(to - from));
    };
    return of < 120   ? between(3'000, 8'000)
           : of < 180 ? between(8'000, 25'000)
           : of < 199 ? between(25'000, 60'000)
                      : 0;
}

}  // namespace

std::uint64_t Random::next() {
    state += 0x9e37'79b9'7f4a'7c15ULL;
    std::uint64_t x = state;
    x = (x ^ (x >> 30)) * 0xbf58'476d'1ce4'e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d0'49bb'1331'11ebULL;
    return x ^ (x >> 31);
}

UpsertHub hub(Random& random, std::uint64_t number, std::size_t hubs, std::uint16_t places) {
    UpsertHub command;
    HubProfile& p = command.profile;
    p.id = {random.next(), number};
    p.slug = HubSlug("hub-" + std::to_string(number));
    p.place = PlaceCode("town");
    p.position = somewhere(random, hubs);
    p.catchment = catchment(random);
    for (const Need need : needs) {
        if (random.below(10) < 6) {
            p.needs.add(need);
        }
    }
    p.languages.add(*parse_language("en"));
    for (const char* language : languages) {
        if (random.below(8) == 0) {
            p.languages.add(*parse_language(language));
        }
    }
    command.totals = {places, places, places};
    return command;
}

SubmitReferral referral(Random& random, std::uint64_t number, std::size_t hubs) {
    SubmitReferral command;
    command.id = {0x0190'0000'0000'7000ULL + random.below(1'000'000), number + 1};
    command.practice = PracticeCode("A8" + std::to_string(1000 + random.below(6'500)));
    command.share_with_hub = true;
    Ask& ask = command.ask;
    ask.need_count = static_cast<std::uint8_t>(1 + random.below(3));
    const std::uint64_t first = random.below(std::size(needs));
    for (std::size_t i = 0; i < ask.need_count; ++i) {
        ask.needs[i] = needs[(first + i) % std::size(needs)];
    }
    ask.position = somewhere(random, hubs);
    // Seven of ten stay near, two go to the next town, one goes anywhere in the region.
    const std::uint64_t willing = random.below(10);
    ask.travel_max = willing < 7 ? 10'000 : willing < 9 ? 25'000 : 100'000;
    if (random.below(100) < 15) {
        ask.language = *parse_language(languages[random.below(std::size(languages))]);
        ask.language_required = random.below(2) == 0;
    }
    return command;
}

Made offered_referral(const State& state, Random& random, std::uint64_t number, std::size_t hubs) {
    Made made;
    made.batch.first = state.last + 1;
    SubmitReferral ask = referral(random, number, hubs);
    ask.ask.need_count = 1;
    const auto index = ReferralIndex{static_cast<std::uint32_t>(number)};
    const auto hub = HubIndex{static_cast<std::uint32_t>(number % hubs)};
    const std::uint64_t seq = state.practice_head(ask.practice);
    made.batch.events.push_back(ReferralSubmitted{index, seq + 1, ask.id, ask.practice,
                                                  ask.practice_ref, ask.source, number, ask.ask});
    Offered offered;
    offered.on = {index, OfferIndex{static_cast<std::uint32_t>(number)}, hub, seq + 2,
                  state.at(hub).feed_head + 1};
    offered.needs = 1;
    offered.units[number % unit_kinds] = 1;
    offered.answer_by = first_due + std::chrono::milliseconds(number);
    made.batch.events.push_back(offered);
    made.entry.number = made.batch.first;
    made.entry.at = Timestamp{2'000};
    made.entry.key = {random.next(), number};
    made.entry.event_count = 2;
    return made;
}

bool step(Engine& engine, const Command& command, Timestamp at) {
    Envelope envelope;
    envelope.command = command;
    Batch batch;
    batch.first = engine.state().last + 1;
    return engine.step(envelope, at, batch).has_value();
}

Engine town(std::size_t hubs, std::uint16_t places) {
    Engine engine;
    Random random;
    for (std::size_t i = 0; i < hubs; ++i) {
        step(engine, hub(random, i, hubs, places), Timestamp{1'000});
    }
    return engine;
}

}  // namespace hubward::bench
