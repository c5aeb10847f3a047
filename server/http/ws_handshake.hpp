// SPDX-License-Identifier: Apache-2.0
//
// The opening handshake of RFC 6455 §4.2, server side. Pure; any thread.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "server/http/guard.hpp"  // Refused
#include "server/http/message.hpp"

namespace hubward::server::http {

// True when the client asks for a WebSocket at all (Upgrade names it, Connection says upgrade).
bool wants_websocket(const Request& request);

// The whole 101 answer, or the refusal: 400 for a broken handshake, 426 for another version.
// `subprotocol` is named back when the client offers it; empty for none.
std::expected<std::string, Refused> accept_handshake(const Request& request,
                                                     std::string_view subprotocol);

// base64(SHA-1(key + the GUID of RFC 6455)).
std::string accept_key(std::string_view key);

}  // namespace hubward::server::http
