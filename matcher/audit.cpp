// SPDX-License-Identifier: Apache-2.0
#include "matcher/audit.hpp"

#include "matcher/effects.hpp"

namespace hubward::matcher {

Keeping keeping_of(const State& state, const Referral& referral) {
    Keeping keeping;
    if (!live(referral)) {
        return keeping;
    }
    std::array<std::array<bool, ways_to_keep>, limits::needs_max> kept{};
    const auto keep = [&](NeedMask needs, KeptBy by) {
        for (std::size_t n = 0; n < limits::needs_max; ++n) {
            kept[n][static_cast<std::size_t>(by)] |= (needs >> n & 1) != 0;
        }
    };
    for (OfferIndex i = referral.first_offer; i != no_offer; i = state.at(i).next) {
        const Offer& offer = state.at(i);
        // The hub that asks another to take over still has the person: one keeper, not two.
        if (!terminal(offer.status) && offer.due != never && !offer.transfer) {
            keep(offer.needs, offer.appointment != never ? KeptBy::appointment : KeptBy::offer);
        }
    }
    if (referral.review_at != never) {
        keep(needs_that_are(referral, NeedStatus::gap), KeptBy::queue);
        keep(needs_that_are(referral, NeedStatus::with_referrer), KeptBy::person);
        if (!referral.owner.empty()) {
            keep(needs_that_are(referral, NeedStatus::with_owner), KeptBy::person);
        }
    }
    for (std::size_t n = 0; n < referral.ask.need_count; ++n) {
        if (referral.needs[n].status == NeedStatus::resolved ||
            referral.needs[n].status == NeedStatus::withdrawn) {
            continue;  // withdrawn: of an episode before, and not asked for again
        }
        int ways = 0;
        for (std::size_t by = 0; by < ways_to_keep; ++by) {
            ways += kept[n][by] ? 1 : 0;
            keeping.needs[by] =
                static_cast<std::uint8_t>(keeping.needs[by] + std::uint8_t{kept[n][by]});
        }
        if (ways != 1) {
            keeping.orphans = static_cast<NeedMask>(keeping.orphans | 1U << n);
        }
    }
    return keeping;
}

}  // namespace hubward::matcher
