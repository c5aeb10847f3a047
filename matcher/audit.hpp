// SPDX-License-Identifier: Apache-2.0
//
// No silent loss, as a question that can be asked of any State: by what is each open need kept?
//
// Each need of a live referral is kept by exactly one of: an offer with a timer, a booked date, a
// named person with a review date, a place in the queue with a review date. One that is kept by none,
// or by two, is an orphan: our own mistake, and never an input's. Pure; any thread that may read.
#pragma once

#include <array>
#include <cstdint>

#include "matcher/state.hpp"

namespace hubward::matcher {

enum class KeptBy : std::uint8_t { offer, appointment, person, queue };
inline constexpr std::size_t ways_to_keep = 4;

struct Keeping {
    std::array<std::uint8_t, ways_to_keep> needs{};  // open needs, by what keeps them
    NeedMask orphans = 0;                            // kept by nothing, or twice
    friend auto operator<=>(const Keeping&, const Keeping&) = default;
};

// All zero for a referral that has ended.
Keeping keeping_of(const State& state, const Referral& referral);

}  // namespace hubward::matcher
