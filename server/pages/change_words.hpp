// SPDX-License-Identifier: Apache-2.0
//
// The smallest change that would make a hub be asked, or be first, in the language of the page. Pure.
#pragma once

#include <string>

#include "matcher/explain.hpp"
#include "server/pages/texts.hpp"

namespace hubward::server::pages {

// From the group "lever"; reads on from the hub's name.
std::string change_words(const Words& words, const matcher::Change& change, const matcher::Ask& ask);

}  // namespace hubward::server::pages
