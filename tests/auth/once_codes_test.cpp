// SPDX-License-Identifier: Apache-2.0
//
// Codes that are good once: for a moment, so many for everybody, and so many for one.
#include "server/auth/once_codes.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace hubward::server::auth {
namespace {

using Codes = OnceCodes<int>;

Principal hub(std::string slug) {
    Principal who;
    who.role = matcher::Role::hub;
    who.subject = std::move(slug);
    return who;
}

TEST(OnceCodes, AreGoodOnceAndForTheirLife) {
    Codes codes(std::chrono::milliseconds(100), 10);
    const auto code = codes.issue(hub("library"), 7, 0);
    ASSERT_TRUE(code);
    EXPECT_EQ(codes.redeem(*code, 99), 7);
    EXPECT_FALSE(codes.redeem(*code, 99));
    const auto late = codes.issue(hub("library"), 8, 0);
    EXPECT_FALSE(codes.redeem(*late, 100));
    EXPECT_FALSE(codes.redeem("made-up", 0));
}

TEST(OnceCodes, OfOneRoleAndSubjectPushOutTheirOwnOldest) {
    Codes codes(std::chrono::milliseconds(100), Codes::own_max + 2);
    const auto other = codes.issue(hub("library"), -1, 0);
    Principal same_name = hub("hall");
    same_name.role = matcher::Role::place;
    const auto same = codes.issue(same_name, -2, 0);
    std::vector<std::string> own;
    for (int i = 0; i < 100; ++i) {
        const auto code = codes.issue(hub("hall"), i, 0);
        ASSERT_TRUE(code) << i;
        own.push_back(*code);
    }
    EXPECT_EQ(codes.redeem(*other, 1), -1);
    EXPECT_EQ(codes.redeem(*same, 1), -2);
    for (std::size_t i = 0; i < own.size(); ++i) {
        EXPECT_EQ(codes.redeem(own[i], 1).has_value(), i >= own.size() - Codes::own_max) << i;
    }
}

TEST(OnceCodes, ThatWereUsedTakeNoPlace) {
    Codes codes(std::chrono::milliseconds(100), Codes::own_max);
    const auto kept = codes.issue(hub("hall"), -1, 0);
    for (int i = 0; i < 100; ++i) {
        ASSERT_EQ(codes.redeem(*codes.issue(hub("hall"), i, 0), 1), i);
    }
    EXPECT_EQ(codes.redeem(*kept, 1), -1);
}

TEST(OnceCodes, AreRefusedToANewcomerWhenAllPlacesAreTakenAndNoneHasRunOut) {
    Codes codes(std::chrono::milliseconds(100), 2);
    ASSERT_TRUE(codes.issue(hub("a"), 1, 0));
    ASSERT_TRUE(codes.issue(hub("b"), 2, 50));
    EXPECT_FALSE(codes.issue(hub("c"), 3, 99));
    EXPECT_TRUE(codes.issue(hub("c"), 3, 100));
    EXPECT_FALSE(codes.issue(hub("d"), 4, 100));
}

}  // namespace
}  // namespace hubward::server::auth
