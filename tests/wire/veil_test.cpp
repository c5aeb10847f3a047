// SPDX-License-Identifier: Apache-2.0
//
// What a practice is told when the person did not agree to all of it.
#include "server/wire/veil.hpp"

#include "server/wire/event_json.hpp"
#include "server/wire/json_reader.hpp"
#include "tests/wire/support.hpp"

namespace hubward::server::wire {
namespace {

using namespace matcher;  // the events

Referral with(PurposeSet purposes) {
    Referral referral;
    Consent consent;
    consent.purposes = purposes;
    referral.consents.give(consent);
    return referral;
}

TEST(Veil, TheReferrersOwnWordsAndTheEndsAreAlwaysTold) {
    const Referral silent = with({});
    for (const Event& event : {Event(ReferralSubmitted{}), Event(ConsentWithdrawn{}),
                               Event(ConsentExpired{}), Event(Withdrawn{}), Event(Erased{})}) {
        EXPECT_TRUE(practice_may_hear(silent, event)) << event_name(event);
    }
    for (const Event& event : {Event(Offered{}), Event(Accepted{}), Event(GapRecorded{}),
                               Event(OutcomeRecorded{}), Event(AllNeedsResolved{})}) {
        EXPECT_FALSE(practice_may_hear(silent, event)) << event_name(event);
    }
}

TEST(Veil, OutcomesAreAPurposeOfTheirOwn) {
    PurposeSet status;
    status.add(matcher::Purpose::share_status_with_referrer);
    EXPECT_TRUE(practice_may_hear(with(status), Accepted{}));
    EXPECT_FALSE(practice_may_hear(with(status), OutcomeRecorded{}));
    EXPECT_FALSE(practice_may_hear(with(status), PersonAnswered{}));
    EXPECT_TRUE(practice_may_hear(with(direct_care), OutcomeRecorded{}));
    PurposeSet outcome;
    outcome.add(matcher::Purpose::share_outcome_with_gp);
    EXPECT_FALSE(practice_may_hear(with(outcome), OutcomeRecorded{})) << "no outcome without a status";
}

TEST(Veil, AVeiledEventKeepsItsNumberAndSaysNothing) {
    EventSubject subject;
    subject.referral = {1, 2};
    subject.ordinal = 3;
    subject.hub = {"holbeck", "Holbeck Library"};
    subject.veiled = true;
    Declined declined;
    declined.reason = Reason::safety_concern;
    const auto text = encode_event({}, declined, subject, "practice/X99001", 7, 42, Detail::full);
    const auto json = read_json(text);
    ASSERT_TRUE(json) << text;
    EXPECT_EQ(json->text_at("sequence"), "00000000000000000007");
    EXPECT_EQ(json->text_at("type"), "org.hubward.referral.veiled.v1");
    EXPECT_EQ(json->find("data")->text_at("event"), "Veiled");
    for (const char* secret : {"olbeck", "safety", "eclined", ".3"}) {
        EXPECT_EQ(text.find(secret), std::string::npos) << text;
    }
}

TEST(Veil, TheAskIsToldAsItWasSent) {
    Ask sent;
    sent.needs[0] = Need::nhs_app;
    sent.need_count = 1;
    sent.travel_max = 5'000;
    sent.together = true;
    sent.access.add(Access::wheelchair);
    Ask now = sent;
    now.needs[now.need_count++] = Need::data_sim;  // found by a hub
    now.travel_max = 2'000;                        // said to a hub
    now.access.add(Access::home_visit);
    now.together = false;                          // served apart
    now.age = 255;
    veil_ask(now, sent);
    EXPECT_EQ(now, sent);
    sent.age = 70;  // forgotten since, and not brought back
    veil_ask(now, sent);
    EXPECT_EQ(now.age, 255);
}

}  // namespace
}  // namespace hubward::server::wire
