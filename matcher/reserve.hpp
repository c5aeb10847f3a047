// SPDX-License-Identifier: Apache-2.0
//
// Places that a hub keeps for some people: of each kind of unit the last few, so that whoever they are
// kept for still finds one when all others are gone.
//
// Nothing is set aside unit by unit. A hub with four free places of which two are kept has two for
// everybody and four for those: no unit is ever counted twice or lost. Pure values; any thread.
#pragma once

#include <array>
#include <cstdint>

#include "matcher/codes.hpp"
#include "matcher/limits.hpp"
#include "matcher/types.hpp"

namespace hubward::matcher {

// The last `count` free units of the kind are for whom it says. One condition each; several add up, and
// whoever meets one still leaves the others alone.
struct Reserve {
    std::uint16_t count = 0;  // 0: not used
    UnitKind kind = UnitKind::place;
    KeptFor whom = KeptFor::urgent;
    NeedSet needs;    // for KeptFor::need: one of these is asked for
    PlaceCode named;  // for referrer: a practice code or its beginning; for place: where they live

    // False for a count out of range, or a condition without its needs or its name.
    bool sound() const;
    friend auto operator<=>(const Reserve&, const Reserve&) = default;
};
// Used rows come first.
using Reserves = std::array<Reserve, limits::reserves_max>;
// Every row sound, and none used after one that is not.
bool sound(const Reserves& reserves);

// Who asks, as far as reserves want to know.
struct Asker {
    NeedSet needs;  // that this hub would serve
    Urgency urgency = Urgency::routine;
    PracticeCode practice;
    // The person's place and the ones around it; empty ones at the end.
    std::array<PlaceCode, limits::place_depth_max> lives_in{};
};

bool is_kept_for(const Reserve& reserve, const Asker& asker);
// Units of the kind that are free for others and not for this one.
std::uint16_t kept_from(const Reserves& reserves, UnitKind kind, const Asker& asker);

}  // namespace hubward::matcher
