// SPDX-License-Identifier: Apache-2.0
//
// How far apart two words are, for "did you mean".
#pragma once

#include <cstddef>
#include <string_view>

namespace hubward::server {

// Letters to put in, take out or replace until one word is the other (Levenshtein 1966).
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace hubward::server
