// SPDX-License-Identifier: Apache-2.0
#include "tests/http/ws_client.hpp"

#include <array>

namespace hubward::tests {
namespace {

std::uint64_t big_endian(std::string_view bytes) {
    std::uint64_t value = 0;
    for (const char byte : bytes) {
        value = value << 8U | static_cast<std::uint8_t>(byte);
    }
    return value;
}

}  // namespace

std::string frame(const FrameSpec& spec) {
    std::string bytes;
    bytes.push_back(static_cast<char>((spec.fin ? 0x80U : 0U) | (spec.reserved & 7U) << 4U |
                                      (spec.opcode & 15U)));
    const std::size_t size = spec.payload.size();
    const unsigned mask_bit = spec.masked ? 0x80U : 0U;
    unsigned form = spec.length_form;
    if (form == 0) {
        form = size < 126 ? 7 : size <= 0xFFFF ? 16 : 64;
    }
    if (form == 7) {
        bytes.push_back(static_cast<char>(mask_bit | size));
    } else {
        bytes.push_back(static_cast<char>(mask_bit | (form == 16 ? 126U : 127U)));
        for (unsigned shift = form; shift != 0; shift -= 8) {
            bytes.push_back(static_cast<char>((std::uint64_t{size} >> (shift - 8)) & 0xFFU));
        }
    }
    if (!spec.masked) {
        return bytes + spec.payload;
    }
    static constexpr std::array<char, 4> mask = {'\x37', '\xfa', '\x21', '\x3d'};
    bytes.append(mask.data(), mask.size());
    for (std::size_t i = 0; i < size; ++i) {
        bytes.push_back(static_cast<char>(spec.payload[i] ^ mask[i % mask.size()]));
    }
    return bytes;
}

std::string close_payload(std::uint16_t code, std::string_view reason) {
    std::string bytes;
    bytes.push_back(static_cast<char>(code >> 8U));
    bytes.push_back(static_cast<char>(code & 0xFFU));
    bytes.append(reason);
    return bytes;
}

std::uint16_t ReceivedFrame::code() const {
    return payload.size() < 2 ? 0
                              : static_cast<std::uint16_t>(big_endian(payload.substr(0, 2)));
}

WebSocketClient::WebSocketClient(std::uint16_t port, const std::string& target,
                                 const std::string& headers, int receive_buffer_bytes)
    : raw(port, receive_buffer_bytes) {
    raw.send("GET " + target +
             " HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
             headers + "\r\n");
    answer_ = raw.read_answer();
    open_ = status_of(answer_) == 101;
}

ReceivedFrame WebSocketClient::receive(std::chrono::milliseconds patience) {
    ReceivedFrame received;
    const std::string head = raw.read_some(2, patience);
    if (head.size() < 2) {
        return received;
    }
    const auto first = static_cast<std::uint8_t>(head[0]);
    const auto second = static_cast<std::uint8_t>(head[1]);
    received.there = true;
    received.fin = (first & 0x80U) != 0;
    received.opcode = first & 0x0FU;
    received.masked = (second & 0x80U) != 0;
    std::uint64_t length = second & 0x7FU;
    if (length == 126) {
        length = big_endian(raw.read_some(2));
    } else if (length == 127) {
        length = big_endian(raw.read_some(8));
    }
    received.payload = raw.read_some(length);
    return received;
}

ReceivedFrame WebSocketClient::receive_close() {
    while (true) {
        ReceivedFrame received = receive();
        if (!received.there || received.opcode == 8) {
            return received;
        }
    }
}

}  // namespace hubward::tests
