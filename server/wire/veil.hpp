// SPDX-License-Identifier: Apache-2.0
//
// What the practice is told of a referral, by what the person agreed to.
//
// Without share-status-with-referrer it learns what it said itself and that consent or the referral
// ended, and of everything else only that something happened: its stream keeps its numbers. Without
// share-outcome-with-gp it does not learn outcomes. What it was told before stays told. By the consent
// that holds when it is asked. Pure; any thread.
#pragma once

#include <string_view>

#include "matcher/event.hpp"
#include "matcher/referral.hpp"
#include "matcher/state.hpp"

namespace hubward::server::wire {

inline bool status_is_shared(const matcher::Referral& referral) {
    return referral.consents.given.has(matcher::Purpose::share_status_with_referrer);
}
inline bool outcome_is_shared(const matcher::Referral& referral) {
    return status_is_shared(referral) &&
           referral.consents.given.has(matcher::Purpose::share_outcome_with_gp);
}
// Takes out of a copy what the practice may not know. Its offers are the caller's to leave out, where
// status_is_shared says so.
void veil(matcher::Referral& copy);
// … and of the ask what was made of it since `said`, the practice's own words: a need that a hub found, what
// the person told a hub, a household served apart.
void veil_ask(matcher::Ask& copy, const matcher::Ask& said);
bool practice_may_hear(const matcher::Referral& referral, const matcher::Event& event);
// An event of a stream that its reader may only know to have happened: never of a hub's or a place's.
bool veiled(const matcher::State& state, const matcher::Event& event, std::string_view stream);
// A hub that was asked for both says that this referral is the same as another one of the same practice.
// Of another practice's, this practice is not told.
bool names_own_duplicate(const matcher::State& state, const matcher::Event& event);

}  // namespace hubward::server::wire
