// SPDX-License-Identifier: Apache-2.0
//
// Which hub next: the choice of the best hub for open needs, again and again until none is left to
// ask. Internal to the room; works on a Draft.
#pragma once

#include <span>
#include <vector>

#include "matcher/draft.hpp"

namespace hubward::matcher {

// At a review a hub that let an offer expire is asked again; one that declined when its reason has gone.
enum class Again : std::uint8_t { no, review };

// Offers the needs to the best hubs, each need to one or, as Care says, to several at once, and records
// the rest as a gap. A need that is a gap already and stays one is recorded again only at a review. Of
// a referral that rests nothing is offered, and all goes to the place's owner while a danger stands.
void route(Draft& draft, ReferralIndex referral, NeedMask needs, Again again = Again::no);

// The hubs that ended an earlier offer of this episode for a reason that still holds (doors.cpp).
std::vector<HubId> closed_doors(const Draft& draft, const Referral& referral, Again again);
// … and those that are being asked for one of these needs now: nobody to ask for them.
std::vector<HubId> not_to_ask(const Draft& draft, const Referral& referral, NeedMask needs,
                              Again again);
// The question that this referral puts to every hub. Good until the next say(); keep doors alive.
Question question_about(const Draft& draft, const Referral& referral, NeedMask open,
                        std::span<const HubId> doors);

// Needs without an outcome that no hub has accepted and no owner holds: what the person may choose for.
NeedMask needs_to_choose(const Referral& referral);
// One more offer, to this hub. Requires a verdict that passed. hold: its units wait for the answer.
void offer_to(Draft& draft, ReferralIndex referral, HubIndex hub, const Verdict& verdict,
              const Cited& cited, std::uint16_t considered, bool hold);

// The hub that would be asked next, or no_hub.
struct Best {
    HubIndex hub = no_hub;
    Verdict verdict;
    Cited cited;
    std::uint16_t considered = 0;  // hubs that passed every filter (65535 stands for more)
};
Best best_hub(const Draft& draft, const Referral& referral, NeedMask needs);

// False after so many tries that a person must look. A try is an offer of this episode that its hub declined, gave back
// or let pass: what was called off because the person chose or moved is none.
bool may_ask_more(const Draft& draft, const Referral& referral);

// Offers capacity that this decision has freed, or that `news` has to give, to people who wait
// since before it.
void fill_gaps(Draft& draft, HubIndex news = no_hub);
// The same for hubs that open again after closed days: whole holidays end at one moment, so those whose turn does
// not come in this decision are due at once, and the ticks that follow try them in handfuls.
void fill_gaps_again(Draft& draft, std::span<const HubIndex> reopened);

}  // namespace hubward::matcher
