// SPDX-License-Identifier: Apache-2.0
//
// A request and a response as plain values. Beast ends behind this header.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hubward::server::http {

enum class Verb : std::uint8_t { get, head, post, put, patch, del, options };
std::string_view name(Verb verb);

struct Header {
    std::string name;  // as received; compare with Request::header
    std::string value;
};

// Everything has passed the guard: one Host, origin-form target, no control bytes, sizes in bounds.
struct Request {
    Verb verb = Verb::get;
    std::string target;                // as received
    std::string path;                  // percent-decoded, valid UTF-8, starts with '/'
    std::vector<std::pair<std::string, std::string>> query;       // decoded, in order
    std::vector<std::pair<std::string_view, std::string>> params;  // {name} parts of the route
    std::vector<Header> headers;
    std::string body;                  // has at least 64 spare bytes of capacity behind it
    std::string peer;                  // remote address, without port
    bool loopback = false;             // the peer is this machine
    std::int64_t received_ns = 0;      // steady clock, when the first byte was read
    unsigned thread = 0;               // I/O thread that serves it

    // First header of that name, compared without case; empty when absent.
    std::string_view header(std::string_view name) const;
    bool has_header(std::string_view name) const;
    // First value of a query key; nothing when absent.
    std::optional<std::string_view> query_value(std::string_view key) const;
    std::string_view param(std::string_view name) const;
    // Value of a cookie; empty when absent.
    std::string_view cookie(std::string_view name) const;
};

struct Response {
    unsigned status = 200;
    std::string_view content_type;  // static text; empty for none
    std::string body;
    std::vector<std::pair<std::string_view, std::string>> headers;  // names are static text
    bool close = false;             // close the connection afterwards
    bool until_close = false;       // the body is sent by somebody else and ends with the connection

    Response& with(std::string_view name, std::string value) {
        headers.emplace_back(name, std::move(value));
        return *this;
    }
};

}  // namespace hubward::server::http
