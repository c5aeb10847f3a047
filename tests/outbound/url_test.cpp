// SPDX-License-Identifier: Apache-2.0
#include "server/outbound/url.hpp"

#include <gtest/gtest.h>

namespace hubward::server::outbound {
namespace {

TEST(HttpsUrl, IsTakenApart) {
    const auto plain = https_url("https://hooks.example.org");
    ASSERT_TRUE(plain);
    EXPECT_EQ(plain->host, "hooks.example.org");
    EXPECT_EQ(plain->port, 443);
    EXPECT_EQ(plain->target, "/");
    EXPECT_FALSE(plain->literal);
    EXPECT_EQ(plain->authority(), "hooks.example.org");

    const auto full = https_url("https://a.example:8443/in/box?key=1%202");
    ASSERT_TRUE(full);
    EXPECT_EQ(full->port, 8443);
    EXPECT_EQ(full->target, "/in/box?key=1%202");
    EXPECT_EQ(full->authority(), "a.example:8443");

    EXPECT_EQ(https_url("https://a.example?x=1")->target, "/?x=1");
}

TEST(HttpsUrl, KnowsAddresses) {
    EXPECT_TRUE(https_url("https://192.0.2.7/")->literal);
    const auto six = https_url("https://[2001:db8::7]:9443/x");
    ASSERT_TRUE(six);
    EXPECT_TRUE(six->literal);
    EXPECT_EQ(six->host, "2001:db8::7");
    EXPECT_EQ(six->authority(), "[2001:db8::7]:9443");
}

TEST(HttpsUrl, NothingElseIsTaken) {
    for (const std::string& text :
         {std::string(), std::string("http://a.example/"), std::string("https:/a.example"),
          std::string("https://"), std::string("//a.example/"), std::string("a.example"),
          std::string("https://user@a.example/"), std::string("https://u:p@a.example/"),
          std::string("https://a.example/#part"), std::string("https://a example/"),
          std::string("https://a.example:0/"), std::string("https://a.example:65536/"),
          std::string("https://a_b.example/"), std::string("https://%61.example/ "),
          std::string("https://a.example/\r\nX: y"), std::string("https://a.example/\tx"),
          "https://a.example/" + std::string(1'100, 'x')}) {
        EXPECT_FALSE(https_url(text)) << text;
    }
}

}  // namespace
}  // namespace hubward::server::outbound
