// SPDX-License-Identifier: Apache-2.0
#include "server/pages/language.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cctype>

#include <fmt/format.h>

namespace hubward::server::pages {
namespace {

constexpr auto table = std::to_array<Language>({
    {"en", "en_GB", "English", false, true, false},
    {"cy", "cy_GB", "Cymraeg", false, false, false},
    {"pl", "pl_PL", "Polski", false, false, false},
    {"pa", "pa_Guru_IN", "ਪੰਜਾਬੀ", false, false, false},
    {"ur", "ur_PK", "اردو", true, false, false},
    {"ar", "ar_EG", "العربية", true, false, false},
    {"en-XA", "en_GB", "Ƥśēũďō", false, true, true},
});

bool same_tag(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, [](unsigned char x, unsigned char y) {
        return std::tolower(x) == std::tolower(y);
    });
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') {
        text.remove_prefix(1);
    }
    while (!text.empty() && text.back() == ' ') {
        text.remove_suffix(1);
    }
    return text;
}

// "0.8" in thousandths; 1000 when nothing is said, 0 for what is no weight.
int weight_of(std::string_view parameter) {
    const auto at = parameter.find("q=");
    if (at == std::string_view::npos) {
        return 1000;
    }
    std::string_view text = trimmed(parameter.substr(at + 2));
    if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) {
        return 0;
    }
    int weight = (text[0] - '0') * 1000;
    if (text.size() > 2 && text[1] == '.') {
        int part = 0;
        text.remove_prefix(2);
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), part);
        if (error != std::errc{} || end != text.data() + text.size()) {
            return 0;
        }
        constexpr std::array<int, 4> scale = {0, 100, 10, 1};
        weight += part * scale[text.size()];
    }
    return std::min(weight, 1000);
}

const Language* accepted(std::string_view header) {
    const Language* best = nullptr;
    int best_weight = 0;
    while (!header.empty()) {
        const std::size_t comma = header.find(',');
        const std::string_view one = header.substr(0, comma);
        header = comma == std::string_view::npos ? std::string_view() : header.substr(comma + 1);
        const std::size_t semicolon = one.find(';');
        const std::string_view tag = trimmed(one.substr(0, semicolon));
        const int weight =
            semicolon == std::string_view::npos ? 1000 : weight_of(one.substr(semicolon + 1));
        const Language* found = find_language(tag.substr(0, tag.find('-')));
        if (found != nullptr && weight > best_weight) {
            best = found;
            best_weight = weight;
        }
    }
    return best;
}

}  // namespace

std::span<const Language> languages() { return table; }

const Language* find_language(std::string_view tag) {
    const auto at =
        std::ranges::find_if(table, [&](const Language& l) { return same_tag(l.tag, tag); });
    return at == table.end() ? nullptr : &*at;
}

const Language& wanted_language(const http::Request& request) {
    if (const auto asked = request.query_value("lang")) {
        if (const Language* found = find_language(*asked)) {
            return *found;
        }
    }
    if (const Language* kept = find_language(request.cookie(language_cookie))) {
        return *kept;
    }
    const Language* by_browser = accepted(request.header("accept-language"));
    return by_browser != nullptr ? *by_browser : table.front();
}

std::string language_cookie_value(const Language& language) {
    return fmt::format("{}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000", language_cookie,
                       language.tag);
}

}  // namespace hubward::server::pages
