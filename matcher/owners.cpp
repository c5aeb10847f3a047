// SPDX-License-Identifier: Apache-2.0
//
// How needs come to people who look at them, and what those decide: route on, end it, say who looks.
#include "matcher/danger.hpp"
#include "matcher/handlers.hpp"
#include "matcher/route.hpp"

namespace hubward::matcher {
namespace {

// The needs that the actor may move: a practice those that came back to it, others all that wait for
// a person. A safety concern is the place's to release, never the referrer's.
NeedMask movable(const Referral& referral, const Actor& actor) {
    NeedMask needs = needs_that_are(referral, NeedStatus::with_referrer);
    if (actor.role != Role::practice) {
        needs = static_cast<NeedMask>(needs | needs_that_are(referral, NeedStatus::with_owner));
    }
    return needs;
}

Timestamp review_in(const Draft& draft, ReferralIndex index, std::int64_t ms) {
    return std::min(draft.at(index).review_at, draft.at() + std::chrono::milliseconds(ms));
}

}  // namespace

void hand_to_owner(Draft& draft, ReferralIndex index, NeedMask needs, Reason reason) {
    draft.say(HandedToOwner{draft.on(index), needs, reason, draft.how().owner,
                            review_in(draft, index, draft.how().owner_review_ms)});
}

void return_to_referrer(Draft& draft, ReferralIndex index, NeedMask needs, Reason reason) {
    if (reason == Reason::missing_information &&
        draft.at(index).information_rounds >= draft.how().information_rounds_max) {
        return hand_to_owner(draft, index, needs, reason);
    }
    draft.say(ReturnedToReferrer{draft.on(index), needs, reason,
                                 review_in(draft, index, draft.how().referrer_review_ms)});
}

Handled handle(Draft& draft, const ReleaseNeeds& command, const Actor& actor) {
    const auto index = referral_for(draft, command.referral, actor, command.expected_version);
    if (!index) {
        return std::unexpected(index.error());
    }
    const Referral& referral = draft.at(*index);
    const NeedMask needs = movable(referral, actor);
    if (referral.status != ReferralStatus::active || needs == 0) {
        return forbids(referral);
    }
    if (!referral.may_share(draft.at())) {
        return refuse(Refused::consent_missing);  // ask the person, then record what they said
    }
    // Who lets the person go on has looked at the danger wherever it was.
    const NeedMask beside = actor.role == Role::practice ? NeedMask{0} : looked_at_beside_a_hub(draft, referral);
    if (beside != 0) {
        draft.say(FollowUpClosed{draft.on(*index), beside});
    }
    draft.say(NeedsReleased{draft.on(*index), needs});
    route(draft, *index, needs);
    return {};
}

Handled handle(Draft& draft, const CloseNeed& command, const Actor& actor) {
    const auto index = referral_for(draft, command.referral, actor, command.expected_version);
    if (!index) {
        return std::unexpected(index.error());
    }
    const Referral& referral = draft.at(*index);
    if (!live(referral)) {
        return forbids(referral);
    }
    const auto free_to_close =
        static_cast<NeedMask>(movable(referral, actor) | needs_that_are(referral, NeedStatus::gap));
    if (command.need >= limits::needs_max || (free_to_close >> command.need & 1) == 0 ||
        command.outcome == Outcome::none) {
        return refuse(Refused::outcome_invalid);
    }
    draft.say(NeedClosed{draft.on(*index), command.need, command.outcome});
    compare_words(draft, *index, command.need);
    complete_if_resolved(draft, *index);
    return {};
}

Handled handle(Draft& draft, const AssignOwner& command, const Actor& actor) {
    const auto index = referral_for(draft, command.referral, actor, command.expected_version);
    if (!index || actor.role == Role::practice) {
        return index ? refuse(Refused::not_found) : std::unexpected(index.error());
    }
    if (!live(draft.at(*index)) || command.owner.empty()) {
        return forbids(draft.at(*index));
    }
    draft.say(OwnerAssigned{draft.on(*index), command.owner});
    return {};
}

}  // namespace hubward::matcher
