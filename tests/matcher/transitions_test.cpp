// SPDX-License-Identifier: Apache-2.0
//
// Every step that a referral or an offer may take, taken; and every other one refused by name of the
// state that forbids it, with nothing changed. The tables are those of docs/GLOSSARY.md.
#include <gtest/gtest.h>

#include <map>

#include "tests/support/summary.hpp"
#include "tests/support/world.hpp"

namespace hubward::test {
namespace {

using namespace matcher;
using namespace std::chrono_literals;

// --- offers ---

enum class Step { open, accept, decline, start, book, attend, miss, no_contact, wait, transfer, give_back, outcome };
constexpr Step steps[] = {Step::open,    Step::accept,     Step::decline, Step::start,
                          Step::book,    Step::attend,     Step::miss,    Step::no_contact,
                          Step::wait,    Step::transfer,   Step::give_back, Step::outcome};

struct OfferCase {
    const char* name;
    OfferStatus status;
    void (*reach)(World&, Person&);  // from a fresh offer
    std::map<Step, OfferStatus> allowed;
};

void book(World& world, const Person& person) {
    world.must(BookAppointment{person.offer(), world.clock.now() + 48h}, as_hub(person.hub()));
}

const OfferCase offer_cases[] = {
    {"requested", OfferStatus::requested, [](World&, Person&) {},
     {{Step::open, OfferStatus::received},
      {Step::accept, OfferStatus::accepted},
      {Step::decline, OfferStatus::rejected}}},
    {"received", OfferStatus::received, [](World&, Person& p) { p.opened(); },
     {{Step::accept, OfferStatus::accepted}, {Step::decline, OfferStatus::rejected}}},
    {"accepted", OfferStatus::accepted, [](World&, Person& p) { p.accepted(); },
     {{Step::start, OfferStatus::in_progress},
      {Step::book, OfferStatus::accepted},
      {Step::no_contact, OfferStatus::accepted},
      {Step::wait, OfferStatus::on_hold},
      {Step::give_back, OfferStatus::failed},
      {Step::outcome, OfferStatus::completed}}},
    {"accepted and booked", OfferStatus::accepted,
     [](World& w, Person& p) {
         p.accepted();
         book(w, p);
     },
     {{Step::start, OfferStatus::in_progress},
      {Step::book, OfferStatus::accepted},
      {Step::attend, OfferStatus::in_progress},
      {Step::miss, OfferStatus::accepted},
      {Step::no_contact, OfferStatus::accepted},
      {Step::wait, OfferStatus::on_hold},
      {Step::give_back, OfferStatus::failed},
      {Step::outcome, OfferStatus::completed}}},
    {"in progress", OfferStatus::in_progress,
     [](World&, Person& p) {
         p.accepted();
         p.started();
     },
     {{Step::book, OfferStatus::in_progress},
      {Step::no_contact, OfferStatus::in_progress},
      {Step::wait, OfferStatus::on_hold},
      {Step::transfer, OfferStatus::on_hold},
      {Step::give_back, OfferStatus::failed},
      {Step::outcome, OfferStatus::completed}}},
    {"in progress and booked", OfferStatus::in_progress,
     [](World& w, Person& p) {
         p.accepted();
         p.started();
         book(w, p);
     },
     {{Step::book, OfferStatus::in_progress},
      {Step::attend, OfferStatus::in_progress},
      {Step::miss, OfferStatus::in_progress},
      {Step::no_contact, OfferStatus::in_progress},
      {Step::wait, OfferStatus::on_hold},
      {Step::transfer, OfferStatus::on_hold},
      {Step::give_back, OfferStatus::failed},
      {Step::outcome, OfferStatus::completed}}},
    {"on the hub's own list", OfferStatus::on_hold,
     [](World& w, Person& p) {
         p.accepted();
         w.must(WaitlistAtHub{p.offer(), w.clock.now() + 48h}, as_hub(p.hub()));
     },
     {{Step::start, OfferStatus::in_progress},
      {Step::book, OfferStatus::accepted},
      {Step::give_back, OfferStatus::failed}}},
    {"being passed on", OfferStatus::on_hold,
     [](World& w, Person& p) {
         p.accepted();
         p.started();
         w.must(TransferOffer{p.offer(), {}}, as_hub(p.hub()));
     },
     {{Step::give_back, OfferStatus::failed}}},
    {"rejected", OfferStatus::rejected, [](World&, Person& p) { p.declined(Reason::no_slot); }, {}},
    {"cancelled", OfferStatus::cancelled, [](World&, Person& p) { p.withdrawn(); }, {}},
    {"failed", OfferStatus::failed,
     [](World&, Person& p) {
         p.accepted();
         p.returned(Reason::hub_withdrew);
     },
     {}},
    {"completed", OfferStatus::completed,
     [](World&, Person& p) {
         p.accepted();
         p.outcome(Outcome::need_met);
     },
     {}},
};

Command command_for(Step step, const OfferRef& ref, Timestamp now) {
    switch (step) {
        case Step::open: return OpenOffer{ref};
        case Step::accept: return AcceptOffer{ref};
        case Step::decline: return DeclineOffer{ref, Reason::no_slot};
        case Step::start: return StartSupport{ref};
        case Step::book: return BookAppointment{ref, now + 24h};
        case Step::attend: return RecordContact{ref, Contact::attended};
        case Step::miss: return RecordContact{ref, Contact::did_not_attend};
        case Step::no_contact: return RecordContact{ref, Contact::no_contact};
        case Step::wait: return WaitlistAtHub{ref, now + 24h};
        case Step::transfer: return TransferOffer{ref, {}};
        case Step::give_back: return ReturnOffer{ref, Reason::hub_withdrew};
        case Step::outcome: return RecordOutcome{ref, 0, Outcome::need_met};
    }
    return Tick{};
}

TEST(Transitions, EveryStepOfAnOfferIsTakenOrRefusedByItsState) {
    int taken = 0;
    int refused = 0;
    for (const OfferCase& from : offer_cases) {
        for (const Step step : steps) {
            World world;
            world.hub("near").at(0);
            world.hub("far").at(900);
            Person person = world.refer().send();
            const OfferRef first = person.offer();
            from.reach(world, person);
            const auto status = [&] {
                return world.state().at(*world.state().offer(person.referral(), 1)).status;
            };
            ASSERT_EQ(status(), from.status) << from.name;
            const std::uint64_t before = world.state().state_hash();
            const auto done =
                world.send(command_for(step, first, world.clock.now()), as_hub("near"));
            const auto row = from.allowed.find(step);
            if (row != from.allowed.end()) {
                ++taken;
                ASSERT_TRUE(done) << from.name << " step " << static_cast<int>(step);
                EXPECT_EQ(status(), row->second) << from.name << " step " << static_cast<int>(step);
            } else {
                ++refused;
                ASSERT_FALSE(done) << from.name << " step " << static_cast<int>(step);
                EXPECT_EQ(done.error().why, Refused::state_forbids);
                EXPECT_EQ(done.error().offer_status, from.status);
                EXPECT_EQ(world.state().state_hash(), before);
            }
            EXPECT_EQ(broken_rule(world.state()), "") << from.name;
        }
    }
    EXPECT_EQ(taken, 37);
    EXPECT_EQ(taken + refused, static_cast<int>(std::size(offer_cases) * std::size(steps)));
}

// --- referrals ---

enum class Turn { pause, resume, withdraw, reopen, error, release, choose, close_need, assign };
constexpr Turn turns[] = {Turn::pause, Turn::resume,  Turn::withdraw, Turn::reopen,    Turn::error,
                          Turn::release, Turn::choose, Turn::close_need, Turn::assign};

struct ReferralCase {
    const char* name;
    ReferralStatus status;
    void (*reach)(World&, Person&);
    std::map<Turn, ReferralStatus> allowed;
};

// Active with a need that came back to the practice, so that people have something to decide.
void back(World&, Person& p) {
    p.declined(Reason::missing_information);
}

const ReferralCase referral_cases[] = {
    {"active", ReferralStatus::active, back,
     {{Turn::pause, ReferralStatus::on_hold},
      {Turn::withdraw, ReferralStatus::revoked},
      {Turn::error, ReferralStatus::entered_in_error},
      {Turn::release, ReferralStatus::active},
      {Turn::choose, ReferralStatus::active},
      {Turn::close_need, ReferralStatus::completed},
      {Turn::assign, ReferralStatus::active}}},
    {"on hold", ReferralStatus::on_hold,
     [](World& w, Person& p) {
         back(w, p);
         w.must(PauseReferral{p.id(), Reason::person_unavailable, w.clock.now() + 48h});
     },
     {{Turn::resume, ReferralStatus::active},
      {Turn::withdraw, ReferralStatus::revoked},
      {Turn::error, ReferralStatus::entered_in_error},
      {Turn::close_need, ReferralStatus::completed},
      {Turn::assign, ReferralStatus::on_hold}}},
    {"revoked", ReferralStatus::revoked, [](World&, Person& p) { p.withdrawn(); },
     {{Turn::reopen, ReferralStatus::active}, {Turn::error, ReferralStatus::entered_in_error}}},
    {"completed", ReferralStatus::completed,
     [](World&, Person& p) { p.declined(Reason::person_declined); },
     {{Turn::reopen, ReferralStatus::active}, {Turn::error, ReferralStatus::entered_in_error}}},
    {"entered in error", ReferralStatus::entered_in_error,
     [](World&, Person& p) { p.withdrawn(Reason::sent_in_error); }, {}},
};

Command command_for(Turn turn, ReferralId id, Timestamp now) {
    switch (turn) {
        case Turn::pause: return PauseReferral{id, Reason::person_unavailable, now + 24h};
        case Turn::resume: return ResumeReferral{id};
        case Turn::withdraw: return WithdrawReferral{id, Reason::withdrawn_by_person};
        case Turn::reopen: return ReopenReferral{id, 0, 77};
        case Turn::error: return MarkError{id};
        case Turn::release: return ReleaseNeeds{id};
        case Turn::choose: return ChooseHub{id, hub_id_of("far")};
        case Turn::close_need: return CloseNeed{id, 0, Outcome::passed_on};
        case Turn::assign: return AssignOwner{id, OwnerName("link-worker")};
    }
    return Tick{};
}

TEST(Transitions, EveryTurnOfAReferralIsTakenOrRefusedByItsState) {
    int taken = 0;
    for (const ReferralCase& from : referral_cases) {
        for (const Turn turn : turns) {
            World world;
            world.hub("near").at(0);
            world.hub("far").at(900);
            Person person = world.refer().send();
            from.reach(world, person);
            ASSERT_EQ(person.status(), from.status) << from.name;
            const std::uint64_t before = world.state().state_hash();
            const auto done = world.send(command_for(turn, person.id(), world.clock.now()),
                                         {Role::place, HubSlug("town")});
            const auto row = from.allowed.find(turn);
            if (row != from.allowed.end()) {
                ++taken;
                ASSERT_TRUE(done) << from.name << " turn " << static_cast<int>(turn);
                EXPECT_EQ(person.status(), row->second) << from.name;
            } else {
                ASSERT_FALSE(done) << from.name << " turn " << static_cast<int>(turn);
                EXPECT_EQ(done.error().why, Refused::state_forbids) << from.name;
                EXPECT_EQ(done.error().referral_status, from.status);
                EXPECT_EQ(world.state().state_hash(), before);
            }
            EXPECT_EQ(broken_rule(world.state()), "") << from.name;
        }
    }
    EXPECT_EQ(taken, 16);
}

}  // namespace
}  // namespace hubward::test
