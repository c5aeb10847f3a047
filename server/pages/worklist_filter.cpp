// SPDX-License-Identifier: Apache-2.0
#include "server/pages/worklist_filter.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "server/pages/story.hpp"

namespace hubward::server::pages {
namespace {

constexpr std::array<std::string_view, 5> show_names = {"all", "waiting", "urgent", "soon", "people"};

std::vector<Choice> sorted(const std::map<std::string, std::string>& by_name) {
    std::vector<Choice> out;
    for (const auto& [name, code] : by_name) {
        out.push_back({code, name});
    }
    return out;
}

}  // namespace

std::string_view word(Show show) { return show_names[static_cast<std::size_t>(show)]; }

bool is_soon(const OfferAt& at, matcher::Timestamp now) { return at.offer.answer_by - now < soon_is; }

bool Filter::takes_languages_and_needs_of(const OfferAt& at) const {
    if (!language.empty() && matcher::code(at.ask.language) != language) {
        return false;
    }
    if (need.empty()) {
        return true;
    }
    for (std::size_t i = 0; i < at.ask.need_count; ++i) {
        if ((at.offer.needs >> i & 1) != 0 && matcher::name(at.ask.needs[i]) == need) {
            return true;
        }
    }
    return false;
}

bool Filter::takes(const OfferAt& at, matcher::Timestamp now) const {
    if (show == Show::urgent && at.ask.urgency != matcher::Urgency::urgent) {
        return false;
    }
    return (show != Show::soon || is_soon(at, now)) && takes_languages_and_needs_of(at);
}

std::string Filter::query(Show other) const {
    std::string out;
    const auto add = [&](std::string_view key, std::string_view value) {
        out += fmt::format("{}{}={}", out.empty() ? "?" : "&", key, value);
    };
    if (other != Show::all) {
        add("show", word(other));
    }
    if (!language.empty()) {
        add("language", language);
    }
    if (!need.empty()) {
        add("need", need);
    }
    return out;
}

Filter filter_of(const http::Request& request) {
    Filter filter;
    const auto at = std::ranges::find(show_names, request.query_value("show").value_or("all"));
    if (at != show_names.end()) {
        filter.show = static_cast<Show>(at - show_names.begin());
    }
    if (const auto language = matcher::parse_language(request.query_value("language").value_or(""))) {
        filter.language = matcher::code(*language);
    }
    if (const auto need = matcher::parse<matcher::Need>(request.query_value("need").value_or(""))) {
        filter.need = matcher::name(*need);
    }
    return filter;
}

std::vector<Choice> languages_in(const Words& words, const std::vector<OfferAt>& offers) {
    std::map<std::string, std::string> by_name;
    for (const OfferAt& at : offers) {
        if (at.ask.language != matcher::Language::not_stated) {
            by_name.emplace(language_text(words, at.ask), matcher::code(at.ask.language));
        }
    }
    return sorted(by_name);
}

std::vector<Choice> needs_in(const Words& words, const std::vector<OfferAt>& offers) {
    std::map<std::string, std::string> by_name;
    for (const OfferAt& at : offers) {
        for (std::size_t i = 0; i < at.ask.need_count; ++i) {
            if ((at.offer.needs >> i & 1) != 0) {
                const std::string_view code = matcher::name(at.ask.needs[i]);
                by_name.emplace(words.text("need", code), code);
            }
        }
    }
    return sorted(by_name);
}

}  // namespace hubward::server::pages
