// SPDX-License-Identifier: Apache-2.0
#include "server/wire/identifiers.hpp"

#include <algorithm>
#include <array>

namespace hubward::server::wire {
namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }
bool letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }
unsigned value(char c) { return static_cast<unsigned>(c - '0'); }

// The dihedral group of order 10 and the permutation that J. Verhoeff (1969) built on it.
bool verhoeff(std::string_view digits) {
    static constexpr std::array<std::array<std::uint8_t, 10>, 10> product{{
        {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 2, 3, 4, 0, 6, 7, 8, 9, 5},
        {2, 3, 4, 0, 1, 7, 8, 9, 5, 6}, {3, 4, 0, 1, 2, 8, 9, 5, 6, 7},
        {4, 0, 1, 2, 3, 9, 5, 6, 7, 8}, {5, 9, 8, 7, 6, 0, 4, 3, 2, 1},
        {6, 5, 9, 8, 7, 1, 0, 4, 3, 2}, {7, 6, 5, 9, 8, 2, 1, 0, 4, 3},
        {8, 7, 6, 5, 9, 3, 2, 1, 0, 4}, {9, 8, 7, 6, 5, 4, 3, 2, 1, 0},
    }};
    static constexpr std::array<std::array<std::uint8_t, 10>, 8> permute{{
        {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 5, 7, 6, 2, 8, 3, 0, 9, 4},
        {5, 8, 0, 3, 7, 9, 6, 1, 4, 2}, {8, 9, 1, 6, 0, 4, 3, 5, 2, 7},
        {9, 4, 5, 3, 1, 2, 6, 8, 7, 0}, {4, 2, 8, 6, 5, 7, 3, 9, 0, 1},
        {2, 7, 9, 3, 8, 0, 6, 4, 1, 5}, {7, 0, 4, 6, 9, 1, 3, 2, 5, 8},
    }};
    std::size_t sum = 0;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        sum = product[sum][permute[i % 8][value(digits[digits.size() - 1 - i])]];
    }
    return sum == 0;
}

}  // namespace

std::optional<std::string> nhs_number_digits(std::string_view text) {
    std::string digits;
    for (const char c : text) {
        if (digit(c)) {
            digits += c;
        } else if (c != ' ' && c != '-') {
            return std::nullopt;
        }
        if (digits.size() > 10) {
            return std::nullopt;
        }
    }
    return digits.size() == 10 ? std::optional(digits) : std::nullopt;
}

std::optional<std::string> nhs_number(std::string_view text) {
    auto digits = nhs_number_digits(text);
    if (!digits) {
        return std::nullopt;
    }
    unsigned sum = 0;
    for (unsigned i = 0; i < 9; ++i) {
        sum += (10 - i) * value((*digits)[i]);
    }
    const unsigned check = (11 - sum % 11) % 11;  // 10 is no digit: such numbers are not issued
    return check == value((*digits)[9]) ? digits : std::nullopt;
}

std::optional<std::uint64_t> snomed_id(std::string_view text) {
    if (text.size() < 6 || text.size() > 18 || text.front() == '0' ||
        !std::all_of(text.begin(), text.end(), digit) || !verhoeff(text)) {
        return std::nullopt;
    }
    std::uint64_t id = 0;
    for (const char c : text) {
        id = id * 10 + value(c);
    }
    return id;
}

bool phone_shaped(std::string_view text) {
    std::size_t digits = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (digit(c)) {
            ++digits;
        } else if (c == '+' ? i != 0 : std::string_view(" ()-./").find(c) == std::string_view::npos) {
            return false;
        }
    }
    return digits >= 7 && digits <= 15;
}

bool email_shaped(std::string_view text) {
    const auto at = text.find('@');
    return at != std::string_view::npos && at > 0 && at == text.rfind('@') &&
           text.size() - at > 3 && text.find('.', at) != std::string_view::npos &&
           text.back() != '.' && text.find_first_of(" \t\r\n<>\",;") == std::string_view::npos;
}

bool ods_beginning(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return digit(c) || (c >= 'A' && c <= 'Z');
    });
}

bool ods_shaped(std::string_view text) {
    return text.size() >= 3 && text.size() <= 10 &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return digit(c) || (c >= 'A' && c <= 'Z'); });
}

bool uuid_shaped(std::string_view text) {
    if (text.size() != 36) {
        return false;
    }
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        const bool hex = digit(c) || (letter(c) && (c | 0x20) <= 'f');
        if (dash ? c != '-' : !hex) {
            return false;
        }
    }
    return true;
}

void append_hex(std::string& out, std::uint64_t value, unsigned digits) {
    constexpr std::string_view hex = "0123456789abcdef";
    for (unsigned i = digits; i-- > 0;) {
        out += hex[(value >> (4 * i)) & 15];
    }
}

std::string trace_text(const matcher::TraceId& trace) {
    std::string text;
    text.reserve(32);
    append_hex(text, trace.high, 16);
    append_hex(text, trace.low, 16);
    return text;
}

}  // namespace hubward::server::wire
