// SPDX-License-Identifier: Apache-2.0
//
// Which hub next: the choice of the best hub for open needs, again and again until none is left to
// ask. Internal to the room; works on a Draft.
#pragma once

#include <span>
#include <vector>

#include "matcher/draft.hpp"

namespace hubward::matcher {

// At a review a hub that let an offer expire is asked again; one that declined never is.
enum class Again : std::uint8_t { no, review };

// Offers the needs to the best hubs, each need to one, and records the rest as a gap. A need that
// is a gap already and stays one is recorded again only at a review.
void route(Draft& draft, ReferralIndex referral, NeedMask needs, Again again = Again::no);

// The hubs that ended an earlier offer of the referral in a way that closes the door to another.
std::vector<HubId> closed_doors(const Draft& draft, const Referral& referral, Again again);
// The question that this referral puts to every hub. Good until the next say(); keep doors alive.
Question question_about(const Draft& draft, const Referral& referral, NeedMask open,
                        std::span<const HubId> doors);

// Needs without an outcome that no hub has accepted yet: what the person still has to choose for.
NeedMask needs_to_choose(const Referral& referral);

// Needs that a person must look at before any hub is asked again: a hub named a danger, missing
// facts, or that the person cannot be reached.
NeedMask held_for_a_person(const Draft& draft, const Referral& referral);
bool holds_for_a_person(Reason reason);

// Offers capacity that this decision has freed, or that `news` has to give, to people who wait
// since before it.
void fill_gaps(Draft& draft, HubIndex news = no_hub);

}  // namespace hubward::matcher
