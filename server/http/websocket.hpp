// SPDX-License-Identifier: Apache-2.0
//
// One WebSocket connection as the feed sees it: whole text messages in, shared frames out.
//
// Lives on its connection's I/O thread; every call comes from there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/http/frame_sink.hpp"

namespace hubward::server::http {

// A text message framed once (RFC 6455, unmasked, FIN).
Frame text_frame(std::string_view payload);
// The text inside such a frame.
std::string_view text_of(const std::string& frame);

class WebSocket : public FrameSink {
  public:
    // Next whole text message; nothing when the peer closed, broke the protocol, sent more than
    // the limit (16 KiB) or a binary message. The close handshake is done by then.
    virtual Task<std::optional<std::string>> read() = 0;
    // Sends a close frame behind what is queued; read() then returns nothing.
    virtual void close(std::uint16_t code, std::string_view reason) = 0;
};

}  // namespace hubward::server::http
