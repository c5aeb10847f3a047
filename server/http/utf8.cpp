// SPDX-License-Identifier: Apache-2.0
#include "server/http/utf8.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace hubward::server::http {
namespace {

// What may follow a lead byte: how many bytes, and the range of the first of them. The narrow ranges
// are what shuts out overlong forms (E0, F0), surrogates (ED) and values above U+10FFFF (F4).
struct Lead {
    unsigned follow = 0;  // 0: not a lead byte
    std::uint8_t low = 0x80;
    std::uint8_t high = 0xBF;
};

Lead lead(std::uint8_t byte) {
    if (byte >= 0xC2 && byte <= 0xDF) {
        return {1, 0x80, 0xBF};
    }
    if (byte == 0xE0) {
        return {2, 0xA0, 0xBF};
    }
    if (byte == 0xED) {
        return {2, 0x80, 0x9F};
    }
    if (byte >= 0xE1 && byte <= 0xEF) {
        return {2, 0x80, 0xBF};
    }
    if (byte == 0xF0) {
        return {3, 0x90, 0xBF};
    }
    if (byte >= 0xF1 && byte <= 0xF3) {
        return {3, 0x80, 0xBF};
    }
    if (byte == 0xF4) {
        return {3, 0x80, 0x8F};
    }
    return {};
}

}  // namespace

bool valid_utf8(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
        // Most text is ASCII: eight bytes at a time.
        std::uint64_t word = 0;
        while (at + sizeof word <= text.size()) {
            std::memcpy(&word, text.data() + at, sizeof word);
            if ((word & 0x8080808080808080U) != 0) {
                break;
            }
            at += sizeof word;
        }
        if (at == text.size()) {
            return true;
        }
        const auto byte = static_cast<std::uint8_t>(text[at]);
        ++at;
        if (byte < 0x80) {
            continue;
        }
        const Lead first = lead(byte);
        if (first.follow == 0 || text.size() - at < first.follow) {
            return false;
        }
        const auto second = static_cast<std::uint8_t>(text[at]);
        if (second < first.low || second > first.high) {
            return false;
        }
        for (unsigned i = 1; i < first.follow; ++i) {
            if ((static_cast<std::uint8_t>(text[at + i]) & 0xC0U) != 0x80U) {
                return false;
            }
        }
        at += first.follow;
    }
    return true;
}

}  // namespace hubward::server::http
