// SPDX-License-Identifier: Apache-2.0
//
// Whose a referral is: who may see it and steer it, for the core and for every edge alike.
//
// A practice has its own. A place looks after those offered to one of its hubs; until there is an offer,
// after those who live in it or in a place within it, and after those of whom nobody said where they
// live (somebody must look at them). Pure; any thread that may read.
#pragma once

#include <string_view>

#include "matcher/command.hpp"

namespace hubward::matcher {

class State;
struct Referral;

bool looks_after(const State& state, std::string_view place, const Referral& referral);

// False for a practice and another's referral, and for a place and one that it does not look after.
// Says nothing about hubs: what a hub may do hangs on its offer.
bool owns(const State& state, const Actor& actor, const Referral& referral);

}  // namespace hubward::matcher
