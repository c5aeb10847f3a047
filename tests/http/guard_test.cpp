// SPDX-License-Identifier: Apache-2.0
#include "server/http/guard.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace hubward::server::http {
namespace {

struct Given {
    std::string_view method = "GET";
    std::string_view target = "/";
    unsigned version = 11;
    std::vector<HeaderView> headers = {{"Host", "hub.example"}};
    std::string_view raw = "GET / HTTP/1.1\r\nHost: hub.example\r\n\r\n";
};

Verdict judge(const Given& given, GuardLimits limits = {}) {
    return guard({given.raw, given.method, given.target, given.version, given.headers}, limits);
}

unsigned status(const Given& given, GuardLimits limits = {}) {
    const Verdict verdict = judge(given, limits);
    return verdict.refused ? verdict.refused->status : 200;
}

unsigned with_headers(std::vector<HeaderView> more, unsigned version = 11) {
    Given given;
    given.version = version;
    given.headers.insert(given.headers.end(), more.begin(), more.end());
    return status(given);
}

TEST(Guard, AdmitsAPlainRequestAndSaysWhatItIs) {
    Given given;
    given.method = "POST";
    given.headers.push_back({"content-LENGTH", "12"});
    given.headers.push_back({"Expect", "100-Continue"});
    const Verdict verdict = judge(given);
    ASSERT_FALSE(verdict.refused);
    EXPECT_EQ(verdict.admitted.verb, Verb::post);
    EXPECT_EQ(verdict.admitted.content_length, 12U);
    EXPECT_TRUE(verdict.admitted.expects_continue);
    EXPECT_TRUE(verdict.admitted.keep_alive);
    EXPECT_FALSE(verdict.admitted.chunked);
}

TEST(Guard, WantsExactlyOneHost) {
    Given none;
    none.headers.clear();
    EXPECT_EQ(status(none), 400U);
    EXPECT_EQ(with_headers({{"host", "hub.example"}}), 400U) << "even when both say the same";
}

TEST(Guard, KnowsAHostWhenItSeesOne) {
    for (const std::string_view good : {"a", "a.b", "a:80", "127.0.0.1:8080", "[::1]", "[::1]:80", "a:",
                                        "xn--bcher-kva.example", "a_b", "A:65535"}) {
        EXPECT_TRUE(valid_host(good)) << good;
    }
    for (const std::string_view bad : {"", "a,b", "a b", "a/b", "u@a", "a:x", "a:65536", "a:123456", "[::1",
                                       "[]", "[::1]x", ":80", "a?b", "a#b", "a\x80", "http://a", "a:80:80",
                                       "[zz::1]", "a%41"}) {
        EXPECT_FALSE(valid_host(bad)) << bad;
    }
    EXPECT_TRUE(valid_host(std::string(255, 'a')));
    EXPECT_FALSE(valid_host(std::string(256, 'a')));
}

TEST(Guard, TakesOnlyChunkedAndOnlyAlone) {
    EXPECT_EQ(with_headers({{"Transfer-Encoding", "chunked"}}), 200U);
    for (const std::string_view bad : {"Chunked", "xchunked", "identity", "", "chunked, identity",
                                       "gzip, chunked", "chunked,", "chunked;q=1", " chunked", "\x0b"
                                       "chunked"}) {
        EXPECT_EQ(with_headers({{"Transfer-Encoding", bad}}), 400U) << bad;
    }
    EXPECT_EQ(with_headers({{"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "chunked"}}), 400U);
    EXPECT_EQ(with_headers({{"Transfer-Encoding", "chunked"}, {"Content-Length", "1"}}), 400U);
    EXPECT_EQ(with_headers({{"Content-Length", "1"}, {"Transfer-Encoding", "chunked"}}), 400U);
    EXPECT_EQ(with_headers({{"Transfer-Encoding", "chunked"}}, 10), 400U);
}

TEST(Guard, TakesOneContentLengthOfDigits) {
    EXPECT_EQ(with_headers({{"Content-Length", "0"}}), 200U);
    EXPECT_EQ(with_headers({{"Content-Length", "007"}}), 200U);
    EXPECT_EQ(with_headers({{"Content-Length", "2"}, {"Content-Length", "2"}}), 400U);
    for (const std::string_view bad : {"", "+2", "-1", "0x2", "1_0", "2, 2", "2 ", "1e3", "\xd9\xa1",
                                       "99999999999999999999"}) {
        EXPECT_EQ(with_headers({{"Content-Length", bad}}), 400U) << bad;
    }
}

TEST(Guard, RefusesFoldedLines) {
    Given folded;
    folded.raw = "GET / HTTP/1.1\r\nHost: hub.example\r\nX: a\r\n b\r\n\r\n";
    EXPECT_EQ(status(folded), 400U);
    folded.raw = "GET / HTTP/1.1\r\n\tHost: hub.example\r\n\r\n";
    EXPECT_EQ(status(folded), 400U);
}

TEST(Guard, KnowsSevenMethods) {
    for (const std::string_view good : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
        Given given;
        given.method = good;
        EXPECT_EQ(status(given), 200U) << good;
    }
    for (const std::string_view bad : {"CONNECT", "TRACE", "get", "FROB", "PROPFIND", ""}) {
        Given given;
        given.method = bad;
        EXPECT_EQ(status(given), 501U) << bad;
    }
}

TEST(Guard, KeepsTheAsteriskForOptions) {
    Given given;
    given.target = "*";
    EXPECT_EQ(status(given), 400U);
    given.method = "OPTIONS";
    EXPECT_EQ(status(given), 200U);
    EXPECT_TRUE(judge(given).admitted.asterisk);
}

TEST(Guard, CountsAtTheLimitAndBeyond) {
    GuardLimits limits;
    limits.target_bytes_max = 10;
    limits.headers_max = 3;
    Given given;
    given.target = "/123456789";
    EXPECT_EQ(status(given, limits), 200U);
    given.target = "/1234567890";
    EXPECT_EQ(status(given, limits), 414U);
    given.target = "/";
    given.headers = {{"Host", "a"}, {"A", ""}, {"B", ""}};
    EXPECT_EQ(status(given, limits), 200U);
    given.headers.push_back({"C", ""});
    EXPECT_EQ(status(given, limits), 431U);
}

TEST(Guard, UnderstandsOneExpectation) {
    EXPECT_EQ(with_headers({{"Expect", "100-continue"}}), 200U);
    EXPECT_EQ(with_headers({{"Expect", "200-ok"}}), 417U);
    EXPECT_EQ(with_headers({{"Expect", "anything"}}, 10), 200U) << "HTTP/1.0 has no expectations";
}

TEST(Guard, KnowsWhenAConnectionStays) {
    const auto keeps = [](unsigned version, std::string_view connection) {
        Given given;
        given.version = version;
        given.headers.push_back({"Connection", connection});
        return judge(given).admitted.keep_alive;
    };
    EXPECT_TRUE(keeps(11, ""));
    EXPECT_TRUE(keeps(11, "Upgrade"));
    EXPECT_FALSE(keeps(11, "close"));
    EXPECT_FALSE(keeps(11, "foo, CLOSE"));
    EXPECT_FALSE(keeps(10, ""));
    EXPECT_TRUE(keeps(10, "Keep-Alive"));
    EXPECT_FALSE(keeps(10, "keep-alive, close"));
}

}  // namespace
}  // namespace hubward::server::http
