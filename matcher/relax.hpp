// SPDX-License-Identifier: Apache-2.0
//
// Requirements that give way when a person has waited long enough, where the place's policy says so
// and the person agreed. What they cannot do without (a language, an access requirement) never does.
// Internal to the room; works on a Draft.
#pragma once

#include "matcher/draft.hpp"

namespace hubward::matcher {

// Lets the next requirement give way whose time has come, in the order of the enumeration, and says so.
// False when there is none.
bool relax_next(Draft& draft, ReferralIndex referral);

// When the next one gives way, after now; or `never`.
Timestamp next_relaxation(const Draft& draft, const Referral& referral);

}  // namespace hubward::matcher
