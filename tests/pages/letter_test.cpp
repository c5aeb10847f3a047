// SPDX-License-Identifier: Apache-2.0
#include "server/pages/letter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/pages/template.hpp"

namespace hubward::tests {
namespace {

using namespace server::pages;
using server::wire::OfferFacts;
using server::wire::ReferralFacts;
using testing::HasSubstr;
using testing::Not;

constexpr matcher::Timestamp tuesday{1'772'532'000'000};  // 3 March 2026, 10:00 in London

OfferFacts offer(matcher::OfferStatus status) {
    OfferFacts facts;
    facts.offer.status = status;
    facts.offer.answer_by = tuesday;
    facts.hub_name = "Riverside Library";
    return facts;
}

matcher::Ask asked() {
    matcher::Ask ask;
    ask.needs = {matcher::Need::nhs_app, matcher::Need::dev_loan};
    ask.need_count = 2;
    return ask;
}

// Who is offline is told everything that others are told: there is no state without a letter.
TEST(Letter, EveryStateOfAReferralAndOfAnOfferHasOne) {
    using enum matcher::OfferStatus;
    for (const auto referral : {matcher::ReferralStatus::active, matcher::ReferralStatus::on_hold,
                                matcher::ReferralStatus::revoked, matcher::ReferralStatus::completed,
                                matcher::ReferralStatus::entered_in_error}) {
        for (const auto status : {requested, received, accepted, rejected, ready, cancelled, in_progress,
                                  on_hold, failed, completed}) {
            ReferralFacts facts;
            facts.referral.status = referral;
            facts.referral.review_at = tuesday;
            facts.offers = {offer(status)};
            const Model made = letter(words_in(languages().front()), letter_facts(facts),
                                      LetterForm::standard, asked(), "HW-1", tuesday);
            Model page = made;
            page.set("t", words_in(languages().front()).page());
            const std::string html = fill("letter", page);
            EXPECT_THAT(html, Not(HasSubstr("{")));
            EXPECT_THAT(html, Not(HasSubstr("–</"))) << "a date that nobody has";
        }
    }
}

TEST(Letter, SaysHowItStands) {
    ReferralFacts facts;
    facts.offers = {offer(matcher::OfferStatus::rejected), offer(matcher::OfferStatus::requested)};
    EXPECT_EQ(letter_facts(facts).state, LetterState::waiting);
    EXPECT_EQ(letter_facts(facts).hub, "") << "who is only asked is not named";
    facts.offers.push_back(offer(matcher::OfferStatus::accepted));
    EXPECT_EQ(letter_facts(facts).state, LetterState::accepted);
    EXPECT_EQ(letter_facts(facts).hub, "Riverside Library");
    facts.offers.back().offer.appointment = tuesday;
    EXPECT_EQ(letter_facts(facts).state, LetterState::date);
    EXPECT_EQ(letter_facts(facts).when, tuesday);
    facts.offers.back().offer.status = matcher::OfferStatus::in_progress;
    EXPECT_EQ(letter_facts(facts).state, LetterState::helping);
    facts.referral.status = matcher::ReferralStatus::revoked;
    EXPECT_EQ(letter_facts(facts).state, LetterState::stopped);
    facts = {};
    facts.referral.review_at = tuesday;
    facts.referral.ask.need_count = 1;
    facts.referral.needs[0].status = matcher::NeedStatus::gap;
    EXPECT_EQ(letter_facts(facts).state, LetterState::gap);
    facts.referral.needs[0].status = matcher::NeedStatus::with_owner;
    EXPECT_EQ(letter_facts(facts).state, LetterState::person);
}

// A hub helps with what it took on. Nobody may read that it helps with the rest as well.
TEST(Letter, AHubPromisesOnlyWhatItHas) {
    ReferralFacts facts;
    facts.referral.status = matcher::ReferralStatus::active;
    facts.referral.ask = asked();
    facts.referral.needs[0].status = matcher::NeedStatus::accepted;
    facts.referral.needs[1].status = matcher::NeedStatus::gap;
    facts.referral.review_at = tuesday;
    facts.offers = {offer(matcher::OfferStatus::accepted)};
    facts.offers[0].offer.needs = 0b01;
    const LetterFacts stands = letter_facts(facts);
    EXPECT_EQ(stands.needs, 0b01);
    EXPECT_EQ(stands.others, 0b10);
    for (std::size_t form = 0; form < letter_forms; ++form) {
        const Words& words = words_in(languages().front());
        Model made = letter(words, stands, static_cast<LetterForm>(form), facts.referral.ask, "HW-1", tuesday);
        made.set("t", words.page());
        const std::string html = fill("letter", made);
        EXPECT_THAT(html, HasSubstr("We are still looking for help with: Borrow a device.")) << form;
        EXPECT_THAT(html, Not(HasSubstr("asked for help with: Using the NHS App, Borrow a device"))) << form;
    }
    facts.referral.needs[1].status = matcher::NeedStatus::accepted;
    EXPECT_EQ(letter_facts(facts).others, 0) << "another hub has it";
}

// Every state has every text in every language, in short sentences for Easy Read and the phone.
TEST(Letter, EveryStateAndFormIsThereInEveryLanguage) {
    for (const Language& language : languages()) {
        const Words& words = words_in(language);
        for (std::size_t state = 0; state < letter_states; ++state) {
            for (std::size_t form = 0; form < letter_forms; ++form) {
                const LetterFacts facts{static_cast<LetterState>(state), "Riverside Library", tuesday};
                Model made = letter(words, facts, static_cast<LetterForm>(form), asked(), "HW-1", tuesday);
                made.set("t", words.page());
                const std::string html = fill("letter", made);
                EXPECT_THAT(html, Not(HasSubstr("_what"))) << language.tag << state;
                EXPECT_THAT(html, HasSubstr("HW-1"));
                const auto& lines = std::get<Model::List>(made.values().at("lines"));
                EXPECT_GE(lines.size(), 2u) << language.tag << state;
            }
        }
        const Model links = letter_links(words);
        const auto& kinds = std::get<Model::List>(links.values().at("kinds"));
        EXPECT_EQ(kinds.size(), letter_forms);
    }
}

// Nobody reviewed what a machine translated, and the reader is told.
TEST(Letter, AMachineTranslationSaysSoOnThePaper) {
    for (const Language& language : languages()) {
        const Words& words = words_in(language);
        Model made = letter(words, {}, LetterForm::easy, asked(), "HW-1", tuesday);
        made.set("t", words.page());
        EXPECT_EQ(fill("letter", made).find("hw-letter__note") != std::string::npos, !language.reviewed)
            << language.tag;
    }
}

TEST(Letter, KnowsItsForms) {
    EXPECT_EQ(parse_letter_form("large-24"), LetterForm::large_24);
    EXPECT_EQ(parse_letter_form("huge"), std::nullopt);
}

}  // namespace
}  // namespace hubward::tests
