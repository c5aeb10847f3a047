// SPDX-License-Identifier: Apache-2.0
#include "server/wire/event_json.hpp"

#include "server/wire/json_reader.hpp"
#include "tests/wire/support.hpp"

namespace hubward::server::wire {
namespace {

using namespace matcher;  // the events

EventSubject subject() {
    EventSubject s;
    s.referral = {0x0192'3456'789a'7bcdULL, 0x8def'0123'4567'89abULL};
    s.index = ReferralIndex{1};
    s.ask.needs[0] = Need::dev_loan;
    s.ask.needs[1] = Need::nhs_app;
    s.ask.needs[2] = Need::lang_support;
    s.ask.need_count = 3;
    s.practice = PracticeCode("X99001");
    s.ordinal = 1;
    s.hub = {"holbeck", "Holbeck Library"};
    return s;
}

std::string told(const Event& event, Role role = Role::hub) {
    Entry entry;
    entry.at = {1'772'443'800'000};
    entry.actor.role = role;
    return story(entry, event, subject());
}

TEST(Story, ReadsLikeOne) {
    ReferralSubmitted submitted;
    submitted.practice = PracticeCode("X99001");
    submitted.ask = subject().ask;
    EXPECT_EQ(told(submitted),
              "Practice X99001 asked for borrowing a device, the NHS App and help in another language.");
    submitted.ask.need_count = 1;
    submitted.ask.urgency = Urgency::urgent;
    EXPECT_EQ(told(submitted), "Practice X99001 asked for borrowing a device, urgently.");
    Offered offered;
    offered.answer_by = {1'772'557'200'000};
    EXPECT_EQ(told(offered), "Offered to Holbeck Library, answer by Tue 3 Mar 17:00.");
    EXPECT_EQ(told(Opened{}), "Holbeck Library opened the offer.");
    EXPECT_EQ(told(Accepted{}), "Holbeck Library accepted.");
    EXPECT_EQ(told(Declined{{}, Reason::no_capacity}), "Holbeck Library declined: no capacity.");
    EXPECT_EQ(told(OfferExpired{}), "Holbeck Library did not answer in time; the offer ended.");
    EXPECT_EQ(told(OutcomeRecorded{{}, 1, Outcome::need_met}),
              "Holbeck Library recorded for the NHS App: need met.");
    EXPECT_EQ(told(Withdrawn{{}, Reason::recalled_by_referrer}),
              "The referral was withdrawn: recalled by referrer.");
    EXPECT_EQ(told(GapRecorded{{}, 0b110, Filter::no_free_unit, {1'772'557'200'000}}),
              "No hub can serve the NHS App and help in another language now; the place looks again "
              "on Tue 3 Mar 17:00.");
    EXPECT_EQ(told(DetailsDisclosed{}, Role::practice), "The practice read the person's details.");
}

TEST(Story, EveryEventHasASentence) {
    const auto all = []<std::size_t... i>(std::index_sequence<i...>) {
        return std::vector<Event>{Event(std::in_place_index<i>)...};
    }(std::make_index_sequence<std::variant_size_v<Event>>{});
    for (const auto& event : all) {
        const auto sentence = told(event);
        EXPECT_TRUE(sentence.size() > 10 && sentence.back() == '.') << sentence;
        const auto text = encode_event({}, event, subject(), "hub/holbeck", 7, 42);
        EXPECT_TRUE(read_json(text)) << text;
    }
}

TEST(Story, EveryNeedHasItsOwnWords) {
    for (std::size_t i = 0; i < matcher::names<Need>().size(); ++i) {
        ReferralSubmitted submitted;
        submitted.ask.needs[0] = static_cast<Need>(i);
        submitted.ask.need_count = 1;
        EXPECT_EQ(told(submitted).find("for help."), std::string::npos) << i;
    }
}

TEST(EncodeEvent, IsACloudEvent) {
    Entry entry;
    entry.at = {1'772'443'800'000};
    entry.trace = {0x0123'4567'89ab'cdefULL, 0xfedc'ba98'7654'3210ULL};
    Offered offered;
    offered.needs = 0b011;
    offered.distance = 820;
    offered.answer_by = {1'772'557'200'000};
    const auto text = encode_event(entry, offered, subject(), "hub/holbeck", 7, 42);
    const auto json = read_json(text);
    ASSERT_TRUE(json) << text;
    EXPECT_EQ(json->text_at("specversion"), "1.0");
    EXPECT_EQ(json->text_at("type"), "org.hubward.referral.offered.v1");
    EXPECT_EQ(json->text_at("source"), "/streams/hub/holbeck");
    EXPECT_EQ(json->text_at("dataschema"), "urn:hubward:schemas/EventData.json") << "absolute: CloudEvents 1.0";
    EXPECT_EQ(json->text_at("sequence"), "00000000000000000007");
    EXPECT_EQ(json->text_at("id"), "42");
    EXPECT_EQ(json->text_at("subject"), "01923456-789a-7bcd-8def-0123456789ab");
    EXPECT_EQ(json->text_at("time"), "2026-03-02T09:30:00.000Z");
    EXPECT_TRUE(json->text_at("traceparent").starts_with("00-0123456789abcdeffedcba9876543210-"));
    const auto facts = *json->find("data");
    EXPECT_EQ(facts.text_at("offer"), "01923456-789a-7bcd-8def-0123456789ab.1");
    EXPECT_EQ(facts.find("needs")->size(), 2U);
    EXPECT_EQ(facts.text_at("story"), "Offered to Holbeck Library, answer by Tue 3 Mar 17:00.");
}

TEST(EncodeEvent, NamesAnotherReferralToThePracticeOnlyWhereItIsItsOwn) {
    Declined declined;
    declined.reason = Reason::duplicate;
    declined.duplicate_of = {5, 6};
    const auto named = [&](std::string_view stream, bool own) {
        EventSubject about = subject();
        about.own_duplicate = own;
        return encode_event({}, declined, about, stream, 7, 42).find("duplicate_of") != std::string::npos;
    };
    EXPECT_FALSE(named("practice/X99001", false));
    EXPECT_TRUE(named("practice/X99001", true));
    EXPECT_TRUE(named("hub/holbeck", false));
    EXPECT_TRUE(named("ops", false));
}

}  // namespace
}  // namespace hubward::server::wire
