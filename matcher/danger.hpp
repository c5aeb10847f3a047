// SPDX-License-Identifier: Apache-2.0
//
// A danger that a hub has named (safety-concern) is about the person and not about one need: from then on no machine
// asks any hub for them, until somebody of the place has looked. Internal to the room; works on a Draft.
#pragma once

#include "matcher/draft.hpp"

namespace hubward::matcher {

// The offer has just ended because of a danger. Hubs that were only asked are told at once, a hub that wanted to pass
// the person on has them back, and the place's owner has all that the practice or the queue had, and a look by a date
// at what a hub keeps.
void stop_for_danger(Draft& draft, OfferIndex ended);

// The place's owner has a danger before them, of this referral or of a relative: nothing may be routed.
bool danger_stands(const Draft& draft, const Referral& referral);
// For a referral that has ended, whose needs say nothing any more: no hub was asked anew after a danger, so nobody of
// the place has let the person go on.
bool ended_in_danger(const Draft& draft, const Referral& referral);
// The same of another referral of this person: of which this one was made for a need, or the other way round, near or
// far. Once somebody of the place has let this one go on, made after the danger, it is over for it. A family too large
// to look through is looked at by a person.
bool relative_in_danger(const Draft& draft, const Referral& referral);
// The needs of a named danger that a hub keeps while the owner looks.
NeedMask looked_at_beside_a_hub(const Draft& draft, const Referral& referral);

}  // namespace hubward::matcher
