// SPDX-License-Identifier: Apache-2.0
//
// One hub passes a person on to another, and stays responsible until that one accepts.
#include "matcher/danger.hpp"
#include "matcher/handlers.hpp"
#include "matcher/receipt.hpp"
#include "matcher/route.hpp"
#include "matcher/waits.hpp"

namespace hubward::matcher {

bool give_back(Draft& draft, OfferIndex ended) {
    const Offer offer = draft.at(ended);
    for (OfferIndex i = draft.at(offer.referral).first_offer; i != no_offer; i = draft.at(i).next) {
        const Offer& from = draft.at(i);
        if (from.transfer && !terminal(from.status) && (from.needs & offer.needs) != 0) {
            draft.say(TransferEnded{draft.on(i), check_in_due(draft)});
            return true;
        }
    }
    return false;
}

Handled handle(Draft& draft, const TransferOffer& command, const Actor& actor) {
    const auto index = offer_for(draft, command.offer, actor);
    if (!index) {
        return std::unexpected(index.error());
    }
    const Offer from = draft.at(*index);
    const Referral& referral = draft.at(from.referral);
    if (from.status != OfferStatus::in_progress || referral.status != ReferralStatus::active) {
        return forbids(draft, from);
    }
    if (!referral.may_share(draft.at())) {
        return refuse(Refused::consent_missing);
    }
    if (danger_stands(draft, referral)) {
        return refuse(Refused::no_hub_can);  // the next one would walk into it
    }
    const NeedMask resolved = needs_that_are(referral, NeedStatus::resolved);
    const auto needs = static_cast<NeedMask>(from.needs & ~resolved);
    HubIndex to = no_hub;
    Verdict verdict;
    Cited cited;
    std::uint16_t considered = 1;
    if (command.to) {
        const auto named = draft.before().find(command.to);
        if (named && *named != from.hub) {
            to = *named;
            const Question q = question_about(draft, referral, needs, {});
            verdict = judge(q, draft.at(to));
            cited = cite(q, draft.at(to));
        }
    } else {
        const Best best = best_hub(draft, referral, needs);
        to = best.hub;
        verdict = best.verdict;
        cited = best.cited;
        considered = best.considered;
    }
    // Half a person is not passed on: the other hub must serve all that is left.
    if (to == no_hub || verdict.filter != Filter::passed || verdict.needs != needs ||
        referral.offer_count >= limits::offers_before_round_max) {
        return refuse(Refused::no_hub_can);
    }
    draft.say(TransferRequested{draft.on(*index), check_in_due(draft)});
    offer_to(draft, from.referral, to, verdict, cited, considered, true);
    return {};
}

}  // namespace hubward::matcher
