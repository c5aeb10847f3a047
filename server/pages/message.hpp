// SPDX-License-Identifier: Apache-2.0
//
// ICU MessageFormat patterns and dates: the only file that knows ICU's formatting. Any thread; each
// keeps its own parsed patterns.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "matcher/types.hpp"
#include "server/pages/language.hpp"

namespace hubward::server::pages {

// A word that a pattern chooses by ({who, select, hub {…} other {…}}); never shown.
struct Code {
    std::string_view word;
};
struct Arg {
    std::string_view name;
    std::variant<std::int64_t, std::string, Code> value;
};

// `pattern` must live for ever (a text of a catalogue): it is parsed once per thread. A pattern that
// does not parse, and an argument that it lacks, are our own mistakes and throw std::logic_error; a
// test formats each. In a right-to-left language texts are isolated, so that a name or a reference
// keeps its own direction.
std::string format_message(const Language& language, std::string_view pattern,
                           std::span<const Arg> args);
// Names of the arguments of a pattern, sorted; throws like format_message.
std::string argument_names(const Language& language, std::string_view pattern);

// London time as the language writes it: "Tue 3 Mar, 17:00".
std::string date_text(const Language& language, matcher::Timestamp at);
// "Tue 3 Mar, 10:00–12:00"; over midnight both days are named.
std::string interval_text(const Language& language, matcher::Timestamp from, matcher::Timestamp to);
// London's day with its year: "Thu 24 Dec 2026".
std::string day_text(const Language& language, matcher::Timestamp at);
std::string number_text(const Language& language, std::int64_t value);
// "Urdu", in the language of the page; `otherwise` when ICU does not know the code.
std::string language_name(const Language& language, std::string_view code,
                          std::string_view otherwise);

}  // namespace hubward::server::pages
