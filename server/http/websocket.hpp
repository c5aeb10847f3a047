// SPDX-License-Identifier: Apache-2.0
//
// One WebSocket connection as the feed sees it: whole text messages in, shared frames out.
//
// Lives on its connection's I/O thread; every call comes from there. Frames are queued by reference
// and all that wait at the end of a loop turn leave in one system call.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "server/http/task.hpp"

namespace hubward::server::http {

// A text message framed once (RFC 6455, unmasked, FIN) and shared by all who get it.
using Frame = std::shared_ptr<const std::string>;
Frame text_frame(std::string_view payload);

class WebSocket {
  public:
    virtual ~WebSocket() = default;
    // Next whole text message; nothing when the peer closed, broke the protocol, sent more than
    // the limit (16 KiB) or a binary message. The close handshake is done by then.
    virtual Task<std::optional<std::string>> read() = 0;
    // Queues a frame. False when the connection is closed or its queue is full by bytes or count:
    // the frame is not queued, and the caller decides what to tell the peer.
    virtual bool send(Frame frame) = 0;
    // Frames and bytes not yet taken by the kernel.
    virtual std::size_t queued_frames() const = 0;
    virtual std::size_t queued_bytes() const = 0;
    // Sends a close frame behind what is queued; read() then returns nothing.
    virtual void close(std::uint16_t code, std::string_view reason) = 0;
    virtual Executor executor() = 0;
};

}  // namespace hubward::server::http
