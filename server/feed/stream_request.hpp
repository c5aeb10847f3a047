// SPDX-License-Identifier: Apache-2.0
//
// GET /v1/streams/{stream}/events as it was asked: which stream, from where, how much, for how long.
//
// Reading is strict: what cannot be meant is refused with the name of the parameter. Pure; any
// thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <expected>
#include <string>

#include "server/feed/frames.hpp"
#include "server/http/message.hpp"

namespace hubward::server::feed {

inline constexpr std::string_view event_stream_type = "text/event-stream";
inline constexpr std::string_view ndjson_type = "application/x-ndjson";
inline constexpr std::size_t poll_events_default = 100;
// 500 events are about half a megabyte and take a few milliseconds to make.
inline constexpr std::size_t poll_events_max = 500;

struct StreamRequest {
    std::string stream;
    After after = Latest{};
    std::size_t limit = poll_events_default;
    std::chrono::seconds wait{30};
    Types types;
    wire::Detail detail = wire::Detail::summary;
    std::string client_id;
    bool ndjson = false;
};

// Text names the parameter and what it should be. Last-Event-ID counts more than ?after=: a browser
// that comes back sends both, and only the header knows how far it got.
std::expected<StreamRequest, std::string> read_stream_request(const http::Request& request);

}  // namespace hubward::server::feed
