// SPDX-License-Identifier: Apache-2.0
//
// A WebSocket client that can break every rule of RFC 6455: it sends the frames a test spells out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tests/http/raw_client.hpp"

namespace hubward::tests {

// One frame as bytes. By default a masked, final text frame with the shortest length form.
struct FrameSpec {
    unsigned opcode = 1;
    std::string payload = {};
    bool fin = true;
    unsigned reserved = 0;    // the three bits behind FIN
    bool masked = true;
    unsigned length_form = 0;  // 0: shortest; 7, 16 or 64 bits
};
std::string frame(const FrameSpec& spec);
std::string close_payload(std::uint16_t code, std::string_view reason = {});

struct ReceivedFrame {
    bool there = false;
    bool fin = false;
    bool masked = false;
    unsigned opcode = 0;
    std::string payload;
    std::uint16_t code() const;  // of a close frame; 0 when it has none
};

class WebSocketClient {
  public:
    explicit WebSocketClient(std::uint16_t port, const std::string& target = "/ws",
                             const std::string& headers = "", int receive_buffer_bytes = 0);

    bool open() const { return open_; }
    const std::string& answer() const { return answer_; }
    void send(const FrameSpec& spec) { raw.send(frame(spec)); }
    ReceivedFrame receive(std::chrono::milliseconds patience = std::chrono::seconds(5));
    // Frames up to and with the close frame; the last one is `there` only when it is a close.
    ReceivedFrame receive_close();

    RawClient raw;

  private:
    bool open_ = false;
    std::string answer_;
};

}  // namespace hubward::tests
