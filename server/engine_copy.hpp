// SPDX-License-Identifier: Apache-2.0
//
// The state with which the engine begins: a copy of the view's. Engine thread.
#pragma once

#include "matcher/state.hpp"

namespace hubward::server {

// With room for more: a copy that is just as large as what it holds would copy all of it for the next referral.
inline matcher::State engine_copy(const matcher::State& state) {
    matcher::State copy;
    copy.referrals.reserve(state.referrals.size() + state.referrals.size() / 8);
    copy.offers.reserve(state.offers.size() + state.offers.size() / 8);
    copy = state;
    return copy;
}

}  // namespace hubward::server
