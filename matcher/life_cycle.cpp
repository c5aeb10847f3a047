// SPDX-License-Identifier: Apache-2.0
//
// The referral as a whole: it rests, goes on, is opened again, or should never have been.
#include <algorithm>
#include <chrono>

#include "matcher/danger.hpp"
#include "matcher/handlers.hpp"
#include "matcher/route.hpp"

namespace hubward::matcher {

bool lies_ahead(const Draft& draft, Timestamp date) {
    return date > draft.at() && date <= draft.at() + limits::date_ahead_max;
}

Handled handle(Draft& draft, const PauseReferral& command, const Actor& actor) {
    const auto index = referral_for(draft, command.referral, actor, command.expected_version);
    if (!index) {
        return std::unexpected(index.error());
    }
    if (command.reason != Reason::person_unavailable && command.reason != Reason::transport &&
        command.reason != Reason::other) {
        return refuse(Refused::reason_invalid);
    }
    if (!lies_ahead(draft, command.review_at)) {
        return refuse(Refused::date_invalid);
    }
    if (draft.at(*index).status != ReferralStatus::active) {
        return forbids(draft.at(*index));
    }
    // What no machine may route, a danger perhaps, lies with an owner: a pause does not put their look off.
    const bool owned = needs_that_are(draft.at(*index), NeedStatus::with_owner) != 0;
    const Timestamp owners = owned ? draft.at(*index).review_at : never;
    draft.say(Paused{draft.on(*index), command.reason, std::min(command.review_at, owners)});
    // Hubs that have the person keep them; those that were only asked are told at once.
    for (OfferIndex i = draft.at(*index).first_offer; i != no_offer; i = draft.at(i).next) {
        if (effects::waits_for_answer(draft.at(i).status)) {
            draft.say(OfferCancelled{draft.on(i), Reason::paused});
            give_back(draft, i);
        }
    }
    route(draft, *index, needs_that_are(draft.at(*index), NeedStatus::open));
    fill_gaps(draft);
    return {};
}

Handled handle(Draft& draft, const ResumeReferral& command, const Actor& actor) {
    const auto index = referral_for(draft, command.referral, actor, command.expected_version);
    if (!index) {
        return std::unexpected(index.error());
    }
    if (draft.at(*index).status != ReferralStatus::on_hold) {
        return forbids(draft.at(*index));
    }
    draft.say(Resumed{draft.on(*index)});
    // The pause may have ended long before its date, which nobody means any more.
    const NeedMask asked = needs_that_are(draft.at(*index), NeedStatus::with_referrer);
    const Timestamp soon = draft.at() + std::chrono::milliseconds(draft.how().referrer_review_ms);
    if (asked != 0 && soon < draft.at(*index).review_at) {
        draft.say(ReturnedToReferrer{draft.on(*index), asked, Reason::none, soon});
    }
    const NeedMask gap = needs_that_are(draft.at(*index), NeedStatus::gap);
    if (gap != 0) {
        route(draft, *index, gap, Again::review);
    }
    return {};
}

Handled handle(Draft& draft, const ReopenReferral& command, const Actor& actor) {
    const auto index = referral_for(draft, command.referral, actor, command.expected_version);
    if (!index) {
        return std::unexpected(index.error());
    }
    const Referral& referral = draft.at(*index);
    if (command.note_slot == 0) {
        return refuse(Refused::note_missing);
    }
    if (referral.status != ReferralStatus::completed &&
        referral.status != ReferralStatus::revoked) {
        return forbids(referral);
    }
    if (!referral.may_share(draft.at())) {
        return refuse(Refused::consent_missing);
    }
    if (referral.practice_ref) {
        const auto other = draft.before().live_by_practice_ref.find(
            live_key(referral.practice, referral.practice_ref));
        if (other) {
            return std::unexpected(
                Rejection{.why = Refused::live_duplicate,
                          .number = draft.at(ReferralIndex{*other}).submitted_at});
        }
    }
    if (referral.offer_count >= limits::offers_before_round_max || referral.episode == UINT8_MAX) {
        return refuse(Refused::full);
    }
    const auto all = static_cast<NeedMask>((1U << referral.ask.need_count) - 1);
    const NeedMask withdrawn = needs_that_are(referral, NeedStatus::withdrawn);
    const NeedMask needs = command.needs != 0 ? static_cast<NeedMask>(command.needs & all)
                           : withdrawn != 0   ? withdrawn
                                              : all;
    if (needs == 0) {
        return refuse(Refused::outcome_invalid);
    }
    // What the practice may not release it does not set free by ending and reopening.
    const bool for_owner = actor.role == Role::practice &&
                           (ended_in_danger(draft, referral) || relative_in_danger(draft, referral));
    draft.say(Reopened{draft.on(*index), needs, static_cast<std::uint8_t>(referral.episode + 1),
                       command.note_slot});
    if (for_owner) {
        hand_to_owner(draft, *index, needs, Reason::safety_concern);
    } else {
        route(draft, *index, needs);
    }
    return {};
}

Handled handle(Draft& draft, const MarkError& command, const Actor& actor) {
    const auto index = referral_for(draft, command.referral, actor, command.expected_version);
    if (!index) {
        return std::unexpected(index.error());
    }
    if (actor.role == Role::practice) {
        return refuse(Refused::not_found);  // a practice withdraws with sent_in_error
    }
    if (draft.at(*index).status == ReferralStatus::entered_in_error) {
        return forbids(draft.at(*index));
    }
    draft.say(MarkedError{draft.on(*index)});
    cancel_live_offers(draft, *index, Reason::sent_in_error);
    fill_gaps(draft);
    return {};
}

}  // namespace hubward::matcher
