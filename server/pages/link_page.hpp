// SPDX-License-Identifier: Apache-2.0
//
// One-link answers: what a link needs besides its pages.
#pragma once

#include <cstddef>
#include <string_view>

#include "server/api/services.hpp"

namespace hubward::server::pages {

// Bytes of a hub's code word. Six digits are enough, because ten wrong tries in a row lock it.
inline constexpr std::size_t code_word_min = 6;
inline constexpr std::size_t code_word_max = 64;

// The word as it is kept: a keyed hash, another one for each hub.
matcher::ExternalRef code_word(const api::Services& services, std::string_view hub,
                               std::string_view word);

}  // namespace hubward::server::pages
