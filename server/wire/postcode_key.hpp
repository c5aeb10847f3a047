// SPDX-License-Identifier: Apache-2.0
//
// A postcode, sector or district of at most eight characters ("LS11 5AA") as one number that sorts
// like the text. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hubward::server::wire {

// Requires text.size() <= 8.
inline std::uint64_t postcode_key(std::string_view text) {
    std::uint64_t key = 0;
    for (std::size_t i = 0; i < 8; ++i) {
        key = key << 8 | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0U);
    }
    return key;
}

inline std::string postcode_text(std::uint64_t key) {
    std::string text;
    for (int shift = 56; shift >= 0 && (key >> shift & 0xFF) != 0; shift -= 8) {
        text += static_cast<char>(key >> shift & 0xFF);
    }
    return text;
}

}  // namespace hubward::server::wire
