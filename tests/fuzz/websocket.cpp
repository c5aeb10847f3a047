// SPDX-License-Identifier: Apache-2.0
//
// A client's bytes behind the handshake. What must hold: the events do not depend on how the bytes
// were cut, texts are valid UTF-8 within the limit, and a failure names a code that may travel.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "server/http/utf8.hpp"
#include "server/http/ws_parser.hpp"

namespace {

using hubward::server::http::valid_utf8;
using hubward::server::http::WebSocketParser;
using Kind = WebSocketParser::Event::Kind;

constexpr std::size_t message_bytes_max = 1'024;

void demand(bool holds) {
    if (!holds) {
        std::abort();
    }
}

std::string events(std::string_view bytes, std::size_t step) {
    WebSocketParser parser(message_bytes_max);
    std::string seen;
    for (std::size_t at = 0; at < bytes.size(); at += step) {
        parser.feed(bytes.substr(at, step));
        while (true) {
            const auto event = parser.next();
            if (event.kind == Kind::need_more) {
                break;
            }
            demand(event.kind != Kind::fragment);
            demand(event.kind != Kind::text ||
                   (valid_utf8(event.payload) && event.payload.size() <= message_bytes_max));
            seen += std::to_string(static_cast<int>(event.kind)) + ":" + event.payload + ":" +
                    std::to_string(event.code) + ";";
            if (event.kind == Kind::failed || event.kind == Kind::close) {
                demand(event.kind == Kind::close || event.code == 1002 || event.code == 1003 ||
                       event.code == 1007 || event.code == 1009);
                return seen;
            }
        }
    }
    return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const std::string whole = events(bytes, std::max<std::size_t>(size, 1));
    for (const std::size_t step : {1U, 3U, 64U}) {
        demand(events(bytes, step) == whole);
    }
    return 0;
}
