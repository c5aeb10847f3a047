// SPDX-License-Identifier: Apache-2.0
//
// Client bytes to WebSocket messages by RFC 6455 §5, as a server must read them.
//
// No I/O and no clock: bytes in, events out, so every rule can be tested without a socket. A breach
// is found as early as its bytes allow: a frame that is too long is refused by its header.
// One per connection, one thread. Holds memory only while a frame or message is incomplete.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hubward::server::http {

class WebSocketParser {
  public:
    struct Event {
        enum class Kind { need_more, fragment, text, ping, pong, close, failed } kind = Kind::need_more;
        std::string payload;     // of text, ping, pong; the reason of close
        std::uint16_t code = 0;  // of close: what the peer gave, 1005 for none; of failed: ours
    };

    explicit WebSocketParser(std::size_t message_bytes_max)
        : message_bytes_max_(message_bytes_max) {}

    void feed(std::string_view bytes) { input_.append(bytes); }
    // The next event, never `fragment`; need_more once the bytes are used up. Not to be called after failed.
    Event next();

  private:
    struct FrameHead;
    enum class Opcode : std::uint8_t { more = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

    Event next_frame();
    Event finish(Opcode opcode, bool fin, std::string payload);
    void compact();

    std::size_t message_bytes_max_;
    std::size_t at_ = 0;     // bytes of input_ that are used up
    std::string input_;
    std::string message_;    // text of the fragments so far
    bool fragmented_ = false;
};

}  // namespace hubward::server::http
