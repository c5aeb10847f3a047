// SPDX-License-Identifier: Apache-2.0
#include "server/wire/identifiers.hpp"

#include "tests/wire/support.hpp"

namespace hubward::server::wire {
namespace {

TEST(NhsNumber, TenDigitsWithTheRightCheckDigit) {
    EXPECT_EQ(nhs_number("9990123454"), "9990123454");
    EXPECT_EQ(nhs_number("999 012 3454"), "9990123454");
    EXPECT_FALSE(nhs_number("9990123455"));
    EXPECT_FALSE(nhs_number("999012345"));
    EXPECT_FALSE(nhs_number("99901234540"));
    EXPECT_FALSE(nhs_number("99901234S4"));
    EXPECT_FALSE(nhs_number(""));
    EXPECT_TRUE(nhs_number_digits("9990123455"));
}

TEST(NhsNumber, EveryChangeOfOneDigitIsNoticed) {
    const std::string good = "9990123454";
    for (std::size_t i = 0; i < good.size(); ++i) {
        for (char c = '0'; c <= '9'; ++c) {
            auto other = good;
            other[i] = c;
            EXPECT_EQ(nhs_number(other).has_value(), other == good) << other;
        }
    }
}

TEST(Snomed, RefusesAWrongCheckDigit) {
    for (const auto* good : {"1108191000000103", "314434008", "871731000000106", "315594003"}) {
        EXPECT_TRUE(snomed_id(good)) << good;
    }
    for (const auto* bad : {"1082661000000100", "1082551000000100", "1108191000000104", "0314434008",
                            "12345", "1234567890123456789", "31443400x", ""}) {
        EXPECT_FALSE(snomed_id(bad)) << bad;
    }
}

TEST(Shapes, PhoneMailOdsUuid) {
    EXPECT_TRUE(phone_shaped("01632 960001"));
    EXPECT_TRUE(phone_shaped("+44 (0)1632-960.001"));
    EXPECT_FALSE(phone_shaped("960001"));
    EXPECT_FALSE(phone_shaped("01632 960001 ext 3"));
    EXPECT_FALSE(phone_shaped("0+1632960001"));
    EXPECT_TRUE(email_shaped("a@example.test"));
    for (const auto* bad : {"a", "@example.test", "a@b", "a b@example.test", "a@b@example.test", "a@b.c."}) {
        EXPECT_FALSE(email_shaped(bad)) << bad;
    }
    EXPECT_TRUE(ods_shaped("X99001"));
    EXPECT_FALSE(ods_shaped("x99001"));
    EXPECT_FALSE(ods_shaped("X9"));
    EXPECT_TRUE(uuid_shaped("95E58add-0b10-4a8c-817c-2729eb0cab75"));
    EXPECT_FALSE(uuid_shaped("95e58add-0b10-4a8c-817c-2729eb0cab7g"));
    EXPECT_FALSE(uuid_shaped("95e58add0b10-4a8c-817c-2729eb0cab755"));
}

}  // namespace
}  // namespace hubward::server::wire
