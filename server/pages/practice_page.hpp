// SPDX-License-Identifier: Apache-2.0
//
// What the pages of a practice share.
#pragma once

#include "server/pages/page.hpp"

namespace hubward::server::pages {

// `current`: 0 the list, 1 a new referral, anything else none.
Model::List practice_nav(const Words& words, std::size_t current);

}  // namespace hubward::server::pages
