// SPDX-License-Identifier: Apache-2.0
#include "server/wire/fhir/task.hpp"

#include "server/wire/closed_days_json.hpp"
#include "server/wire/fhir/healthcare_service.hpp"
#include "server/wire/fhir/reasons.hpp"
#include "server/wire/fhir/response_message.hpp"
#include "tests/wire/fhir_support.hpp"

namespace hubward::server::wire::fhir {
namespace {

using matcher::OfferStatus;
using matcher::Outcome;
using matcher::ReferralStatus;

ReferralFacts referral_with(std::initializer_list<OfferStatus> offers, ReferralStatus status = ReferralStatus::active,
                            Outcome outcome = Outcome::none) {
    ReferralFacts facts;
    facts.referral.id = {0x0192'3456'789a'7bcdULL, 0x8def'0123'4567'89abULL};
    facts.referral.status = status;
    facts.referral.source = matcher::Source::bars;
    facts.referral.ask.needs[0] = matcher::Need::nhs_app;
    facts.referral.ask.need_count = 1;
    facts.referral.needs[0].outcome = outcome;
    for (const auto offer : offers) {
        OfferFacts one;
        one.offer.status = offer;
        one.offer.ordinal = static_cast<std::uint8_t>(facts.offers.size() + 1);
        one.offer.needs = 1;
        one.hub = matcher::HubSlug("riverside-library");
        one.hub_name = "Riverside Library";
        facts.offers.push_back(one);
    }
    return facts;
}

struct Case {
    std::initializer_list<OfferStatus> offers;
    ReferralStatus status;
    Outcome outcome;
    std::string_view task;
};

TEST(FhirTask, ThePracticesTaskFollowsTheReferral) {
    using enum OfferStatus;
    for (const auto& [offers, status, outcome, task] : {
             Case{{}, ReferralStatus::active, Outcome::none, "requested"},
             Case{{requested}, ReferralStatus::active, Outcome::none, "requested"},
             Case{{rejected, received}, ReferralStatus::active, Outcome::none, "requested"},
             Case{{rejected, accepted}, ReferralStatus::active, Outcome::none, "accepted"},
             Case{{accepted, in_progress}, ReferralStatus::active, Outcome::none, "in-progress"},
             Case{{on_hold}, ReferralStatus::active, Outcome::none, "on-hold"},
             Case{{completed}, ReferralStatus::completed, Outcome::need_met, "completed"},
             Case{{completed}, ReferralStatus::completed, Outcome::could_not_contact, "failed"},
             Case{{completed}, ReferralStatus::completed, Outcome::none, "completed"},  // not told which
             Case{{cancelled}, ReferralStatus::revoked, Outcome::none, "cancelled"},
             Case{{}, ReferralStatus::entered_in_error, Outcome::none, "entered-in-error"},
             Case{{}, ReferralStatus::on_hold, Outcome::none, "on-hold"}}) {
        EXPECT_EQ(task_status(referral_with(offers, status, outcome)), task);
    }
}

TEST(FhirTask, ASubTaskNamesItsHubAndItsReason) {
    auto facts = referral_with({OfferStatus::rejected});
    facts.offers[0].offer.reason = matcher::Reason::no_capacity;
    const auto text = encode_sub_task(facts, facts.offers[0], "https://h.test");
    const auto task = read_json(text);
    ASSERT_TRUE(task) << text;
    EXPECT_EQ(task->text_at("id"), "01923456-789a-7bcd-8def-0123456789ab.1");
    EXPECT_EQ(task->text_at("status"), "rejected");
    EXPECT_EQ(task->find("owner")->text_at("reference"), "HealthcareService/riverside-library");
    EXPECT_EQ(task->find("partOf")->front()->text_at("reference"), "Task/01923456-789a-7bcd-8def-0123456789ab");
    EXPECT_EQ(task->find("statusReason")->find("coding")->front()->text_at("code"), "no-capacity");
    EXPECT_FALSE(task->find("restriction")) << "nothing waits for an answer any more";
    facts.offers[0].offer.status = OfferStatus::received;
    EXPECT_EQ(task_status(facts.offers[0].offer), "requested");
}

TEST(FhirTask, ASubTaskTellsTheOutcomesOfItsOwnHub) {
    using enum OfferStatus;
    auto facts = referral_with({completed, completed}, ReferralStatus::completed, Outcome::need_met);
    facts.referral.needs[0].offer = 2;  // opened again, and the other hub has helped since
    EXPECT_FALSE(read_json(encode_sub_task(facts, facts.offers[0], "https://h.test"))->find("output"));
    EXPECT_TRUE(read_json(encode_sub_task(facts, facts.offers[1], "https://h.test"))->find("output"));
}

TEST(FhirTask, EveryReasonHasWords) {
    const auto reasons = matcher::names<matcher::Reason>();
    for (std::size_t i = 1; i < reasons.size(); ++i) {
        EXPECT_FALSE(words(static_cast<matcher::Reason>(i)).empty());
        EXPECT_FALSE(bars_rejection(static_cast<matcher::Reason>(i)).empty());
    }
    std::string text;
    JsonWriter json(text);
    json.open_object();
    write_reason(json, "statusReason", matcher::Reason::person_declined, "https://h.test");
    json.close_object();
    EXPECT_NE(text.find("871711000000103"), std::string::npos);  // social prescribing declined
}

TEST(FhirTask, EachReasonHasWordsAndACodeOfTheRightSystem) {
    for (const auto reason : {matcher::Reason::transferred, matcher::Reason::paused,
                              matcher::Reason::person_unavailable}) {
        EXPECT_NE(words(reason), words(matcher::Reason::other)) << matcher::name(reason);
    }
    for (const auto& [reason, code] :
         {std::pair(matcher::Reason::offer_expired, "RRNA"), std::pair(matcher::Reason::resource_missing, "RRNA"),
          std::pair(matcher::Reason::could_not_contact_person, "FC")}) {
        EXPECT_EQ(bars_rejection(reason), code);
        EXPECT_EQ(bars_rejection_system(reason), "https://fhir.nhs.uk/CodeSystem/rejected-reasons-bars");
    }
    EXPECT_EQ(bars_rejection_system(matcher::Reason::no_capacity),
              "https://fhir.nhs.uk/CodeSystem/dos-rejected-reasons-bars");
}

TEST(FhirTask, AHubIsFullWhenNoPlaceIsFree) {
    matcher::Hub hub;
    hub.profile.slug = matcher::HubSlug("riverside-library");
    EXPECT_EQ(capacity_status(hub, {}), "no-capacity");
    hub.capacity[0].total = 2;
    hub.capacity[0].held = 1;
    EXPECT_EQ(capacity_status(hub, {}), "capacity");
    hub.capacity[0].used = 1;
    EXPECT_EQ(capacity_status(hub, {}), "no-capacity");
    hub.profile.wait_days = 14;
    EXPECT_EQ(capacity_status(hub, {}), "waitlist");
    hub.profile.active = false;
    EXPECT_EQ(capacity_status(hub, {}), "no-capacity");
    hub.profile.active = true;
    hub.capacity[0] = {.total = 2, .maximum = 2, .declines = 3};
    EXPECT_EQ(capacity_status(hub, {}), "additional-assessment-required");
    hub.capacity[0] = {.total = 2, .held = 1, .maximum = 2};
    hub.profile.active = false;
    const auto text = encode_healthcare_service(hub, "Riverside", "https://h.test", {});
    EXPECT_NE(text.find("Free: 1 of 2 places"), std::string::npos) << text;
}

// A hub that works by sessions alone states no running places.
TEST(FhirTask, AFreeSeatAtASessionToComeIsCapacity) {
    matcher::Hub hub;
    hub.profile.slug = matcher::HubSlug("riverside-library");
    hub.sessions = {{.number = 1, .starts = {2'000}, .seats = 6, .held = 1, .used = 2, .published = {900}},
                    {.number = 2, .starts = {1'000}, .seats = 9, .published = {950}},
                    {.number = 3, .starts = {3'000}, .seats = 5, .cancelled = true}};
    EXPECT_EQ(capacity_status(hub, {1'500}), "capacity");
    const auto text = encode_healthcare_service(hub, "Riverside", "https://h.test", {1'500});
    EXPECT_NE(text.find(", 3 of 6 seats at coming sessions."), std::string::npos) << text;
    EXPECT_NE(text.find("\"lastUpdated\":\"1970-01-01T00:00:00.950Z\""), std::string::npos) << text;
    EXPECT_EQ(capacity_status(hub, {2'000}), "no-capacity") << "it has begun";
    hub.sessions[0].used = 5;
    EXPECT_EQ(capacity_status(hub, {1'500}), "no-capacity") << "it is full";
    hub.capacity[0] = {.total = 0, .maximum = 2, .declines = 3};
    EXPECT_EQ(capacity_status(hub, {1'500}), "additional-assessment-required");
    hub.sessions[0].used = 2;
    EXPECT_EQ(capacity_status(hub, {1'500}), "capacity") << "of its seats it has said nothing wrong";
    hub.profile.active = false;
    EXPECT_EQ(capacity_status(hub, {1'500}), "no-capacity");
}

TEST(FhirTask, AHubSaysWhenItIsOpenAndWhenNot) {
    matcher::Hub hub;
    hub.profile.slug = matcher::HubSlug("riverside-library");
    const auto told = [&] { return encode_healthcare_service(hub, "Riverside", "https://h.test", {1}); };
    EXPECT_EQ(told().find("vailable"), std::string::npos) << told();
    hub.profile.hours.days[1][0] = {540, 1020};
    hub.profile.hours.days[5] = {{{600, 1440}, {0, 0}}};
    hub.profile.hours.days[6] = {{{0, 1440}, {0, 0}}};
    EXPECT_NE(told().find(R"("availableTime":[{"daysOfWeek":["tue"],"availableStartTime":"09:00:00",)"
                          R"("availableEndTime":"17:00:00"},{"daysOfWeek":["sat"],"availableStartTime":"10:00:00",)"
                          R"("availableEndTime":"23:59:59"},{"daysOfWeek":["sun"],"allDay":true}])"),
              std::string::npos)
        << told();
    hub.profile.closures.times[0] = whole_days({{2026, 7, 1}, {2026, 7, 3}});
    hub.capacity[0] = {.total = 5, .maximum = 5};
    const auto at = [&](std::int64_t later_ms) {
        return capacity_status(hub, {hub.profile.closures.times[0].from.ms + later_ms});
    };
    EXPECT_EQ(at(-1), "capacity");
    EXPECT_EQ(at(0), "no-capacity") << "nobody is sent to a closed door";
    EXPECT_NE(told().find(R"("notAvailable":[{"description":"The hub is closed.",)"
                          R"("during":{"start":"2026-07-01","end":"2026-07-03"}}])"),
              std::string::npos)
        << told();
}

TEST(FhirResponse, OnlyWhatThePracticeDoesNotKnowIsTold) {
    matcher::Referral now = referral_with({}, ReferralStatus::completed, Outcome::need_met).referral;
    EXPECT_EQ(response_of(matcher::Accepted{}, now), Response::accepted);
    EXPECT_EQ(response_of(matcher::AllNeedsResolved{}, now), Response::completed);
    now.needs[0].outcome = Outcome::did_not_attend;
    EXPECT_EQ(response_of(matcher::AllNeedsResolved{}, now), Response::rejected);
    matcher::Withdrawn withdrawn;
    withdrawn.reason = matcher::Reason::withdrawn_by_person;
    EXPECT_EQ(response_of(withdrawn, now), Response::rejected);
    withdrawn.reason = matcher::Reason::recalled_by_referrer;
    EXPECT_FALSE(response_of(withdrawn, now));
    EXPECT_FALSE(response_of(matcher::Declined{}, now)) << "the next hub is asked";
}

TEST(FhirResponse, GoesBackToTheSenderWithTheConversation) {
    const auto details = R"({"format":"bars","correlation_id":"c-1","bundle":)" + good_message() + "}";
    ResponseFacts facts;
    facts.what = Response::rejected;
    facts.referral = referral_with({}, ReferralStatus::revoked).referral;
    facts.reason = matcher::Reason::withdrawn_by_person;
    const auto text = encode_response(details, facts, "https://h.test");
    const auto bundle = read_json(text, fhir_depth_max);
    ASSERT_TRUE(bundle) << text;
    EXPECT_EQ(bundle->find("identifier")->text_at("value"), "c-1");
    const auto header = *bundle->find("entry")->front()->find("resource");
    EXPECT_EQ(header.find("destination")->front()->text_at("endpoint"), "https://fhir.nhs.uk/Id/dos-service-id|9000000002");
    EXPECT_EQ(header.find("source")->text_at("endpoint"), "https://fhir.nhs.uk/Id/dos-service-id|9000000001");
    EXPECT_EQ(header.find("response")->text_at("identifier"), "5f0f1c1e-0b52-4b6e-9b53-0f6f4b0a1001");
    EXPECT_NE(text.find("\"status\":\"cancelled\""), std::string::npos);
    EXPECT_NE(text.find("rejected-reasons-bars"), std::string::npos);
    EXPECT_EQ(encode_response(details, facts, "https://h.test"), text) << "the same whenever it is asked for";
    EXPECT_EQ(encode_response(R"({"format":"hubward.referral.v1"})", facts, "https://h.test"), "");
}

}  // namespace
}  // namespace hubward::server::wire::fhir
