// SPDX-License-Identifier: Apache-2.0
//
// What stands between the HTTP parser and the routes: every rule of RFC 9110 and 9112 that the
// parser leaves to us, above all those whose breach lets one request hide inside another.
//
// Pure functions over views; no allocation unless the target holds percent codes; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "server/http/message.hpp"

namespace hubward::server::http {

struct HeaderView {
    std::string_view name;
    std::string_view value;
};

// A request head as it arrived. The views end with the read buffer.
struct HeadView {
    std::string_view raw;  // request line to the empty line, with all CRLF
    std::string_view method;
    std::string_view target;
    unsigned version = 11;  // 10 or 11
    std::span<const HeaderView> headers;
};

// What the session must know of an accepted head.
struct Admitted {
    Verb verb = Verb::get;
    bool asterisk = false;         // OPTIONS *
    bool keep_alive = true;        // what the client asked for
    bool chunked = false;
    bool expects_continue = false;
    std::optional<std::uint64_t> content_length;
};

struct Refused {
    unsigned status = 400;
    std::string_view why;  // static text, safe to show
};

struct GuardLimits {
    std::size_t target_bytes_max = 8 * 1024;
    std::size_t headers_max = 100;
};

// Either the head may be routed, or the connection is answered with `status` and closed.
struct Verdict {
    std::optional<Refused> refused;
    Admitted admitted;
};
Verdict guard(const HeadView& head, const GuardLimits& limits);

// Case-insensitive comparison of header names and tokens; ASCII only.
bool same_token(std::string_view left, std::string_view right);
// True when a comma-separated list holds the token ("keep-alive, Upgrade" holds "upgrade").
bool list_has(std::string_view list, std::string_view token);
// uri-host [":" port] of RFC 9110 §7.2, not empty.
bool valid_host(std::string_view host);

}  // namespace hubward::server::http
