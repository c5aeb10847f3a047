// SPDX-License-Identifier: Apache-2.0
//
// Bytes that no honest client sends, by class, against a real server. For each: the status must be
// one of those the RFCs (or our stricter reading) allow, there is at most one answer, the connection
// is closed after a refusal, and nothing hidden in the request is ever served.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/http/raw_cases.hpp"
#include "tests/http/raw_client.hpp"
#include "tests/http/served.hpp"

namespace hubward::tests {
namespace {

void run(const std::vector<RawCase>& cases) {
    Served served;
    for (const RawCase& each : cases) {
        SCOPED_TRACE(each.name);
        RawClient client(served.port());
        client.send(each.bytes);
        client.finish_sending();
        const std::string answer = client.read_to_end();
        EXPECT_FALSE(client.timed_out) << "the connection hangs";
        const auto codes = statuses(answer);
        const unsigned first = codes.empty() ? 0 : codes.front();
        EXPECT_TRUE(std::find(each.allowed.begin(), each.allowed.end(), first) !=
                    each.allowed.end())
            << "answered " << first;
        EXPECT_LE(codes.size(), each.answers_max) << answer;
        EXPECT_EQ(served.smuggled(), 0U);
        if (first == 400 || (first > 405)) {
            EXPECT_EQ(header_of(answer, "Connection"), "close");
        }
    }
    // After all of that the server still serves.
    RawClient client(served.port());
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(status_of(client.read_answer()), 200U);
}

TEST(RawRequests, RequestLine) { run(request_line_cases()); }
TEST(RawRequests, Headers) { run(header_cases()); }
TEST(RawRequests, Framing) { run(framing_cases()); }
TEST(RawRequests, Chunks) { run(chunk_cases()); }

TEST(RawRequests, AreMoreThanTwoHundred) {
    EXPECT_GE(request_line_cases().size() + header_cases().size() + framing_cases().size() +
                  chunk_cases().size(),
              200U);
}

// The same bytes, one at a time: no rule may depend on how TCP cut the stream.
TEST(RawRequests, BytesThatArriveOneByOneGetTheSameAnswer) {
    Served served;
    for (const RawCase& each : framing_cases()) {
        if (each.bytes.size() > 300) {
            continue;
        }
        SCOPED_TRACE(each.name);
        RawClient client(served.port());
        for (const char byte : each.bytes) {
            if (!client.send(std::string_view(&byte, 1))) {
                break;
            }
        }
        client.finish_sending();
        const auto codes = statuses(client.read_to_end());
        const unsigned first = codes.empty() ? 0 : codes.front();
        EXPECT_TRUE(std::find(each.allowed.begin(), each.allowed.end(), first) !=
                    each.allowed.end())
            << "answered " << first;
        EXPECT_EQ(served.smuggled(), 0U);
    }
}

}  // namespace
}  // namespace hubward::tests
