// SPDX-License-Identifier: Apache-2.0
//
// What the person agreed to is a rule: by their word or by its date, it ends what rests on it.
#include <gtest/gtest.h>

#include "matcher/audit.hpp"
#include "tests/support/summary.hpp"
#include "tests/support/world.hpp"

namespace hubward::test {
namespace {

using namespace matcher;
using namespace std::chrono_literals;

const Actor place{Role::place, HubSlug("town")};

PurposeSet only(Purpose purpose) {
    PurposeSet set;
    set.add(purpose);
    return set;
}

struct ConsentRule : testing::Test {
    ConsentRule() {
        world.hub("near").at(0).places(1);
        world.hub("far").at(900).places(3);
    }
    ~ConsentRule() override { EXPECT_EQ(broken_rule(world.state()), ""); }
    Refused why(const Command& command, const Actor& actor = {}) {
        const auto sent = world.send(command, actor);
        return sent ? Refused::stopping : sent.error().why;
    }
    World world;
};

TEST_F(ConsentRule, TakenBackWithAHubEverythingEndsInOneEntry) {
    Person person = world.refer().send();
    person.accepted();
    world.must(WithdrawConsent{person.id(), only(Purpose::share_with_hub)});
    EXPECT_EQ(world.told(), "ConsentWithdrawn Withdrawn OfferCancelled");
    EXPECT_EQ(person.status(), ReferralStatus::revoked);
    EXPECT_EQ(person.offer_state().reason, Reason::consent_withdrawn);
    EXPECT_EQ(world.places("near").used, 0);
    EXPECT_EQ(why(DiscloseDetails{person.id()}, as_hub("near")), Refused::not_found);
    EXPECT_EQ(why(WithdrawConsent{person.id(), only(Purpose::share_with_hub)}),
              Refused::consent_invalid);
}

TEST_F(ConsentRule, ThePlaceThatComesFreeGoesToWhoeverWaits) {
    world.hub("far").closed();
    Person first = world.refer().send();
    Person second = world.refer().send();
    EXPECT_EQ(second.need(), NeedStatus::gap);
    world.must(WithdrawConsent{first.id(), only(Purpose::share_with_hub)});
    EXPECT_EQ(second.hub(), "near");
}

TEST_F(ConsentRule, AnotherPurposeTakenBackLeavesTheHelpAsItIs) {
    Person person = world.refer().send();
    world.must(WithdrawConsent{person.id(), only(Purpose::share_status_with_referrer)});
    EXPECT_EQ(world.told(), "ConsentWithdrawn");
    EXPECT_EQ(person.status(), ReferralStatus::active);
    EXPECT_FALSE(person.referral().consents.given.has(Purpose::share_status_with_referrer));
    EXPECT_TRUE(person.referral().consents.given.has(Purpose::share_with_hub));
}

TEST_F(ConsentRule, ByItsDateTheNeedsGoBackToTheReferrerAndNobodyIsLost) {
    auto story = world.refer();
    story.command().consent.until = world.clock.now() + 30h;
    Person person = story.send();
    person.accepted();
    world.pass(30h - 1ms);
    world.tick();
    EXPECT_EQ(person.need(), NeedStatus::accepted);
    world.pass(1ms);
    EXPECT_EQ(why(DiscloseDetails{person.id()}, as_hub("near")), Refused::consent_missing)
        << "not even before the tick";
    world.tick();
    EXPECT_EQ(world.told(), "ConsentExpired OfferCancelled ReturnedToReferrer");
    EXPECT_EQ(person.need(), NeedStatus::with_referrer);
    EXPECT_EQ(keeping_of(world.state(), person.referral()).orphans, 0);
    EXPECT_EQ(why(ReleaseNeeds{person.id()}), Refused::consent_missing);
    world.must(GiveConsent{person.id(), {}}, as_practice("A81001"));
    world.must(ReleaseNeeds{person.id()});
    EXPECT_EQ(person.hub(), "near");
}

TEST_F(ConsentRule, AnOfferCannotBeAcceptedBetweenTheEndAndTheTick) {
    auto story = world.refer();
    story.command().consent.until = world.clock.now() + 1h;
    Person person = story.send();
    world.pass(1h);
    EXPECT_EQ(why(AcceptOffer{person.offer()}, as_hub("near")), Refused::consent_missing);
}

TEST_F(ConsentRule, AStatementMustNameAPurposeAndLieBehindUs) {
    Person person = world.refer().send();
    Consent none;
    none.purposes = {};
    Consent ahead;
    ahead.when = world.clock.now() + 2min;
    Consent over;
    over.until = world.clock.now();
    for (const Consent& bad : {none, ahead, over}) {
        EXPECT_EQ(why(GiveConsent{person.id(), bad}), Refused::consent_invalid);
    }
    EXPECT_EQ(why(GiveConsent{person.id(), {}}, as_hub("near")), Refused::not_found);
    EXPECT_EQ(why(GiveConsent{person.id(), {}}, as_practice("B99999")), Refused::not_found);
}

TEST_F(ConsentRule, WithoutItNothingIsOpenedAgain) {
    Person person = world.refer().send();
    world.must(WithdrawConsent{person.id(), {0xff}});
    EXPECT_EQ(why(ReopenReferral{person.id(), 0, 1}), Refused::consent_missing);
    world.must(GiveConsent{person.id(), {}});
    world.must(ReopenReferral{person.id(), 0, 1});
    EXPECT_EQ(person.hub(), "near");
}

TEST_F(ConsentRule, AHubThatHearsOfItEndsTheConsentToo) {
    Person person = world.refer().send();
    person.declined(Reason::no_consent);
    EXPECT_EQ(world.told(), "Declined ConsentWithdrawn Withdrawn");
    EXPECT_EQ(why(ReopenReferral{person.id(), 0, 1}), Refused::consent_missing);
}

TEST_F(ConsentRule, ErasureEndsWhatIsAliveAndLeavesCodes) {
    Person person = world.refer().send();
    person.accepted();
    EXPECT_EQ(why(EraseReferral{person.id()}, as_practice("A81001")), Refused::not_found);
    world.must(EraseReferral{person.id()}, place);
    EXPECT_EQ(world.told(), "Withdrawn OfferCancelled Erased");
    EXPECT_TRUE(world.state().to_shred.contains(*world.state().find(person.id())));
    EXPECT_FALSE(person.referral().ask.position.known());
    EXPECT_EQ(person.referral().ask.need_count, 1);
    for (const Command& late : {Command{EraseReferral{person.id()}}, Command{GiveConsent{person.id(), {}}},
                                Command{ReopenReferral{person.id(), 0, 1}},
                                Command{MarkError{person.id()}}}) {
        EXPECT_EQ(why(late, place), Refused::erased);
    }
    EXPECT_EQ(why(DiscloseDetails{person.id()}, as_practice("A81001")), Refused::erased);
    EXPECT_EQ(why(ConfirmErasure{person.id()}, place), Refused::not_found);
    world.must(ConfirmErasure{person.id()}, {Role::system, {}});
    EXPECT_EQ(world.told(), "KeyShredded");
    EXPECT_TRUE(world.state().to_shred.empty());
    world.must(ConfirmErasure{person.id()}, {Role::system, {}});
    EXPECT_EQ(world.told(), "") << "said twice, it is said once";
}

TEST_F(ConsentRule, AnotherAddressIsMatchedOnceFromThere) {
    Person person = world.refer().send();
    EXPECT_EQ(person.hub(), "near");
    world.must(MovePerson{person.id(), position_at(900, 0), PlaceCode("town"), 7});
    EXPECT_EQ(world.told(), "PersonMoved OfferCancelled Offered");
    EXPECT_EQ(person.hub(), "far");
    person.accepted();
    world.must(MovePerson{person.id(), position_at(0, 0), {}, 8});
    EXPECT_EQ(world.told(), "PersonMoved") << "a hub that has the person keeps them";
}

}  // namespace
}  // namespace hubward::test
