// SPDX-License-Identifier: Apache-2.0
//
// Languages by their ISO 639-1 code, and the sign languages by ISO 639-3, as small numbers, so
// that a hub's languages are one bit set. The table is append-only: positions are on disk.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace hubward::matcher {

// Position in the table; 0 means "not stated".
enum class Language : std::uint8_t { not_stated = 0 };

// "ur" for Urdu, "bfi" for British Sign Language; "" for not_stated.
std::string_view code(Language language);
// English name, for people: "Urdu".
std::string_view english_name(Language language);
// Takes the primary subtag of a BCP 47 tag in any case ("pa-Guru" is Panjabi); nothing when unknown.
std::optional<Language> parse_language(std::string_view tag);
std::size_t language_count();

struct LanguageSet {
    std::array<std::uint64_t, 4> words{};

    constexpr bool has(Language l) const {
        return (words[static_cast<std::size_t>(l) / 64] >> (static_cast<unsigned>(l) % 64) & 1) != 0;
    }
    constexpr void add(Language l) {
        words[static_cast<std::size_t>(l) / 64] |= std::uint64_t{1} << (static_cast<unsigned>(l) % 64);
    }
    friend auto operator<=>(const LanguageSet&, const LanguageSet&) = default;
};

}  // namespace hubward::matcher
