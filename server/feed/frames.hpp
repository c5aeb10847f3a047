// SPDX-License-Identifier: Apache-2.0
//
// The words of hubward.feed.v1: client frames read, server frames written.
//
// Strict where it protects (JSON, types, ranges), lenient where the protocol grows (unknown fields
// are ignored). Pure; any thread (reading uses the thread's JSON parser).
#pragma once

#include <bitset>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "matcher/event.hpp"
#include "matcher/types.hpp"
#include "server/http/websocket.hpp"
#include "server/wire/event_json.hpp"  // Detail

namespace hubward::server::feed {

inline constexpr std::string_view protocol = "hubward.feed.v1";
inline constexpr std::uint32_t window_default = 64;
inline constexpr std::uint32_t window_max = 1'024;

enum class Transport : std::uint8_t { websocket, event_stream };

// Why a connection is closed, as the client sees it.
enum class Close : std::uint16_t {
    drain = 1012,
    bad_frame = 4400,
    unauthenticated = 4401,
    not_allowed = 4403,  // a stream that it heard is not its own any more
    timed_out = 4408,  // no heartbeat, or no ack for too long
    replaced = 4409,  // a newer connection has the same client_id
    too_many_frames = 4429,
};

// Where a subscription wants to begin.
struct At {
    std::string epoch;
    std::uint64_t seq = 0;  // the last number the client has
};
struct Latest {};
struct Earliest {};
struct Stored {};  // the last number acknowledged under this client_id
using After = std::variant<At, Latest, Earliest, Stored>;

// "epoch:seq", as in Last-Event-ID and in a URL; nothing when it is not of that form.
std::optional<At> position_of(std::string_view text);
std::string position_text(std::string_view epoch, std::uint64_t seq);

inline constexpr std::size_t client_id_bytes_max = 64;
bool is_client_id(std::string_view text);
// Which events a reader wants, by their place in wire::event_types(); none: all of them.
using Types = std::bitset<std::variant_size_v<matcher::Event>>;
// Adds a type to the set; false when there is no such type.
bool add_type(Types& types, std::string_view type);
std::optional<wire::Detail> detail_of(std::string_view word);

// One of the two is empty.
struct AuthFrame {
    std::string token;
    std::string ticket;
};
struct SubscribeFrame {
    std::string stream;
    After after = Latest{};
    std::uint32_t window = window_default;
    Types types;
    wire::Detail detail = wire::Detail::summary;
    std::string client_id;  // empty: acks are not remembered
    bool presence = false;
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

// Where a stream is, and how far this connection has been served: everything up to `sent` was sent
// or, with a filter of types, passed over.
struct Place {
    std::string_view stream;
    std::uint64_t head = 0;
    std::uint64_t sent = 0;
};
http::Frame heartbeat_frame(matcher::Timestamp now, const std::vector<Place>& places);
http::Frame presence_frame(std::string_view stream, std::uint64_t online);
http::Frame lagging_frame(std::string_view stream, std::uint64_t behind,
                          std::int64_t oldest_unacked_ms);
http::Frame auth_frame(bool expiring, matcher::Timestamp expires_at);
http::Frame error_frame(std::string_view ref, std::string_view base_url, const Trouble& trouble);
http::Frame bye_frame(Close code, std::string_view reason, std::int64_t retry_after_ms);

// The same words for text/event-stream. An empty name is an event for `onmessage`; `id` comes back
// as Last-Event-ID. `json` is what the WebSocket would carry.
http::Frame event_stream_part(std::string_view name, std::string_view id, std::string_view json,
                              std::int64_t retry_ms = -1);
http::Frame event_part(std::string_view stream, std::string_view epoch, std::uint64_t seq,
                       std::string_view event);

}  // namespace hubward::server::feed
