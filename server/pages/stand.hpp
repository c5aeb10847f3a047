// SPDX-License-Identifier: Apache-2.0
//
// How a referral stands, as a receptionist would ask: does somebody help, or must I worry? Pure.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "matcher/referral.hpp"

namespace hubward::server::pages {

// In the order of what is to be done: `yours` and `place` wait for a person, here and at the place; `gap` for
// a hub; `open` for a hub's answer. Only of `care` somebody helps already, and nothing else waits.
enum class Stand : std::uint8_t { yours, place, gap, open, care, done };
inline constexpr std::size_t stand_count = 6;
// In the address, and in the group "page" of the texts.
inline constexpr std::array<std::string_view, stand_count> stand_names = {"yours", "place", "gap",
                                                                          "open",  "care",  "done"};
inline constexpr std::array<std::string_view, stand_count> stand_texts = {"p_yours", "p_place", "p_gap",
                                                                          "p_open",  "p_care",  "p_done"};

// What its practice may know: where the person did not agree that it learns more, `open` or `done`. The same
// for the referral and for its veiled copy.
Stand stand_of(const matcher::Referral& referral);
// Nobody has at least a part of it, and somebody must do something.
inline bool worries(Stand stand) { return stand <= Stand::gap; }

}  // namespace hubward::server::pages
