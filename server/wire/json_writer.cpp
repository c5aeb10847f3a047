// SPDX-License-Identifier: Apache-2.0
#include "server/wire/json_writer.hpp"

namespace hubward::server::wire {
namespace {

constexpr std::size_t block_bytes = 16;

constexpr unsigned char bit(bool yes) { return static_cast<unsigned char>(yes); }

// 1 or 0, and without a branch: then the compiler compares a whole block at once.
constexpr unsigned char needs_escape(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return static_cast<unsigned char>(bit(byte < 0x20) | bit(byte == '"') | bit(byte == '\\') |
                                      bit(byte == '<'));
}

unsigned char any_needs_escape(std::string_view text) {
    unsigned char found = 0;
    for (const char c : text) {
        found |= needs_escape(c);
    }
    return found;
}

// Nearly every block of a long note is plain.
bool plain_block(const char* block) { return any_needs_escape({block, block_bytes}) == 0; }

// So is nearly every key and code word. Two parts that may overlap cover all of a short text.
bool short_and_plain(std::string_view text) {
    const auto plain_ends = [&](std::size_t part) {
        return (any_needs_escape(text.substr(0, part)) |
                any_needs_escape(text.substr(text.size() - part))) == 0;
    };
    return text.size() >= 16  ? text.size() <= 32 && plain_ends(16)
           : text.size() >= 8 ? plain_ends(8)
           : text.size() >= 4 ? plain_ends(4)
                              : any_needs_escape(text) == 0;
}

}  // namespace

void escape_json(std::string& out, std::string_view text) {
    if (short_and_plain(text)) {
        out.append(text);
        return;
    }
    constexpr std::string_view hex = "0123456789abcdef";
    std::size_t plain = 0;  // start of the run that needs no escape
    for (std::size_t i = 0; i < text.size(); ++i) {
        while (text.size() - i > block_bytes && plain_block(text.data() + i)) {
            i += block_bytes;
        }
        if (needs_escape(text[i]) == 0) {
            continue;
        }
        const auto byte = static_cast<unsigned char>(text[i]);
        out.append(text, plain, i - plain);
        plain = i + 1;
        switch (byte) {
            case '"': out += "\\\""; break;
            case '\\': out += "\\\\"; break;
            case '\n': out += "\\n"; break;
            case '\r': out += "\\r"; break;
            case '\t': out += "\\t"; break;
            default:  // also '<', so that a document is harmless inside a <script> element
                out += "\\u00";
                out += hex[byte >> 4];
                out += hex[byte & 15];
        }
    }
    out.append(text, plain, text.size() - plain);
}

}  // namespace hubward::server::wire
