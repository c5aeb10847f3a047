// SPDX-License-Identifier: Apache-2.0
//
// Places with a date: who sits there, when nobody may any more, and what a cancelled one does.
#include <gtest/gtest.h>

#include "tests/support/summary.hpp"
#include "tests/support/world.hpp"

namespace hubward::test {
namespace {

using namespace matcher;
using namespace std::chrono_literals;

struct SessionsAt : testing::Test {
    SessionsAt() { world.hub("library").at(0).places(0); }
    ~SessionsAt() override { EXPECT_EQ(broken_rule(world.state()), ""); }

    SessionNumber publish(std::string_view hub, std::chrono::milliseconds in, std::uint16_t seats,
                          NeedSet needs = {}) {
        const Timestamp starts = world.clock.now() + in;
        world.must(PublishSession{hub_id_of(hub), needs, starts, starts + 2h, seats}, as_hub(hub));
        return world.hub_state(hub).last_session;
    }
    const Session& session(std::string_view hub, SessionNumber number) const {
        return *find(world.hub_state(hub).sessions, number);
    }
    Refused why(const Command& command, const Actor& actor = {}) {
        const auto sent = world.send(command, actor);
        return sent ? Refused::not_found : sent.error().why;
    }

    World world;
};

TEST_F(SessionsAt, ASeatIsOfferedWhenNoRunningPlaceIsLeft) {
    EXPECT_EQ(world.refer().send().hub(), "");
    const SessionNumber number = publish("library", 48h, 2);
    EXPECT_EQ(world.told(), "SessionPublished Offered");  // to the one who waits
    EXPECT_EQ(session("library", number).held, 1);
    Person person = world.refer().send();
    EXPECT_EQ(person.offer_state().session, number);
    EXPECT_EQ(world.places("library").held, 0);
    EXPECT_EQ(world.refer().send().hub(), "");  // two seats and no third

    person.accepted();
    EXPECT_EQ(world.told(), "Accepted AppointmentBooked");
    EXPECT_EQ(person.offer_state().appointment, session("library", number).starts);
    EXPECT_EQ(session("library", number).used, 1);
}

TEST_F(SessionsAt, TheEarliestThatHelpsIsTaken) {
    NeedSet repair;
    repair.add(Need::dev_repair);
    publish("library", 24h, 5, repair);
    const SessionNumber later = publish("library", 72h, 5);
    const SessionNumber sooner = publish("library", 48h, 1);
    EXPECT_EQ(world.refer().send().offer_state().session, sooner);
    EXPECT_EQ(world.refer().send().offer_state().session, later);
    EXPECT_EQ(world.refer().needs({Need::dev_repair}).send().offer_state().session, 1U);
}

TEST_F(SessionsAt, AHubWithRunningPlacesGivesThoseFirst) {
    publish("library", 48h, 5);
    world.capacity("library", UnitKind::place, 1);
    EXPECT_EQ(world.refer().send().offer_state().session, no_session);
    EXPECT_NE(world.refer().send().offer_state().session, no_session);
}

TEST_F(SessionsAt, AnOfferOfASeatEndsWhenTheSessionBegins) {
    publish("library", 2h, 1);
    Person person = world.refer().send();
    EXPECT_EQ(person.offer_state().answer_by, session("library", 1).starts);
    world.pass(2h);
    EXPECT_EQ(why(AcceptOffer{person.offer()}, as_hub("library")), Refused::no_unit_left);
    world.tick();
    EXPECT_EQ(world.told(), "OfferExpired GapRecorded");
}

TEST_F(SessionsAt, APassedSessionTakesNobodyAndFreesNothing) {
    publish("library", 2h, 1);
    Person seated = world.refer().send();
    seated.accepted();
    Person waiting = world.refer().send();
    world.pass(3h);
    seated.withdrawn();
    EXPECT_EQ(waiting.need(), NeedStatus::gap);
    EXPECT_EQ(session("library", 1).used, 0);
    world.pass(48h);
    publish("library", 24h, 1);
    EXPECT_EQ(find(world.hub_state("library").sessions, 1), nullptr);  // forgotten
    EXPECT_EQ(waiting.offer_state().session, 2U);
}

TEST_F(SessionsAt, ACancelledSessionSendsEverybodyOn) {
    const SessionNumber number = publish("library", 48h, 3);
    Person seated = world.refer().send();
    seated.accepted();
    Person asked = world.refer().send();
    const SessionNumber other = publish("library", 96h, 1);
    world.hub("elsewhere").at(4'000).places(5);
    world.must(CancelSession{hub_id_of("library"), number}, as_hub("library"));
    EXPECT_EQ(world.told(), "SessionCancelled HubWithdrew Offered OfferCancelled Offered");
    EXPECT_TRUE(seated.referral().raised);
    // The hub may be asked again, for another date.
    EXPECT_EQ(seated.hub(), "library");
    EXPECT_EQ(seated.offer_state().session, other);
    EXPECT_EQ(asked.hub(), "elsewhere");
    EXPECT_EQ(why(CancelSession{hub_id_of("library"), number}, as_hub("library")),
              Refused::session_invalid);
}

TEST_F(SessionsAt, OnceBegunASessionIsNotCancelled) {
    const SessionNumber number = publish("library", 2h, 3);
    Person seated = world.refer().send();
    seated.accepted();
    world.pass(2h);
    world.must(RecordContact{seated.offer(), Contact::attended}, as_hub("library"));
    EXPECT_EQ(why(CancelSession{hub_id_of("library"), number}, as_hub("library")),
              Refused::session_invalid);
}

TEST_F(SessionsAt, WhoHasAnotherDateLeavesTheSeat) {
    const SessionNumber number = publish("library", 48h, 1);
    Person person = world.refer().send();
    person.accepted();
    Person waiting = world.refer().send();
    ASSERT_EQ(waiting.need(), NeedStatus::gap);
    const Timestamp date = world.clock.now() + 24h;
    world.must(BookAppointment{person.offer(), date}, as_hub("library"));
    EXPECT_EQ(person.offer_state().session, no_session);
    EXPECT_EQ(person.offer_state().units[0], 0);  // no running place, so beside what is counted
    EXPECT_EQ(waiting.offer_state().session, number);
    world.must(CancelSession{hub_id_of("library"), number}, as_hub("library"));
    EXPECT_EQ(person.offer_state().status, OfferStatus::accepted);
    EXPECT_EQ(person.offer_state().appointment, date);
    // And back to a table, with the places that the person needs.
    const SessionNumber other = publish("library", 96h, 2);
    world.must(BookAppointment{person.offer(), {}, other}, as_hub("library"));
    EXPECT_EQ(person.offer_state().units[0], 1);
}

TEST_F(SessionsAt, WhomTheHubHelpsAlreadyStaysWhenTheSessionDoesNotTakePlace) {
    const SessionNumber number = publish("library", 48h, 2);
    Person person = world.refer().send();
    person.accepted();
    world.must(StartSupport{person.offer()}, as_hub("library"));
    world.must(CancelSession{hub_id_of("library"), number}, as_hub("library"));
    EXPECT_EQ(person.offer_state().status, OfferStatus::in_progress);
}

TEST_F(SessionsAt, ASeatIsOnlyForWhatIsHelpedWithThere) {
    NeedSet repair;
    repair.add(Need::dev_repair);
    world.capacity("library", UnitKind::place, 1);
    Person person = world.refer().send();
    person.accepted();
    EXPECT_EQ(why(BookAppointment{person.offer(), {}, publish("library", 48h, 2, repair)}, as_hub("library")),
              Refused::session_invalid);
}

TEST_F(SessionsAt, AnAppointmentMayBeASeatInsteadOfThePlace) {
    world.capacity("library", UnitKind::place, 1);
    Person person = world.refer().send();
    person.accepted();
    ASSERT_EQ(world.places("library").used, 1);
    Person waiting = world.refer().send();
    ASSERT_EQ(waiting.need(), NeedStatus::gap);
    const SessionNumber number = publish("library", 48h, 1);
    ASSERT_EQ(waiting.offer_state().session, number);
    waiting.declined(Reason::no_slot);
    world.must(BookAppointment{person.offer(), {}, number}, as_hub("library"));
    EXPECT_EQ(person.offer_state().session, number);
    EXPECT_EQ(session("library", number).used, 1);
    EXPECT_EQ(world.places("library").used, 0);
    const Timestamp ends = session("library", number).ends;
    EXPECT_EQ(person.offer_state().due,
              ends + std::chrono::milliseconds(world.state().care.after_appointment_ms));
    // Full, passed or unknown: no seat.
    Person third = world.refer().send();
    third.accepted();
    EXPECT_EQ(why(BookAppointment{third.offer(), {}, number}, as_hub("library")),
              Refused::no_unit_left);
    EXPECT_EQ(why(BookAppointment{third.offer(), {}, 9}, as_hub("library")),
              Refused::session_invalid);
    world.pass(48h);
    EXPECT_EQ(why(BookAppointment{third.offer(), {}, number}, as_hub("library")),
              Refused::session_invalid);
}

TEST_F(SessionsAt, AGroupTakesSeatsOrAWholeSession) {
    publish("library", 48h, 12);
    ReferralStory seats = world.refer().needs({Need::group_training});
    seats.command().ask.load = 5;
    Person five = seats.send();
    EXPECT_EQ(session("library", 1).held, 5);
    ReferralStory whole = world.refer().needs({Need::group_training});
    whole.command().ask.load = 10;
    whole.command().ask.whole_session = true;
    Person group = whole.send();
    EXPECT_EQ(group.hub(), "");  // somebody sits there
    five.withdrawn();
    EXPECT_EQ(group.offer_state().session, 1U);
    EXPECT_EQ(session("library", 1).held, 12);  // all of it, though they are ten
    EXPECT_EQ(world.refer().send().hub(), "");
}

TEST_F(SessionsAt, TheLastSeatsMayBeKeptToo) {
    HubStory(world, "library").at(0).places(0).command().profile.kept[0] = {
        1, UnitKind::place, KeptFor::urgent, {}, {}};
    publish("library", 48h, 2);
    EXPECT_EQ(world.refer().send().hub(), "library");
    EXPECT_EQ(world.refer().send().hub(), "");
    EXPECT_EQ(world.refer().urgent().send().hub(), "library");
}

TEST_F(SessionsAt, NoCapacityMeansThatThisSessionIsFull) {
    const SessionNumber first = publish("library", 24h, 4);
    const SessionNumber second = publish("library", 48h, 4);
    Person sits = world.refer().send();
    sits.accepted();
    Person person = world.refer().send();
    person.declined(Reason::no_capacity);
    EXPECT_EQ(session("library", first).seats, 1);
    EXPECT_EQ(session("library", second).seats, 4);
    EXPECT_EQ(world.places("library").declines, 0);
    EXPECT_EQ(world.refer().send().offer_state().session, second);
}

// Who was turned away from a full date is asked for another one, once the hub has a new one to give.
TEST_F(SessionsAt, AFullDateShutsTheDoorUntilThereIsRoomOrAnother) {
    const SessionNumber first = publish("library", 24h, 1);
    publish("library", 48h, 4);
    Person person = world.refer().send();
    person.declined(Reason::no_capacity);
    EXPECT_EQ(person.need(), NeedStatus::gap);
    world.pass(1h);
    const SessionNumber later = publish("library", 12h, 2);
    EXPECT_EQ(person.offer_state().session, later);
    person.declined(Reason::no_capacity);
    EXPECT_EQ(person.need(), NeedStatus::gap);
    world.pass(1h);
    world.must(SetSeats{hub_id_of("library"), first, 1}, as_hub("library"));
    EXPECT_EQ(person.offer_state().session, first);
}

TEST_F(SessionsAt, MoreSeatsAreOfferedToThoseWhoWaitAndFewerTakeNobodysAway) {
    const SessionNumber number = publish("library", 48h, 1);
    Person seated = world.refer().send();
    seated.accepted();
    Person waiting = world.refer().send();
    ASSERT_EQ(waiting.need(), NeedStatus::gap);
    world.must(SetSeats{hub_id_of("library"), number, 3}, as_hub("library"));
    EXPECT_EQ(world.told(), "CapacityReported Offered");
    EXPECT_EQ(waiting.offer_state().session, number);
    // Full: two are promised, and nobody else comes.
    world.must(SetSeats{hub_id_of("library"), number, 0}, as_hub("library"));
    EXPECT_EQ(session("library", number).seats, 2);
    EXPECT_EQ(seated.offer_state().status, OfferStatus::accepted);
    EXPECT_EQ(world.refer().send().hub(), "");
    EXPECT_EQ(world.places("library").maximum, 0);  // of its running places it said nothing
}

TEST_F(SessionsAt, SeatsAreSetByTheHubForASessionThatIsToCome) {
    const SessionNumber number = publish("library", 2h, 3);
    const HubId hub = hub_id_of("library");
    const std::uint32_t version = world.hub_state("library").version;
    EXPECT_EQ(why(SetSeats{hub, number, 5}, as_hub("elsewhere")), Refused::not_found);
    EXPECT_EQ(why(SetSeats{hub, number, 5, version + 1}), Refused::version_changed);
    EXPECT_EQ(why(CancelSession{hub, number, version + 1}), Refused::version_changed);
    const Timestamp soon = world.clock.now() + 24h;
    EXPECT_EQ(why(PublishSession{hub, {}, soon, soon + 1h, 1, version + 1}), Refused::version_changed);
    EXPECT_EQ(why(SetSeats{hub, number, limits::units_max + 1}), Refused::units_out_of_range);
    EXPECT_EQ(why(SetSeats{hub, number + 1, 5}), Refused::session_invalid);
    world.must(SetSeats{hub, number, 5, version});
    EXPECT_EQ(session("library", number).seats, 5);
    world.pass(2h);
    EXPECT_EQ(why(SetSeats{hub, number, 6}), Refused::session_invalid);
    const SessionNumber other = publish("library", 24h, 3);
    world.must(CancelSession{hub, other});
    EXPECT_EQ(why(SetSeats{hub, other, 6}), Refused::session_invalid);
}

TEST_F(SessionsAt, OnesThatCannotBeAreRefused) {
    const Timestamp soon = world.clock.now() + 24h;
    const HubId hub = hub_id_of("library");
    NeedSet devices;
    devices.add(Need::dev_loan);
    EXPECT_EQ(why(PublishSession{hub, {}, world.clock.now(), soon, 1}), Refused::date_invalid);
    EXPECT_EQ(why(PublishSession{hub, {}, soon, soon, 1}), Refused::session_invalid);
    EXPECT_EQ(why(PublishSession{hub, {}, soon, soon + 25h, 1}), Refused::session_invalid);
    EXPECT_EQ(why(PublishSession{hub, devices, soon, soon + 1h, 1}), Refused::session_invalid);
    EXPECT_EQ(why(PublishSession{hub, {}, soon, soon + 1h, 0}), Refused::units_out_of_range);
    EXPECT_EQ(why(PublishSession{hub, {}, soon, soon + 1h, 1}, as_practice("A81001")),
              Refused::not_found);
    for (std::size_t i = 0; i < limits::sessions_max; ++i) {
        publish("library", 24h, 1);
    }
    EXPECT_EQ(why(PublishSession{hub, {}, soon, soon + 1h, 1}), Refused::full);
    world.pass(27h);  // … and when those have ended, there is room again
    publish("library", 24h, 1);
    EXPECT_EQ(world.hub_state("library").sessions.size(), 1U);
}

}  // namespace
}  // namespace hubward::test
