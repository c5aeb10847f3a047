// SPDX-License-Identifier: Apache-2.0
//
// One character as UTF-8. Pure.
#pragma once

#include <cstdint>
#include <string>

namespace hubward::server::wire {

// Requires a Unicode scalar value.
inline void append_utf8(std::string& out, std::uint32_t point) {
    const auto byte = [&](std::uint32_t value) { out += static_cast<char>(value); };
    if (point < 0x80) {
        byte(point);
        return;
    }
    if (point < 0x800) {
        byte(0xC0 | point >> 6);
    } else {
        if (point < 0x10000) {
            byte(0xE0 | point >> 12);
        } else {
            byte(0xF0 | point >> 18);
            byte(0x80 | (point >> 12 & 0x3F));
        }
        byte(0x80 | (point >> 6 & 0x3F));
    }
    byte(0x80 | (point & 0x3F));
}

}  // namespace hubward::server::wire
