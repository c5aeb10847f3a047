// SPDX-License-Identifier: Apache-2.0
//
// Each limit at n and at n + 1.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <vector>

#include "tests/http/raw_client.hpp"
#include "tests/http/served.hpp"

namespace hubward::tests {
namespace {

unsigned ask(const Served& served, const std::string& bytes) {
    RawClient client(served.port());
    client.send(bytes);
    client.finish_sending();
    const auto codes = statuses(client.read_to_end());
    return codes.empty() ? 0 : codes.front();
}

std::string post(std::size_t body) {
    return "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body) + "\r\n\r\n" +
           std::string(body, 'x');
}

TEST(Limits, TargetBytes) {
    server::http::Limits limits;
    limits.target_bytes_max = 100;
    Served served(limits);
    const auto get = [](std::size_t size) {
        return "GET /?" + std::string(size - 2, 'q') + " HTTP/1.1\r\nHost: a\r\n\r\n";
    };
    EXPECT_EQ(ask(served, get(100)), 200U);
    EXPECT_EQ(ask(served, get(101)), 414U);
}

TEST(Limits, HeaderBytes) {
    server::http::Limits limits;
    limits.header_bytes_max = 1'000;
    Served served(limits);
    const std::string begin = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
    const auto get = [&](std::size_t size) {
        return begin + std::string(size - begin.size() - 4, 'x') + "\r\n\r\n";
    };
    EXPECT_EQ(ask(served, get(1'000)), 200U);
    EXPECT_EQ(ask(served, get(1'001)), 431U);
}

TEST(Limits, Headers) {
    server::http::Limits limits;
    limits.headers_max = 5;
    Served served(limits);
    const std::string four = "Host: a\r\nA: 1\r\nB: 1\r\nC: 1\r\n";
    EXPECT_EQ(ask(served, "GET / HTTP/1.1\r\n" + four + "D: 1\r\n\r\n"), 200U);
    EXPECT_EQ(ask(served, "GET / HTTP/1.1\r\n" + four + "D: 1\r\nE: 1\r\n\r\n"), 431U);
}

TEST(Limits, BodyBytesByLength) {
    Served served;
    EXPECT_EQ(ask(served, post(64 * 1024)), 201U);
    EXPECT_EQ(ask(served, post(64 * 1024 + 1)), 413U);
}

TEST(Limits, BodyBytesByChunks) {
    Served served;
    const auto chunked = [](std::size_t size) {
        std::string bytes =
            "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
        for (std::size_t at = 0; at < size; at += 0x4000) {
            const std::size_t part = std::min<std::size_t>(0x4000, size - at);
            std::array<char, 16> hex{};
            std::snprintf(hex.data(), hex.size(), "%zx\r\n", part);
            bytes += hex.data() + std::string(part, 'x') + "\r\n";
        }
        return bytes + "0\r\n\r\n";
    };
    EXPECT_EQ(ask(served, chunked(64 * 1024)), 201U);
    EXPECT_EQ(ask(served, chunked(64 * 1024 + 1)), 413U);
}

TEST(Limits, Connections) {
    server::http::Limits limits;
    limits.connections_max = 3;
    Served served(limits);
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 3; ++i) {
        clients.push_back(std::make_unique<RawClient>(served.port()));
        clients.back()->send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        EXPECT_EQ(status_of(clients.back()->read_answer()), 200U);
    }
    RawClient fourth(served.port());
    const std::string answer = fourth.read_to_end();
    EXPECT_EQ(status_of(answer), 503U);
    EXPECT_EQ(header_of(answer, "Retry-After"), "1");
    // A place that is given up can be taken again.
    clients.pop_back();
    unsigned status = 0;
    for (int tries = 0; tries < 200 && status != 200; ++tries) {
        status = ask(served, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    }
    EXPECT_EQ(status, 200U);
}

TEST(Limits, ConnectionsPerAddress) {
    server::http::Limits limits;
    limits.connections_per_address_max = 1;
    Served served(limits);
    RawClient first(served.port());
    first.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(status_of(first.read_answer()), 200U);
    RawClient second(served.port());
    EXPECT_EQ(status_of(second.read_to_end()), 503U);
    EXPECT_EQ(served.server->stats().connections.load(), 1U);
}

}  // namespace
}  // namespace hubward::tests
