// SPDX-License-Identifier: Apache-2.0
#include "server/http/target.hpp"

#include <gtest/gtest.h>

namespace hubward::server::http {
namespace {

TEST(Target, TakesPathsAndQueriesOfRealClients) {
    for (const std::string_view good :
         {"/", "/v1/referrals/01ABC", "/FHIR/R4/$process-message", "/a%20b", "/caf%C3%A9", "/a//b",
          "/x?identifier=https://a.example/id|9990000018", "/x?a[]=1&b={c}", "/x?", "/x?q=a+b%0Ac",
          "/a.b/c..d", "/...", "/x?..=../..", "/a:b@c;d=e,f!'()*~"}) {
        EXPECT_EQ(target_fault(good), std::nullopt) << good;
    }
}

TEST(Target, RefusesWhatTwoParsersCouldReadInTwoWays) {
    for (const std::string_view bad :
         {"", "*", "x", "http://a/", "//\xff", "/\xc3\xa9", "/a b", "/%", "/%2", "/%zz", "/%00", "/a%0d",
          "/a%7F", "/%2e%2e/x", "/../x", "/a/..", "/.", "/a/./b", "/a%2Fb", "/a%5cb", "/a\\b", "/a#b",
          "/\"", "/<x>", "/%c0%af", "/%ED%A0%80", "/%ff", "/x?%ff", "/x?%00", "/x?%", "/x?a%1", "/x?a\"b",
          "/x?a#b", "/x?%7f", "/x?%1b"}) {
        EXPECT_NE(target_fault(bad), std::nullopt) << bad;
    }
}

TEST(Target, DecodesQueriesInOrder) {
    const Query expected = {{"a", "1"}, {"b c", "x y"}, {"d", ""}, {"e", "f=g"}, {"", "h"}, {"k", ""}};
    EXPECT_EQ(parse_query("a=1&b+c=x%20y&d&e=f=g&=h&&k="), expected);
    EXPECT_TRUE(parse_query("").empty());
}

TEST(Target, SplitsAtTheFirstQuestionMark) {
    EXPECT_EQ(raw_path("/a?b?c"), "/a");
    EXPECT_EQ(raw_query("/a?b?c"), "b?c");
    EXPECT_EQ(raw_query("/a"), "");
    EXPECT_EQ(percent_decoded("%41%c3%A9+"), "A\xc3\xa9+");
    EXPECT_EQ(percent_encoded("A\xc3\xa9+/-._~ %{"), "A%C3%A9%2B%2F-._~%20%25%7B");
    EXPECT_EQ(percent_decoded("a%4"), "a%4");
}

}  // namespace
}  // namespace hubward::server::http
