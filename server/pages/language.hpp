// SPDX-License-Identifier: Apache-2.0
//
// The languages that pages speak, and which one a visitor wants. Pure; any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "server/http/message.hpp"

namespace hubward::server::pages {

struct Language {
    std::string_view tag;     // BCP 47, also the name of its file in web/texts
    std::string_view locale;  // as ICU names it
    std::string_view name;    // in the language itself
    bool right_to_left = false;
    bool reviewed = false;    // false: translated by a machine and checked by nobody yet
    bool pseudo = false;      // made from English, longer and accented, to find what breaks
};

// English comes first; the pseudo-language last.
std::span<const Language> languages();
// Nothing but these tags; nullptr otherwise.
const Language* find_language(std::string_view tag);

inline constexpr std::string_view language_cookie = "hubward_lang";

// ?lang=, then the cookie, then Accept-Language by its weights, then English. The pseudo-language
// only comes by address or cookie.
const Language& wanted_language(const http::Request& request);
// Set-Cookie that keeps the choice for a year.
std::string language_cookie_value(const Language& language);

}  // namespace hubward::server::pages
