// SPDX-License-Identifier: Apache-2.0
#include "server/http/message.hpp"

#include <gtest/gtest.h>

#include "server/http/utf8.hpp"

namespace hubward::server::http {
namespace {

TEST(Message, HeadersAreFoundWithoutCase) {
    Request request;
    request.headers = {{"X-Request-Id", "a"}, {"x-request-id", "b"}};
    EXPECT_EQ(request.header("x-REQUEST-id"), "a");
    EXPECT_TRUE(request.has_header("X-Request-ID"));
    EXPECT_FALSE(request.has_header("X-Request"));
    EXPECT_EQ(request.header("X-Request"), "");
}

TEST(Message, CookiesAreFoundInEveryCookieHeader) {
    Request request;
    request.headers = {{"Cookie", "a=1; session=\"xyz\";b=2"}, {"cookie", "c=3=4"}};
    EXPECT_EQ(request.cookie("a"), "1");
    EXPECT_EQ(request.cookie("session"), "xyz");
    EXPECT_EQ(request.cookie("b"), "2");
    EXPECT_EQ(request.cookie("c"), "3=4");
    EXPECT_EQ(request.cookie("ession"), "");
    EXPECT_EQ(request.cookie("A"), "") << "names of cookies have case";
}

TEST(Message, QueryAndParamsAreFoundByName) {
    Request request;
    request.query = {{"limit", "10"}, {"limit", "20"}, {"empty", ""}};
    request.params = {{"id", "7"}};
    EXPECT_EQ(request.query_value("limit"), "10");
    EXPECT_EQ(request.query_value("empty"), "");
    EXPECT_EQ(request.query_value("none"), std::nullopt);
    EXPECT_EQ(request.param("id"), "7");
    EXPECT_EQ(request.param("no"), "");
}

TEST(Utf8, TakesWhatRfc3629Takes) {
    for (const std::string_view good :
         {"", "plain", "gr\xc3\xbc\xc3\x9f", "\xe2\x82\xac", "\xed\x9f\xbf", "\xee\x80\x80",
          "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "12345678\xc2\x80", "1234567\xc2\xa0 90"}) {
        EXPECT_TRUE(valid_utf8(good)) << good;
    }
}

TEST(Utf8, RefusesOverlongSurrogatesAndTheRest) {
    for (const std::string_view bad :
         {"\x80", "\xc0\xaf", "\xc1\xbf", "\xc2", "\xe0\x80\xaf", "\xe0\x9f\xbf", "\xed\xa0\x80",
          "\xed\xbf\xbf", "\xf0\x80\x80\xaf", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
          "\xff", "\xe2\x82", "\xe2\x28\xa1", "12345678\xe2\x82", "\xf0\x9f\x98"}) {
        EXPECT_FALSE(valid_utf8(bad)) << ::testing::PrintToString(bad);
    }
}

}  // namespace
}  // namespace hubward::server::http
