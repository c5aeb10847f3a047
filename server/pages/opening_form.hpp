// SPDX-License-Identifier: Apache-2.0
//
// A hub's week: from the fields of a form to what the core takes, and what is wrong with them, by field. Pure; any thread.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "matcher/opening.hpp"
#include "server/pages/form.hpp"

namespace hubward::server::pages {

struct OpeningFault {
    std::string field;      // id in web/templates/hours.html
    std::string_view text;  // key of the group "page"
    friend bool operator==(const OpeningFault&, const OpeningFault&) = default;
};

// "9:30", "9.30" and "9" as well as "09:30", because an old browser shows a plain field.
std::optional<std::uint16_t> typed_minute(std::string_view typed);
// Names of one field of a day: "mon-1-from" … "sun-2-to". `span` is 0 or 1.
std::string hour_field(std::size_t day, std::size_t span, bool from);
// "09:30" as a field of time shows it; the end of the day is "00:00".
std::string hour_text(std::uint16_t minute);

// Monday first; a span that is left empty is closed. The error holds one fault a day at most, or the one of "week": a hub
// whose hours `stood` cannot take them all away, because without any it counts as open day and night.
std::expected<matcher::Week, std::vector<OpeningFault>> week_of(const Form& form, const matcher::Week& stood);

}  // namespace hubward::server::pages
