// SPDX-License-Identifier: Apache-2.0
//
// One handler for each command: checks, then says events on the draft. decide() picks the handler.
// Internal to the room. A handler that refuses has said nothing.
#pragma once

#include <expected>

#include "matcher/command.hpp"
#include "matcher/draft.hpp"
#include "matcher/rejection.hpp"

namespace hubward::matcher {

using Handled = std::expected<void, Rejection>;

Handled handle(Draft& draft, const SubmitReferral& command, const Actor& actor);
Handled handle(Draft& draft, const WithdrawReferral& command, const Actor& actor);
Handled handle(Draft& draft, const DiscloseDetails& command, const Actor& actor);
Handled handle(Draft& draft, const AdoptPolicy& command, const Actor& actor);
Handled handle(Draft& draft, const Tick& command, const Actor& actor);

// offer_answers.cpp
Handled handle(Draft& draft, const OpenOffer& command, const Actor& actor);
Handled handle(Draft& draft, const AcceptOffer& command, const Actor& actor);
Handled handle(Draft& draft, const DeclineOffer& command, const Actor& actor);
Handled handle(Draft& draft, const StartSupport& command, const Actor& actor);
Handled handle(Draft& draft, const ReturnOffer& command, const Actor& actor);
Handled handle(Draft& draft, const RecordOutcome& command, const Actor& actor);

// choice.cpp
Handled handle(Draft& draft, const ChooseHub& command, const Actor& actor);

// hub_commands.cpp
Handled handle(Draft& draft, const UpsertHub& command, const Actor& actor);
Handled handle(Draft& draft, const SetCapacity& command, const Actor& actor);

inline std::unexpected<Rejection> refuse(Refused why) {
    return std::unexpected(Rejection{.why = why});
}

// Whether the actor speaks for the hub: the hub itself, its place, or those who run the service.
bool speaks_for(const Actor& actor, const HubProfile& hub);

// Whether the referral is the actor's: its practice, or no practice at all.
bool owns(const Actor& actor, const Referral& referral);

// The referral ends here: it and all its live offers.
void withdraw(Draft& draft, ReferralIndex referral, Reason reason);

}  // namespace hubward::matcher
