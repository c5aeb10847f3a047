// SPDX-License-Identifier: Apache-2.0
//
// The words on the pages, by key, from web/texts.en.json; another language is another file.
// Any thread.
#pragma once

#include <string>
#include <string_view>

#include "matcher/types.hpp"
#include "server/pages/model.hpp"

namespace hubward::server::pages {

// "reason", "no-capacity" → "We have no room now". A key that is not there gives the key itself, so
// that a forgotten word is seen and nothing is lost.
std::string_view text(std::string_view group, std::string_view key);
// The group "page" as the model `t` of every template.
const Model& page_texts();
// A group as a JSON object, for the page's script.
std::string group_json(std::string_view group);

// "4 minutes ago", "2 hours left", "1.2 km"; empty for a distance of 0, which is also "not known".
std::string ago(matcher::Timestamp then, matcher::Timestamp now);
std::string left(matcher::Timestamp until, matcher::Timestamp now);
std::string distance_text(matcher::Metres metres);
// `pattern` with {name} replaced.
std::string with(std::string_view pattern, std::string_view name, std::string_view value);

}  // namespace hubward::server::pages
