// SPDX-License-Identifier: Apache-2.0
#include "matcher/codes.hpp"

#include <gtest/gtest.h>

#include <set>

#include "matcher/score.hpp"

namespace hubward::matcher {
namespace {

template <class Code>
void every_word_reads_back() {
    std::set<std::string_view> seen;
    for (std::size_t i = 0; i < names<Code>().size(); ++i) {
        const auto code = static_cast<Code>(i);
        EXPECT_EQ(parse<Code>(name(code)), code);
        EXPECT_TRUE(seen.insert(name(code)).second) << name(code) << " stands twice";
    }
}

TEST(Codes, EveryWordReadsBackAsItself) {
    every_word_reads_back<Need>();
    every_word_reads_back<UnitKind>();
    every_word_reads_back<Access>();
    every_word_reads_back<Urgency>();
    every_word_reads_back<ReferralStatus>();
    every_word_reads_back<OfferStatus>();
    every_word_reads_back<NeedStatus>();
    every_word_reads_back<Reason>();
    every_word_reads_back<Outcome>();
    every_word_reads_back<Role>();
    every_word_reads_back<Source>();
    every_word_reads_back<Filter>();
}

// Positions are on disk: a word that moves would rewrite history. One from each end and the middle.
TEST(Codes, StayWhereTheyAreOnDisk) {
    EXPECT_EQ(name(Need{0}), "dev-loan");
    EXPECT_EQ(name(Need{16}), "nhs-app");
    EXPECT_EQ(name(Need{32}), "assess");
    EXPECT_EQ(name(OfferStatus{7}), "in-progress");
    EXPECT_EQ(name(OfferStatus{11}), "entered-in-error");
    EXPECT_EQ(name(ReferralStatus{2}), "on-hold");
    EXPECT_EQ(name(Reason{18}), "safety-concern");
    EXPECT_EQ(name(Reason{28}), "need-resolved-elsewhere");
    EXPECT_EQ(name(Outcome{5}), "already-enrolled");
    EXPECT_EQ(name(Access{23}), "interpreter");
}

TEST(Codes, RefuseWhatIsNoCode) {
    EXPECT_EQ(parse<Need>("nhs_app"), std::nullopt);
    EXPECT_EQ(parse<Need>("NHS-APP"), std::nullopt);
    EXPECT_EQ(parse<Need>(""), std::nullopt);
    EXPECT_EQ(name(static_cast<Need>(200)), "");
}

TEST(Codes, EveryAccessRequirementHasItsConcept) {
    for (std::size_t i = 0; i < names<Access>().size(); ++i) {
        const auto access = static_cast<Access>(i);
        EXPECT_EQ(access_from_snomed(snomed(access)), access);
    }
    EXPECT_EQ(access_from_snomed(957371000000106), Access::large_print);
    EXPECT_EQ(access_from_snomed(936661000000109), Access::braille);
    // In a published list, but its check digit is wrong.
    EXPECT_EQ(access_from_snomed(1082661000000100), std::nullopt);
    EXPECT_EQ(access_from_snomed(0), std::nullopt);
}

TEST(Codes, ADeviceAndASimAreCountedApartFromPlaces) {
    EXPECT_EQ(unit_for(Need::dev_loan), UnitKind::device);
    EXPECT_EQ(unit_for(Need::dev_gift), UnitKind::device);
    EXPECT_EQ(unit_for(Need::dev_repair), UnitKind::place);
    EXPECT_EQ(unit_for(Need::data_sim), UnitKind::sim);
    EXPECT_EQ(unit_for(Need::assess), UnitKind::place);
}

TEST(Codes, OnlyAHubsOwnReasonsMayEndAnOffer) {
    for (const Reason reason :
         {Reason::none, Reason::offer_expired, Reason::hub_closed, Reason::hub_withdrew,
          Reason::could_not_contact_hub, Reason::withdrawn_by_person, Reason::sent_in_error,
          Reason::need_resolved_elsewhere}) {
        EXPECT_FALSE(hub_may_decline_with(reason)) << name(reason);
    }
    EXPECT_TRUE(hub_may_decline_with(Reason::no_capacity));
    EXPECT_TRUE(hub_may_decline_with(Reason::safety_concern));
    EXPECT_TRUE(hub_may_decline_with(Reason::other));
}

}  // namespace
}  // namespace hubward::matcher
