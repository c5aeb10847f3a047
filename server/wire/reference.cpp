// SPDX-License-Identifier: Apache-2.0
//
// Names of referrals and offers as text: UUIDs, "{id}.{ordinal}" and the short readable reference.
#include <array>
#include <charconv>

#include "server/wire/identifiers.hpp"
#include "server/wire/referral_json.hpp"

namespace hubward::server::wire {
namespace {

// Crockford base32: no I, L, O, U, so that nothing is misread or misheard.
constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
// His check symbols, modulo 37: the five past the alphabet only ever stand as the last character.
constexpr std::string_view checks = "0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U";
// 32^4; references of four letters last for the first million, later ones are longer.
constexpr std::uint64_t four_letters = 1'048'576;
// References do not count up: neighbours must differ in more than one letter, and nobody should
// read from one how many referrals there are. A multiplier prime to 32^n turns the order around.
constexpr std::uint64_t stride = 486'187'739;

std::uint64_t span_of(std::uint64_t index) {
    std::uint64_t span = four_letters;
    while (index >= span) {
        span *= 32;
    }
    return span;
}

// stride^-1 modulo a power of two, by Newton's iteration: each round doubles the right bits.
constexpr std::uint64_t inverse() {
    std::uint64_t x = stride;
    for (int i = 0; i < 6; ++i) {
        x *= 2 - stride * x;
    }
    return x;
}
static_assert(inverse() * stride == 1);

int value_of(char c, std::string_view in) {
    if (c >= 'a' && c <= 'z') {
        c = static_cast<char>(c - 'a' + 'A');
    }
    if (in.size() == alphabet.size() || in.find(c) == std::string_view::npos) {
        c = c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c;
    }
    const auto at = in.find(c);
    return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

}  // namespace

std::string readable_reference(matcher::ReferralIndex index) {
    const std::uint64_t order = matcher::slot(index);
    const auto span = span_of(order);
    // Stays inside its span because span is a power of two and stride is odd. Indexes below the
    // span before it may meet a longer text's value; length tells them apart.
    const std::uint64_t mixed = order * stride % span;
    std::string letters;
    for (auto rest = span / 32; rest > 0; rest /= 32) {
        letters += alphabet[mixed / rest % 32];
    }
    return "HW-" + letters + "-" + checks[mixed % 37];
}

std::optional<matcher::ReferralIndex> parse_reference(std::string_view text) {
    // "HW-7K3M-Q", also "hw7k3mq" and with blanks, as people type it.
    std::string bare;
    for (const char c : text) {
        if (c != '-' && c != ' ') {
            bare += c;
        }
    }
    if (bare.size() < 7 || bare.size() > 10 || (bare[0] | 0x20) != 'h' || (bare[1] | 0x20) != 'w') {
        return std::nullopt;
    }
    const auto letters = std::string_view(bare).substr(2, bare.size() - 3);
    std::uint64_t mixed = 0;
    std::uint64_t span = 1;
    for (const char c : letters) {
        const int value = value_of(c, alphabet);
        if (value < 0) {
            return std::nullopt;
        }
        mixed = mixed * 32 + static_cast<std::uint64_t>(value);
        span *= 32;
    }
    if (value_of(bare.back(), checks) != static_cast<int>(mixed % 37)) {
        return std::nullopt;
    }
    const std::uint64_t order = mixed * inverse() % span;
    if (span_of(order) != span || order >= 0xffff'ffffULL) {
        return std::nullopt;
    }
    return static_cast<matcher::ReferralIndex>(order);
}

std::string id_text(const matcher::ReferralId& id) {
    std::string text;
    text.reserve(36 + 4);  // and the ".255" of an offer
    append_hex(text, id.high >> 32, 8);
    text += '-';
    append_hex(text, id.high >> 16, 4);
    text += '-';
    append_hex(text, id.high, 4);
    text += '-';
    append_hex(text, id.low >> 48, 4);
    text += '-';
    append_hex(text, id.low, 12);
    return text;
}

std::optional<matcher::ReferralId> parse_id(std::string_view text) {
    if (!uuid_shaped(text)) {
        return std::nullopt;
    }
    std::array<std::uint64_t, 2> words{};
    std::size_t digits = 0;
    for (const char c : text) {
        if (c == '-') {
            continue;
        }
        const auto value = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
        auto& word = words[digits++ / 16];
        word = word << 4 | static_cast<std::uint64_t>(value);
    }
    const matcher::ReferralId id{words[0], words[1]};
    return id ? std::optional(id) : std::nullopt;
}

std::string offer_id_text(const matcher::ReferralId& id, std::uint8_t ordinal) {
    return id_text(id).append(".").append(std::to_string(ordinal));
}

std::optional<OfferName> parse_offer_id(std::string_view text) {
    if (text.size() < 38 || text[36] != '.') {
        return std::nullopt;
    }
    const auto id = parse_id(text.substr(0, 36));
    const auto digits = text.substr(37);
    OfferName name;
    const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), name.ordinal);
    if (!id || end.ec != std::errc() || end.ptr != digits.data() + digits.size() ||
        name.ordinal == 0 || digits.front() == '0') {
        return std::nullopt;
    }
    name.referral = *id;
    return name;
}

}  // namespace hubward::server::wire
