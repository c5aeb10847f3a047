// SPDX-License-Identifier: Apache-2.0
#include "bench/town.hpp"

#include <cmath>
#include <string>

namespace hubward::bench {

using namespace matcher;

namespace {

constexpr Need needs[] = {Need::nhs_app,  Need::nhs_login,     Need::skill_foundation,
                          Need::dev_loan, Need::data_sim,      Need::trust_confidence,
                          Need::assess,   Need::social_connect};
constexpr const char* languages[] = {"ur", "pl", "pa", "ro", "ar", "bn", "fa", "so"};

Position somewhere(Random& random, std::size_t hubs) {
    const double side = 1000.0 * std::sqrt(static_cast<double>(hubs) / 0.15);
    const auto metres = static_cast<std::uint64_t>(side);
    Position p;
    p.y = static_cast<std::int32_t>(static_cast<std::int64_t>(random.below(metres)) *
                                    position_scale / earth_radius_metres);
    p.z = static_cast<std::int32_t>(static_cast<std::int64_t>(random.below(metres)) *
                                    position_scale / earth_radius_metres);
    const auto r = static_cast<double>(position_scale);
    const auto y = static_cast<double>(p.y);
    const auto z = static_cast<double>(p.z);
    p.x = static_cast<std::int32_t>(std::sqrt(r * r - y * y - z * z));
    return p;
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
    p.catchment = random.below(3) == 0 ? 5'000 + static_cast<Metres>(random.below(40'000)) : 0;
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
    ask.travel_max = random.below(10) < 7 ? 10'000 : 25'000;
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
