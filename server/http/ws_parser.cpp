// SPDX-License-Identifier: Apache-2.0
#include "server/http/ws_parser.hpp"

#include <array>
#include <utility>

#include "server/http/utf8.hpp"

namespace hubward::server::http {
namespace {

constexpr std::uint16_t protocol_error = 1002;
constexpr std::uint16_t unsupported_data = 1003;
constexpr std::uint16_t no_status = 1005;
constexpr std::uint16_t invalid_payload = 1007;
constexpr std::uint16_t too_big = 1009;
constexpr std::size_t control_bytes_max = 125;

WebSocketParser::Event failed(std::uint16_t code) {
    WebSocketParser::Event event;
    event.kind = WebSocketParser::Event::Kind::failed;
    event.code = code;
    return event;
}

std::uint8_t byte_at(std::string_view text, std::size_t at) {
    return static_cast<std::uint8_t>(text[at]);
}

// RFC 6455 §7.4: 1004 to 1006 and 1015 never travel; 1016 to 2999 belong to later standards.
bool may_travel(std::uint16_t code) {
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
           (code >= 3000 && code <= 4999);
}

WebSocketParser::Event closed(std::string payload) {
    WebSocketParser::Event event;
    event.kind = WebSocketParser::Event::Kind::close;
    event.code = no_status;
    if (payload.empty()) {
        return event;
    }
    if (payload.size() < 2) {
        return failed(protocol_error);
    }
    event.code = static_cast<std::uint16_t>(byte_at(payload, 0) << 8U | byte_at(payload, 1));
    if (!may_travel(event.code)) {
        return failed(protocol_error);
    }
    event.payload = payload.substr(2);
    if (!valid_utf8(event.payload)) {
        return failed(invalid_payload);
    }
    return event;
}

}  // namespace

// The two fixed bytes, the length and the mask; `whole` once all of them are there.
struct WebSocketParser::FrameHead {
    bool whole = false;
    bool fin = false;
    Opcode opcode = Opcode::more;
    std::uint64_t length = 0;
    std::size_t size = 0;
    std::array<char, 4> mask{};
    std::uint16_t fault = 0;

    static FrameHead read(std::string_view bytes) {
        FrameHead head;
        if (bytes.size() < 2) {
            return head;
        }
        const std::uint8_t first = byte_at(bytes, 0);
        const std::uint8_t second = byte_at(bytes, 1);
        const std::uint8_t opcode = first & 0x0FU;
        const bool control = (opcode & 0x08U) != 0;
        head.fin = (first & 0x80U) != 0;
        head.opcode = static_cast<Opcode>(opcode);
        const bool reserved_bits = (first & 0x70U) != 0;
        const bool known = opcode <= 2 || (opcode >= 8 && opcode <= 10);
        const bool masked = (second & 0x80U) != 0;
        const std::uint8_t short_length = second & 0x7FU;
        if (reserved_bits || !known || !masked ||
            (control && (!head.fin || short_length > control_bytes_max))) {
            head.fault = protocol_error;
            return head;
        }
        const std::size_t length_bytes = short_length == 127 ? 8 : short_length == 126 ? 2 : 0;
        if (bytes.size() < 2 + length_bytes) {
            return head;
        }
        head.length = length_bytes == 0 ? short_length : 0;
        for (std::size_t i = 0; i < length_bytes; ++i) {
            head.length = head.length << 8U | byte_at(bytes, 2 + i);
        }
        // The shortest form is a must, and the top bit of the longest is zero (§5.2).
        if ((length_bytes == 2 && head.length < 126) ||
            (length_bytes == 8 && (head.length <= 0xFFFF || (head.length >> 63U) != 0))) {
            head.fault = protocol_error;
            return head;
        }
        head.size = 2 + length_bytes + head.mask.size();
        if (bytes.size() < head.size) {
            return head;  // the length is known, so next() can refuse it before the mask arrives
        }
        for (std::size_t i = 0; i < head.mask.size(); ++i) {
            head.mask[i] = bytes[2 + length_bytes + i];
        }
        head.whole = true;
        return head;
    }
};

WebSocketParser::Event WebSocketParser::next() {
    Event event = next_frame();
    while (event.kind == Event::Kind::fragment) {
        event = next_frame();
    }
    return event;
}

WebSocketParser::Event WebSocketParser::next_frame() {
    const std::string_view rest = std::string_view(input_).substr(at_);
    const FrameHead head = FrameHead::read(rest);
    if (head.fault != 0) {
        return failed(head.fault);
    }
    if (rest.size() >= 2 && head.size != 0) {
        const bool control = head.opcode >= Opcode::close;
        if (head.opcode == Opcode::binary) {
            return failed(fragmented_ ? protocol_error : unsupported_data);
        }
        if ((head.opcode == Opcode::more && !fragmented_) ||
            (head.opcode == Opcode::text && fragmented_)) {
            return failed(protocol_error);
        }
        if (!control && head.length > message_bytes_max_ - message_.size()) {
            return failed(too_big);
        }
    }
    if (!head.whole || rest.size() - head.size < head.length) {
        compact();
        return {};
    }
    std::string payload(rest.substr(head.size, head.length));
    for (std::size_t i = 0; i < payload.size(); ++i) {
        payload[i] = static_cast<char>(payload[i] ^ head.mask[i % head.mask.size()]);
    }
    at_ += head.size + head.length;
    if (at_ == input_.size()) {
        compact();
    }
    return finish(head.opcode, head.fin, std::move(payload));
}

WebSocketParser::Event WebSocketParser::finish(Opcode opcode, bool fin, std::string payload) {
    Event event;
    switch (opcode) {
        case Opcode::close:
            return closed(std::move(payload));
        case Opcode::ping:
        case Opcode::pong:
            event.kind = opcode == Opcode::ping ? Event::Kind::ping : Event::Kind::pong;
            event.payload = std::move(payload);
            return event;
        case Opcode::text:
        case Opcode::more:
        case Opcode::binary:
            break;
    }
    if (message_.empty()) {
        message_ = std::move(payload);
    } else {
        message_ += payload;
    }
    fragmented_ = !fin;
    if (!fin) {
        event.kind = Event::Kind::fragment;
        return event;
    }
    event.payload = std::exchange(message_, {});
    if (!valid_utf8(event.payload)) {
        return failed(invalid_payload);
    }
    event.kind = Event::Kind::text;
    return event;
}

void WebSocketParser::compact() {
    if (at_ == input_.size()) {
        std::string().swap(input_);  // an idle connection holds no buffer
    } else if (at_ != 0) {
        input_.erase(0, at_);
    }
    at_ = 0;
}

}  // namespace hubward::server::http
