// SPDX-License-Identifier: Apache-2.0
#include "server/cli/feed_client.hpp"

#include <random>

#include <fmt/format.h>

namespace hubward::server::cli {
namespace {

constexpr std::uint8_t text_frame = 1;
constexpr std::uint8_t close_frame = 8;
constexpr std::uint8_t ping_frame = 9;
constexpr std::uint8_t pong_frame = 10;

std::uint8_t byte_at(std::string_view bytes, std::size_t i) {
    return static_cast<std::uint8_t>(bytes[i]);
}

}  // namespace

std::expected<FeedClient, std::string> FeedClient::connect(std::string_view base,
                                                           const HttpClient::Headers& headers) {
    HttpClient::Headers all = headers;
    all.emplace_back("Upgrade", "websocket");
    all.emplace_back("Connection", "Upgrade");
    all.emplace_back("Sec-WebSocket-Version", "13");
    // RFC 6455 wants 16 bytes; they protect against caches, which this client has none of.
    all.emplace_back("Sec-WebSocket-Key", "aHVid2FyZC1mZWVkLWtleQ==");
    all.emplace_back("Sec-WebSocket-Protocol", "hubward.feed.v1");
    HttpClient http(base);
    auto head = http.open("GET", "/v1/feed", all);
    if (!head) {
        return std::unexpected(head.error());
    }
    if (head->status != 101) {
        return std::unexpected(fmt::format("{} instead of a WebSocket", head->status));
    }
    FeedClient client(http.release());
    client.subprotocol_ = head->header("sec-websocket-protocol");
    return client;
}

bool FeedClient::send(std::string_view text) { return write(text_frame, text); }

bool FeedClient::write(std::uint8_t opcode, std::string_view payload) {
    static thread_local std::mt19937 chance{std::random_device{}()};
    std::string frame;
    frame.push_back(static_cast<char>(0x80U | opcode));
    const std::size_t size = payload.size();
    if (size < 126) {
        frame.push_back(static_cast<char>(0x80U | size));
    } else if (size <= 0xFFFF) {
        frame.push_back(static_cast<char>(0xFE));
        frame.push_back(static_cast<char>(size >> 8U));
        frame.push_back(static_cast<char>(size & 0xFFU));
    } else {
        frame.push_back(static_cast<char>(0xFF));
        for (unsigned shift = 64; shift != 0; shift -= 8) {
            frame.push_back(static_cast<char>((size >> (shift - 8)) & 0xFFU));
        }
    }
    const auto mask = static_cast<std::uint32_t>(chance());
    for (unsigned i = 0; i < 4; ++i) {
        frame.push_back(static_cast<char>(mask >> (8 * i) & 0xFFU));
    }
    for (std::size_t i = 0; i < size; ++i) {
        frame.push_back(static_cast<char>(byte_at(payload, i) ^ (mask >> (8 * (i % 4)) & 0xFFU)));
    }
    return connection_.write(frame);
}

bool FeedClient::take_frame(std::uint8_t& opcode, std::string& payload) {
    std::string& bytes = connection_.early;
    if (bytes.size() < 2) {
        return false;
    }
    std::size_t head = 2;
    std::uint64_t size = byte_at(bytes, 1) & 0x7FU;
    const std::size_t wide = size == 126 ? 2 : size == 127 ? 8 : 0;
    if (wide != 0) {
        if (bytes.size() < head + wide) {
            return false;
        }
        size = 0;
        for (std::size_t i = 0; i < wide; ++i) {
            size = size << 8U | byte_at(bytes, head + i);
        }
        head += wide;
    }
    if (bytes.size() < head + size) {
        return false;
    }
    opcode = byte_at(bytes, 0) & 0x0FU;
    payload = bytes.substr(head, size);
    bytes.erase(0, head + size);
    return true;
}

FeedClient::Received FeedClient::receive(std::chrono::milliseconds patience) {
    const auto until = std::chrono::steady_clock::now() + patience;
    Received received;
    while (true) {
        std::uint8_t opcode = 0;
        std::string payload;
        while (take_frame(opcode, payload)) {
            if (opcode == text_frame) {
                received.kind = Received::Kind::frame;
                received.text = std::move(payload);
                return received;
            }
            if (opcode == close_frame) {
                received.kind = Received::Kind::closed;
                received.code = payload.size() < 2
                                    ? std::uint16_t{1005}
                                    : static_cast<std::uint16_t>(byte_at(payload, 0) << 8U |
                                                                 byte_at(payload, 1));
                write(close_frame, payload.substr(0, 2));
                return received;
            }
            if (opcode == ping_frame) {
                write(pong_frame, payload);
            }
        }
        switch (connection_.read_until(until)) {
            case OpenConnection::Read::some:
                break;
            case OpenConnection::Read::time_over:
                return received;
            case OpenConnection::Read::ended:
                received.kind = Received::Kind::closed;
                received.code = 1006;
                return received;
        }
    }
}

}  // namespace hubward::server::cli
