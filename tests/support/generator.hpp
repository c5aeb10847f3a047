// SPDX-License-Identifier: Apache-2.0
//
// Command streams from a seed: the same seed gives the same stream on every machine and compiler.
// Whole numbers only, and no distribution of the standard library, whose results may differ.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "matcher/command.hpp"
#include "matcher/state.hpp"

namespace hubward::test {

// SplitMix64.
class Random {
  public:
    explicit Random(std::uint64_t seed) : state_(seed) {}
    std::uint64_t next();
    std::uint64_t below(std::uint64_t bound) { return next() % bound; }
    bool chance(unsigned percent) { return below(100) < percent; }

  private:
    std::uint64_t state_;
};

// A point so many metres east and north of where the equator meets the meridian of Greenwich.
matcher::Position position_at(std::int64_t east, std::int64_t north);

// A few needs that most hubs share, so that people compete; and three that use other units.
inline constexpr matcher::Need common_needs[] = {
    matcher::Need::nhs_app,  matcher::Need::skill_foundation, matcher::Need::nhs_login,   matcher::Need::dev_loan,
    matcher::Need::data_sim, matcher::Need::assess,           matcher::Need::lang_support};

// The id of the generator's hub with this number, and its slug.
matcher::HubId generated_hub(std::uint64_t index);
std::string hub_slug(std::uint64_t index);

struct StreamSettings {
    std::size_t hubs = 8;
    std::size_t practices = 4;
    std::int64_t town_metres = 12'000;  // everybody lives and works within
    bool with_keys = true;
};

class Generator {
  public:
    explicit Generator(std::uint64_t seed, StreamSettings settings = {});

    // The next request, as somebody who knows `seen` might send it. Some make no sense: a wrong
    // actor, an old version, an answer to an offer that ended. Ticket::generation numbers them 1, 2
    // …
    matcher::Envelope next(const matcher::State& seen);
    // How much time goes by before the next one: mostly moments, now and then days.
    std::chrono::milliseconds pause();

    // Now and then one that the core must refuse.
    matcher::UpsertHub hub(std::size_t index);
    // One that it takes: a world to ask questions in needs all its hubs.
    matcher::UpsertHub sound_hub(std::size_t index);
    matcher::SubmitReferral referral();
    Random& random() { return random_; }

  private:
    matcher::Command command(const matcher::State& seen, matcher::Actor& actor);
    matcher::Command on_offer(const matcher::State& seen, matcher::Actor& actor);
    matcher::Command on_hub(const matcher::State& seen, matcher::Actor& actor);
    matcher::Command on_referral(const matcher::State& seen, matcher::Actor& actor);
    matcher::Command on_words(const matcher::State& seen, matcher::Actor& actor);
    matcher::RecordPersonWord contradiction(const matcher::State& seen, matcher::Actor& actor);
    matcher::ReferralId duplicate(const matcher::State& seen, matcher::Reason reason);
    matcher::Position somewhere();
    void keeps(matcher::HubProfile& profile);
    void opens_weekly(matcher::HubProfile& profile);
    matcher::Command session(const matcher::State& seen, std::size_t hub);
    void make_onward(const matcher::State& seen, matcher::SubmitReferral& command);
    matcher::SessionNumber some_session(const matcher::Hub& hub);
    void whom_it_serves(matcher::HubProfile& profile);
    matcher::Week week();
    matcher::Closures closures();
    matcher::CalendarYear calendar_year();
    matcher::Care care(const matcher::State& seen);
    matcher::Timestamp date(const matcher::State& seen);

    StreamSettings settings_;
    Random random_;
    std::uint64_t sent_ = 0;
    std::uint64_t referrals_ = 0;
};

}  // namespace hubward::test
