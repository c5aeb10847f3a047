// SPDX-License-Identifier: Apache-2.0
#include "server/wire/json_reader.hpp"
#include "server/wire/referral_json.hpp"
#include "tests/wire/support.hpp"

namespace hubward::server::wire {
namespace {

matcher::Referral two_needs() {
    matcher::Referral referral;
    referral.id = {0x0192'3456'789a'7bcdULL, 0x8def'0123'4567'89abULL};
    referral.ask.needs[0] = matcher::Need::dev_loan;
    referral.ask.needs[1] = matcher::Need::nhs_app;
    referral.ask.need_count = 2;
    referral.ask.language = *matcher::parse_language("ur");
    referral.ask.access.add(matcher::Access::wheelchair);
    referral.practice = matcher::PracticeCode("X99001");
    referral.created = {1'772'443'800'000};
    referral.version = 4;
    referral.needs[0] = {matcher::NeedStatus::offered, matcher::Outcome::none, 1};
    referral.needs[1] = {matcher::NeedStatus::gap, matcher::Outcome::none, 0};
    referral.review_at = {1'773'048'600'000};
    referral.consents.give({});
    return referral;
}

OfferFacts one_offer() {
    OfferFacts facts;
    facts.offer.ordinal = 1;
    facts.offer.needs = 0b01;
    facts.offer.distance = 820;
    facts.offer.made = {1'772'443'800'000};
    facts.offer.answer_by = {1'772'703'000'000};
    facts.hub = matcher::HubSlug("holbeck");
    facts.hub_name = "Holbeck Library";
    return facts;
}

TEST(EncodeReferral, ThePracticeSeesAllOfIt) {
    const ReferralFacts facts{two_needs(), matcher::ReferralIndex{1}, {one_offer()}};
    const auto text = encode_referral(facts, Reader::practice);
    const auto json = read_json(text);
    ASSERT_TRUE(json) << text;
    EXPECT_EQ(json->text_at("reference"), "HW-N8PV-8");
    EXPECT_EQ(json->text_at("status"), "active");
    EXPECT_EQ(json->text_at("language"), "ur");
    EXPECT_EQ(json->find("needs")->size(), 2U);
    EXPECT_EQ(json->find("needs")->front()->text_at("status"), "offered");
    const auto offer = *json->find("offers")->front();
    EXPECT_EQ(offer.text_at("id"), id_text(facts.referral.id) + ".1");
    EXPECT_EQ(offer.find("hub")->text_at("name"), "Holbeck Library");
    EXPECT_EQ(offer.text_at("answer_by"), "2026-03-05T09:30:00.000Z");
    EXPECT_EQ(json->text_at("review_at"), "2026-03-09T09:30:00.000Z");
    EXPECT_EQ(json->find("version")->integer(), 4);
}

TEST(EncodeReferral, AHubSeesOnlyTheNeedsItWasAskedFor) {
    const ReferralFacts facts{two_needs(), matcher::ReferralIndex{1}, {one_offer()}};
    const auto text = encode_referral(facts, Reader::hub);
    const auto json = read_json(text);
    ASSERT_TRUE(json) << text;
    ASSERT_EQ(json->find("needs")->size(), 1U);
    EXPECT_EQ(json->find("needs")->front()->text_at("code"), "dev-loan");
    EXPECT_FALSE(json->find("review_at"));
}

TEST(EncodeReferral, AHubReadsHowANeedStandsOnlyWhileItIsItsOwn) {
    ReferralFacts facts{two_needs(), matcher::ReferralIndex{1}, {one_offer()}};
    const auto own = read_json(encode_referral(facts, Reader::hub));
    EXPECT_EQ(own->find("needs")->front()->text_at("status"), "offered");
    facts.referral.needs[0] = {matcher::NeedStatus::resolved, matcher::Outcome::need_met, 3};
    const auto text = encode_referral(facts, Reader::hub);
    const auto json = read_json(text);
    ASSERT_TRUE(json) << text;
    const auto need = *json->find("needs")->front();
    EXPECT_EQ(need.text_at("code"), "dev-loan");
    for (const char* others : {"status", "outcome", "counts_as", "offer"}) {
        EXPECT_FALSE(need.find(others)) << others << " of another hub: " << text;
    }
    const auto place = read_json(encode_referral(facts, Reader::place));
    EXPECT_EQ(place->find("needs")->front()->text_at("outcome"), "need-met");
}

matcher::Batch submitted() {
    const auto referral = two_needs();
    matcher::Batch batch;
    batch.first = 10;
    matcher::ReferralSubmitted event;
    event.referral = matcher::ReferralIndex{1};
    event.id = referral.id;
    event.ask = referral.ask;
    matcher::Offered offered;
    offered.needs = 0b01;
    offered.distance = 820;
    offered.score.distance = 300;
    offered.score.spare = 20;
    offered.considered = 5;
    offered.answer_by = {1'772'703'000'000};
    matcher::GapRecorded gap;
    gap.needs = 0b10;
    gap.nearest_miss = matcher::Filter::need_not_offered;
    gap.review_at = {1'773'048'600'000};
    batch.events = {matcher::CapacityReported{}, event, offered, gap};
    batch.count = 4;
    matcher::Entry entry;
    entry.number = 11;
    entry.at = {1'772'443'800'000};
    entry.event_first = 1;
    entry.event_count = 3;
    batch.entries.push_back(entry);
    return batch;
}

TEST(EncodeSubmitAnswer, IsMadeFromTheEntryAlone) {
    const auto batch = submitted();
    const std::vector<HubLabel> hubs{{"holbeck", "Holbeck Library"}};
    const auto text = encode_submit_answer(batch, batch.entries[0], hubs);
    const auto json = read_json(text);
    ASSERT_TRUE(json) << text;
    EXPECT_EQ(json->text_at("reference"), "HW-N8PV-8");
    const auto offer = *json->find("offers")->front();
    EXPECT_EQ(offer.find("needs")->front()->text(), "dev-loan");
    EXPECT_EQ(offer.find("score")->find("total")->integer(), 320);
    EXPECT_EQ(offer.find("considered")->integer(), 5);
    const auto gap = *json->find("gaps")->front();
    EXPECT_EQ(gap.find("needs")->front()->text(), "nhs-app");
    EXPECT_EQ(gap.text_at("nearest_miss"), "need-not-offered");
    EXPECT_EQ(text, encode_submit_answer(submitted(), batch.entries[0], hubs));
}

TEST(EncodeSubmitAnswer, IsEmptyForAnotherCommandsEntry) {
    auto batch = submitted();
    batch.entries[0].event_first = 0;
    batch.entries[0].event_count = 1;
    EXPECT_EQ(encode_submit_answer(batch, batch.entries[0], {}), "");
}

}  // namespace
}  // namespace hubward::server::wire
