// SPDX-License-Identifier: Apache-2.0
#include <set>

#include "server/wire/hub_json.hpp"
#include "server/wire/referral_json.hpp"
#include "tests/wire/support.hpp"

namespace hubward::server::wire {
namespace {

using matcher::ReferralIndex;

TEST(Reference, ReadsBackAndIsNeverGivenTwice) {
    std::set<std::string> seen;
    for (std::uint64_t i = 0; i < 200'000; ++i) {
        const auto text = readable_reference(static_cast<ReferralIndex>(i));
        ASSERT_TRUE(seen.insert(text).second) << text;
        ASSERT_EQ(parse_reference(text), static_cast<ReferralIndex>(i)) << text;
    }
    for (const std::uint64_t i : {1'048'575ULL, 1'048'576ULL, 33'554'431ULL, 33'554'432ULL, 4'294'967'290ULL}) {
        const auto text = readable_reference(static_cast<ReferralIndex>(i));
        EXPECT_EQ(parse_reference(text), static_cast<ReferralIndex>(i)) << text;
    }
}

TEST(Reference, IsReadAsPeopleTypeIt) {
    const auto text = readable_reference(ReferralIndex{1});  // HW-N8PV-8
    EXPECT_EQ(text, "HW-N8PV-8");
    EXPECT_EQ(parse_reference("hw n8pv 8"), ReferralIndex{1});
    EXPECT_EQ(parse_reference("HWN8PV8"), ReferralIndex{1});
    EXPECT_EQ(parse_reference("HW-OOOO-O"), ReferralIndex{0});  // the letter for the digit
}

TEST(Reference, OneWrongLetterIsNoticed) {
    const auto good = readable_reference(ReferralIndex{12'345});
    for (std::size_t i = 3; i < 7; ++i) {
        for (const char c : std::string_view("0123456789ABCDEFGHJKMNPQRSTVWXYZ")) {
            auto other = good;
            other[i] = c;
            EXPECT_EQ(parse_reference(other).has_value(), other == good) << other;
        }
    }
    for (const auto* bad : {"", "HW", "XX-N8PV-8", "HW-N8P-8", "HW-N8PV-9", "HW-N8PV8888-8", "HW-N!PV-8"}) {
        EXPECT_FALSE(parse_reference(bad)) << bad;
    }
}

TEST(Ids, ReadBack) {
    const matcher::ReferralId id{0x0192'3456'789a'7bcdULL, 0x8def'0123'4567'89abULL};
    EXPECT_EQ(id_text(id), "01923456-789a-7bcd-8def-0123456789ab");
    EXPECT_EQ(parse_id("01923456-789A-7bcd-8def-0123456789AB"), id);
    EXPECT_FALSE(parse_id("01923456-789a-7bcd-8def-0123456789a"));
    EXPECT_FALSE(parse_id("00000000-0000-0000-0000-000000000000"));
    const auto offer = parse_offer_id(offer_id_text(id, 64));
    ASSERT_TRUE(offer);
    EXPECT_EQ(offer->referral, id);
    EXPECT_EQ(offer->ordinal, 64);
    for (const auto* tail : {"", ".", ".0", ".01", ".256", ".1x", ".-1"}) {
        EXPECT_FALSE(parse_offer_id(id_text(id) + tail)) << tail;
    }
}

TEST(Ids, AHubsIdFollowsFromItsSlug) {
    EXPECT_EQ(hub_id("holbeck"), hub_id("holbeck"));
    EXPECT_NE(hub_id("holbeck"), hub_id("holbeck2"));
    EXPECT_TRUE(valid_slug("a"));
    EXPECT_TRUE(valid_slug("1a8a1f6e-2c7f-4f8e-9d0a-5a4c2e9b0001"));
    for (const auto* bad : {"", "-a", "a-", "A", "a_b", "a b", "\xC3\xA9"}) {
        EXPECT_FALSE(valid_slug(bad)) << bad;
    }
    EXPECT_FALSE(valid_slug(std::string(65, 'a')));
}

}  // namespace
}  // namespace hubward::server::wire
