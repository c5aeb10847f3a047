// SPDX-License-Identifier: Apache-2.0
//
// A small town for tests: hubs, a practice, people. Reads like a story and sends real commands to a
// real Engine; each must be accepted unless the story says otherwise.
//
//   World world;
//   world.hub("near").at(0).places(0);
//   world.hub("far").at(900).places(1);
//   EXPECT_EQ(world.refer().at(0).send().hub(), "far");
#pragma once

#include <chrono>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "matcher/engine.hpp"
#include "tests/support/generator.hpp"
#include "tests/support/manual_clock.hpp"

namespace hubward::test {

class World;

// A hub's statement, sent when the sentence ends.
class HubStory {
  public:
    HubStory(World& world, std::string_view name);
    HubStory(const HubStory&) = delete;
    HubStory& operator=(const HubStory&) = delete;
    ~HubStory();

    HubStory& at(std::int64_t metres_east);
    HubStory& places(std::uint16_t n);
    HubStory& devices(std::uint16_t n);
    HubStory& sims(std::uint16_t n);
    HubStory& offers(std::initializer_list<matcher::Need> needs);  // otherwise: all needs
    HubStory& speaks(std::string_view language);
    HubStory& with(matcher::Access access);
    HubStory& in_place(std::string_view place);
    HubStory& closed();
    matcher::UpsertHub& command() { return command_; }

  private:
    World& world_;
    matcher::UpsertHub command_;
};

// A referral that was sent: ask how it stands.
class Person {
  public:
    Person(World& world, matcher::ReferralId id) : world_(&world), id_(id) {}

    matcher::ReferralId id() const { return id_; }
    const matcher::Referral& referral() const;
    matcher::ReferralStatus status() const { return referral().status; }
    matcher::NeedStatus need(std::size_t i = 0) const { return referral().needs[i].status; }
    // Hub and reference of the newest offer for the need; "" when there never was one.
    std::string hub(std::size_t need = 0) const;
    matcher::OfferRef offer(std::size_t need = 0) const;
    const matcher::Offer& offer_state(std::size_t need = 0) const;
    // The asked hub of that offer does this.
    void opened(std::size_t need = 0);
    void accepted(std::size_t need = 0);
    void declined(matcher::Reason why, std::size_t need = 0);
    void started(std::size_t need = 0);
    void returned(matcher::Reason why, std::size_t need = 0);
    void outcome(matcher::Outcome what, std::size_t need = 0);
    void withdrawn(matcher::Reason why = matcher::Reason::withdrawn_by_person);

  private:
    World* world_;
    matcher::ReferralId id_;
};

class ReferralStory {
  public:
    explicit ReferralStory(World& world);
    ReferralStory& at(std::int64_t metres_east);
    ReferralStory& needs(std::initializer_list<matcher::Need> needs);  // otherwise: nhs-app
    ReferralStory& speaks(std::string_view language, bool required = false);
    ReferralStory& urgent();
    ReferralStory& by(std::string_view practice);
    matcher::SubmitReferral& command() { return command_; }
    Person send();

  private:
    World& world_;
    matcher::SubmitReferral command_;
};

class World {
  public:
    HubStory hub(std::string_view name) { return {*this, name}; }
    ReferralStory refer() { return ReferralStory(*this); }
    void pass(std::chrono::milliseconds time) { clock.advance(time); }
    void tick();
    void adopt(const matcher::Policy& policy);
    void capacity(std::string_view hub, matcher::UnitKind kind, std::uint16_t total);

    // Sends it and returns what came of it; the last batch stays in `batch`.
    std::expected<matcher::Receipt, matcher::Rejection> send(const matcher::Command& command,
                                                             const matcher::Actor& actor = {});
    // … and aborts the test run when it is refused: a story's own mistake.
    void must(const matcher::Command& command, const matcher::Actor& actor = {});

    const matcher::State& state() const { return engine.state(); }
    const matcher::Hub& hub_state(std::string_view name) const;
    const matcher::Capacity& places(std::string_view hub) const;
    // Names of the last batch's events: "Declined Offered".
    std::string told() const;

    matcher::Engine engine;
    ManualClock clock;
    matcher::Batch batch;
    std::uint64_t people = 0;
};

matcher::HubId hub_id_of(std::string_view name);
matcher::Actor as_hub(std::string_view name);
matcher::Actor as_practice(std::string_view code);

}  // namespace hubward::test
