// SPDX-License-Identifier: Apache-2.0
#include "server/pages/stand.hpp"

#include "matcher/state.hpp"
#include "server/wire/veil.hpp"

namespace hubward::server::pages {

Stand stand_of(const matcher::Referral& referral) {
    using enum matcher::NeedStatus;
    if (!wire::status_is_shared(referral)) {
        const bool told = referral.status == matcher::ReferralStatus::revoked ||
                          referral.status == matcher::ReferralStatus::entered_in_error;
        return told ? Stand::done : Stand::open;
    }
    if (!matcher::live(referral)) {
        return Stand::done;
    }
    const auto any = [&](matcher::NeedStatus status) { return matcher::needs_that_are(referral, status) != 0; };
    return any(with_referrer) ? Stand::yours
           : any(with_owner)  ? Stand::place
           : any(gap)         ? Stand::gap
           : any(offered)     ? Stand::open
                              : Stand::care;
}

}  // namespace hubward::server::pages
