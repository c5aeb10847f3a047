// SPDX-License-Identifier: Apache-2.0
//
// What the person says goes: the hub they choose, or none.
#include "matcher/handlers.hpp"
#include "matcher/route.hpp"

namespace hubward::matcher {
namespace {

// Offers that still wait elsewhere are taken back; the units they held are free again.
void take_back_other_offers(Draft& draft, ReferralIndex index, HubIndex chosen) {
    for (OfferIndex i = draft.at(index).first_offer; i != no_offer; i = draft.at(i).next) {
        const Offer& offer = draft.at(i);
        if (effects::waits_for_answer(offer.status) && offer.hub != chosen) {
            draft.say(OfferCancelled{draft.on(i), Reason::person_chose_other});
            give_back(draft, i);
        }
    }
}

}  // namespace

NeedMask needs_to_choose(const Referral& referral) {
    return static_cast<NeedMask>(needs_that_are(referral, NeedStatus::open) |
                                 needs_that_are(referral, NeedStatus::gap) |
                                 needs_that_are(referral, NeedStatus::with_referrer) |
                                 needs_that_are(referral, NeedStatus::offered));
}

Handled handle(Draft& draft, const ChooseHub& command, const Actor& actor) {
    const auto index = referral_for(draft, command.referral, actor, command.expected_version);
    if (!index) {
        return std::unexpected(index.error());
    }
    const Referral& referral = draft.at(*index);
    const NeedMask needs = needs_to_choose(referral);
    if (referral.status != ReferralStatus::active || needs == 0) {
        return std::unexpected(
            Rejection{.why = Refused::state_forbids, .referral_status = referral.status});
    }
    if (command.no_digital) {
        draft.say(ChoiceMade{draft.on(*index), HubId{}, true});
        withdraw(draft, *index, Reason::withdrawn_by_person);
        fill_gaps(draft);
        return {};
    }
    if (!referral.may_share(draft.at())) {
        return refuse(Refused::consent_missing);
    }
    const auto hub = draft.before().find(command.hub);
    if (!hub) {
        return refuse(Refused::not_found);
    }
    const bool waits_there_already = [&] {
        for (OfferIndex i = referral.first_offer; i != no_offer; i = draft.at(i).next) {
            if (draft.at(i).hub == *hub && effects::waits_for_answer(draft.at(i).status)) {
                return true;
            }
        }
        return false;
    }();
    if (!waits_there_already) {
        const std::vector<HubId> doors = closed_doors(draft, referral, Again::no);
        const Question q = question_about(draft, referral, needs, doors);
        const Filter filter = sieve(q, draft.at(*hub), Sieve::until_first).first;
        if (filter != Filter::passed) {
            return std::unexpected(
                Rejection{.why = Refused::choice_not_possible, .filter = filter});
        }
    }
    draft.say(ChoiceMade{draft.on(*index), command.hub, false});
    take_back_other_offers(draft, *index, *hub);
    // By choosing, the practice has answered what the needs came back for.
    const NeedMask asked = needs_that_are(draft.at(*index), NeedStatus::with_referrer);
    if (asked != 0) {
        draft.say(NeedsReleased{draft.on(*index), asked});
    }
    route(draft, *index,
          static_cast<NeedMask>(needs_that_are(draft.at(*index), NeedStatus::open) |
                                needs_that_are(draft.at(*index), NeedStatus::gap)));
    fill_gaps(draft);
    return {};
}

}  // namespace hubward::matcher
