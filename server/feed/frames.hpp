// SPDX-License-Identifier: Apache-2.0
//
// The words of hubward.feed.v1: client frames read, server frames written.
//
// Strict where it protects (JSON, types, ranges), lenient where the protocol grows (unknown fields
// are ignored). Pure; any thread (reading uses the thread's JSON parser).
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "matcher/types.hpp"
#include "server/http/websocket.hpp"

namespace hubward::server::feed {

inline constexpr std::string_view protocol = "hubward.feed.v1";
inline constexpr std::uint32_t window_default = 64;
inline constexpr std::uint32_t window_max = 1'024;

// Why a connection is closed, as the client sees it.
enum class Close : std::uint16_t {
    drain = 1012,
    bad_frame = 4400,
    unauthenticated = 4401,
    timed_out = 4408,  // no heartbeat, or no ack for too long
    too_many_frames = 4429,
};

// Where a subscription wants to begin.
struct At {
    std::string epoch;
    std::uint64_t seq = 0;  // the last number the client has
};
struct Latest {};
struct Earliest {};
using After = std::variant<At, Latest, Earliest>;

struct AuthFrame {
    std::string token;
};
struct SubscribeFrame {
    std::string stream;
    After after = Latest{};
    std::uint32_t window = window_default;
};
struct AckFrame {
    std::string stream;
    std::uint64_t seq = 0;
};
struct UnsubscribeFrame {
    std::string stream;
};
struct HeartbeatFrame {};

struct ClientFrame {
    std::string ref;  // JSON of the client's own reference, to be given back; empty for none
    std::variant<AuthFrame, SubscribeFrame, AckFrame, UnsubscribeFrame, HeartbeatFrame> body;
};

// What is wrong with a frame. The text never repeats what came in.
struct FrameFault {
    enum class Kind : std::uint8_t {
        unreadable,  // not a JSON object with a text "t": the connection ends (4400)
        unknown,     // a "t" of no meaning to us: an error frame
        invalid,     // a field is missing or wrong: an error frame
    } kind = Kind::invalid;
    std::string detail;
    std::string ref;
};
std::expected<ClientFrame, FrameFault> read_frame(std::string_view text);

// RFC 9457, in the body of an error frame. `slug` is one of the API's problem types.
struct Trouble {
    std::string_view slug;
    unsigned status = 400;
    std::string_view title;
    std::string detail;
};
Trouble invalid_content(std::string detail);
Trouble forbidden(std::string detail);
Trouble unauthenticated(std::string detail);

struct Hello {
    std::string_view server;
    std::string_view session;
    std::int64_t heartbeat_ms = 0;
    matcher::Timestamp now;
    std::optional<matcher::Timestamp> auth_expires_at;
};
http::Frame hello_frame(const Hello& hello);

struct Subscribed {
    std::string_view ref;
    std::string_view stream;
    std::string_view epoch;
    std::uint64_t after = 0;
    std::uint64_t head = 0;
    std::uint64_t floor = 0;
    bool recovered = false;
    std::string_view reason;        // empty when recovered
    std::string_view snapshot_url;  // empty when recovered
    std::uint32_t window = 0;
};
http::Frame subscribed_frame(const Subscribed& answer);

// `event` is JSON that is already well-formed.
http::Frame event_frame(std::string_view stream, std::string_view epoch, std::uint64_t seq,
                        std::string_view event);

using Heads = std::vector<std::pair<std::string_view, std::uint64_t>>;
http::Frame heartbeat_frame(matcher::Timestamp now, const Heads& heads);
http::Frame lagging_frame(std::string_view stream, std::uint64_t behind,
                          std::int64_t oldest_unacked_ms);
http::Frame auth_frame(bool expiring, matcher::Timestamp expires_at);
http::Frame error_frame(std::string_view ref, std::string_view base_url, const Trouble& trouble);
http::Frame bye_frame(Close code, std::string_view reason, std::int64_t retry_after_ms);

}  // namespace hubward::server::feed
