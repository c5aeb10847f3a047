// SPDX-License-Identifier: Apache-2.0
//
// Which part of the worklist is looked at: all of it stands in the address, so a filtered list can
// be bookmarked and works without script. Pure.
#pragma once

#include <string>
#include <vector>

#include "server/http/message.hpp"
#include "server/pages/own_hub.hpp"

namespace hubward::server::pages {

enum class Show : std::uint8_t { all, waiting, urgent, soon, people };
std::string_view word(Show show);  // as it stands in the address

struct Filter {
    Show show = Show::all;
    std::string language;  // code; empty: any
    std::string need;      // code; empty: any

    bool narrow() const { return !language.empty() || !need.empty(); }
    bool takes(const OfferAt& at, matcher::Timestamp now) const;
    bool takes_languages_and_needs_of(const OfferAt& at) const;
    // "?show=urgent&language=ur"; empty when nothing is filtered. Only codes of our own tables.
    std::string query(Show other) const;
};
// Unknown words are left out, so nothing of an address gets into the page.
Filter filter_of(const http::Request& request);

inline constexpr std::chrono::hours soon_is{4};
bool is_soon(const OfferAt& at, matcher::Timestamp now);

// The languages and needs that occur in the list, for the choices: code and name.
struct Choice {
    std::string code;
    std::string name;
};
std::vector<Choice> languages_in(const Words& words, const std::vector<OfferAt>& offers);
std::vector<Choice> needs_in(const Words& words, const std::vector<OfferAt>& offers);

}  // namespace hubward::server::pages
