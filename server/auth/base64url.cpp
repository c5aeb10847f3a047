// SPDX-License-Identifier: Apache-2.0
#include "server/auth/base64url.hpp"

#include <array>
#include <cstdint>

#include <sodium.h>

namespace hubward::server::auth {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint8_t no_value = 0xff;

constexpr auto values = [] {
    std::array<std::uint8_t, 256> table{};
    table.fill(no_value);
    for (std::uint8_t i = 0; i < alphabet.size(); ++i) {
        table[static_cast<unsigned char>(alphabet[i])] = i;
    }
    return table;
}();

}  // namespace

std::string to_base64url(std::string_view bytes) {
    std::string text;
    text.reserve((bytes.size() * 4 + 2) / 3);
    std::uint32_t held = 0;
    unsigned bits = 0;
    for (const char byte : bytes) {
        held = (held << 8) | static_cast<unsigned char>(byte);
        for (bits += 8; bits >= 6; bits -= 6) {
            text += alphabet[(held >> (bits - 6)) & 63U];
        }
    }
    if (bits > 0) {
        text += alphabet[(held << (6 - bits)) & 63U];
    }
    return text;
}

std::optional<std::string> from_base64url(std::string_view text) {
    if (text.size() % 4 == 1) {
        return std::nullopt;
    }
    std::string bytes;
    bytes.reserve(text.size() * 3 / 4);
    std::uint32_t held = 0;
    unsigned bits = 0;
    for (const char c : text) {
        const std::uint8_t value = values[static_cast<unsigned char>(c)];
        if (value == no_value) {
            return std::nullopt;
        }
        held = (held << 6) | value;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes += static_cast<char>((held >> bits) & 0xffU);
        }
    }
    if ((held & ((1U << bits) - 1)) != 0) {
        return std::nullopt;
    }
    return bytes;
}

std::string random_code() {
    std::array<char, 16> random{};
    randombytes_buf(random.data(), random.size());
    return to_base64url({random.data(), random.size()});
}

}  // namespace hubward::server::auth
