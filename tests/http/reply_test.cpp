// SPDX-License-Identifier: Apache-2.0
#include "server/http/reply.hpp"

#include <gtest/gtest.h>

namespace hubward::server::http {
namespace {

std::string head(const Response& response, Connection connection = Connection::keep) {
    std::string out;
    DateLine date;
    append_head(out, response, date.at(784'111'777), connection);
    return out;
}

TEST(Reply, LooksAsRfc9110Wants) {
    Response response;
    response.status = 201;
    response.content_type = "application/json";
    response.body = "{}";
    response.with("Location", "/v1/referrals/1");
    EXPECT_EQ(head(response),
              "HTTP/1.1 201 Created\r\n"
              "X-Content-Type-Options: nosniff\r\n"
              "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
              "Content-Type: application/json\r\n"
              "Location: /v1/referrals/1\r\n"
              "Cache-Control: no-store\r\n"
              "Referrer-Policy: no-referrer\r\n"
              "Content-Length: 2\r\n"
              "\r\n");
}

TEST(Reply, LeavesCachingToAHandlerThatStatesIt) {
    Response response;
    response.with("cache-control", "max-age=60");
    EXPECT_EQ(head(response).find("no-store"), std::string::npos);
}

// Pages need another one than the rest, and two would contradict each other.
TEST(Reply, LeavesTheReferrerPolicyToAHandlerThatStatesIt) {
    Response response;
    response.with("Referrer-Policy", "same-origin");
    EXPECT_EQ(head(response).find("no-referrer"), std::string::npos);
}

TEST(Reply, SaysWhatBecomesOfTheConnection) {
    EXPECT_EQ(head({}).find("Connection"), std::string::npos);
    EXPECT_NE(head({}, Connection::close).find("Connection: close\r\n"), std::string::npos);
    EXPECT_NE(head({}, Connection::keep_http10).find("Connection: keep-alive\r\n"),
              std::string::npos);
}

TEST(Reply, HasNoLengthWhereThereIsNoBody) {
    for (const unsigned status : {204U, 304U}) {
        Response response;
        response.status = status;
        EXPECT_EQ(head(response).find("Content-Length"), std::string::npos) << status;
    }
    EXPECT_NE(head({}).find("Content-Length: 0\r\n"), std::string::npos);
}

TEST(Reply, AHeaderValueCannotLeaveItsLine) {
    Response response;
    response.with("Location", "/a\r\nSet-Cookie: x=1\n\x7f\tb");
    EXPECT_NE(head(response).find("Location: /a  Set-Cookie: x=1  \tb\r\n"), std::string::npos);
}

TEST(Reply, TheDateFollowsTheSecond) {
    DateLine date;
    EXPECT_EQ(date.at(0), "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n");
    EXPECT_EQ(date.at(951'827'696), "Date: Tue, 29 Feb 2000 12:34:56 GMT\r\n");
    EXPECT_EQ(date.at(951'827'697), "Date: Tue, 29 Feb 2000 12:34:57 GMT\r\n");
}

TEST(Reply, AnImpossibleStatusIsOurFault) {
    Response response;
    response.status = 7;
    EXPECT_TRUE(head(response).starts_with("HTTP/1.1 500 Internal Server Error\r\n"));
}

}  // namespace
}  // namespace hubward::server::http
