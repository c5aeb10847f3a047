// SPDX-License-Identifier: Apache-2.0
#include "server/pages/pseudo.hpp"

#include <array>

namespace hubward::server::pages {
namespace {

// a … z, then A … Z; none changes its width much, all are in every font that has Latin Extended.
constexpr std::array<std::string_view, 26> small = {
    "ȧ", "ƀ", "ċ", "ḓ", "ē", "ƒ", "ġ", "ħ", "ī", "ĵ", "ķ", "ŀ", "ḿ",
    "ƞ", "ō", "ƥ", "ɋ", "ř", "ş", "ŧ", "ū", "ṽ", "ẇ", "ẋ", "ẏ", "ẑ"};
constexpr std::array<std::string_view, 26> large = {
    "Ȧ", "Ɓ", "Ċ", "Ḓ", "Ē", "Ƒ", "Ġ", "Ħ", "Ī", "Ĵ", "Ķ", "Ŀ", "Ḿ",
    "Ƞ", "Ō", "Ƥ", "Ɋ", "Ř", "Ş", "Ŧ", "Ū", "Ṽ", "Ẇ", "Ẋ", "Ẏ", "Ẑ"};

}  // namespace

std::string pseudo(std::string_view pattern) {
    std::string out = "[";
    std::size_t letters = 0;
    // Words stand outside of braces and inside of the inner ones of a plural: at even depth.
    unsigned depth = 0;
    for (const char c : pattern) {
        depth += c == '{' ? 1U : 0U;
        depth -= c == '}' && depth > 0 ? 1U : 0U;
        const bool words = depth % 2 == 0;
        if (words && c >= 'a' && c <= 'z') {
            out += small[static_cast<std::size_t>(c - 'a')];
            ++letters;
        } else if (words && c >= 'A' && c <= 'Z') {
            out += large[static_cast<std::size_t>(c - 'A')];
            ++letters;
        } else {
            out += c;
        }
    }
    for (std::size_t i = 0; i < letters * 2 / 5; ++i) {
        out += "·";
    }
    return out + "]";
}

}  // namespace hubward::server::pages
