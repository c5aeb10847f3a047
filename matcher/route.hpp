// SPDX-License-Identifier: Apache-2.0
//
// Which hub next: the choice of the best hub for open needs, again and again until none is left to
// ask. Internal to the room; works on a Draft.
#pragma once

#include "matcher/draft.hpp"

namespace hubward::matcher {

// At a review a hub that let an offer expire is asked again; one that declined never is.
enum class Again : std::uint8_t { no, review };

// Offers the needs to the best hubs, each need to one, and records the rest as a gap. A need that
// is a gap already and stays one is recorded again only at a review.
void route(Draft& draft, ReferralIndex referral, NeedMask needs, Again again = Again::no);

// Whether this hub ended an earlier offer of the referral in a way that closes the door to another.
bool tried(const Draft& draft, const Referral& referral, HubIndex hub, Again again);

// Needs that a person must look at before any hub is asked again: a hub named a danger, missing
// facts, or that the person cannot be reached.
NeedMask held_for_a_person(const Draft& draft, const Referral& referral);
bool holds_for_a_person(Reason reason);

// Offers capacity that this decision has freed, or that `news` has to give, to people who wait
// since before it.
void fill_gaps(Draft& draft, HubIndex news = no_hub);

}  // namespace hubward::matcher
