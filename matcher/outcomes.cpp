// SPDX-License-Identifier: Apache-2.0
//
// What came of each need, said by the hub and by the person, each for themselves. Where the two do not
// agree, a named person asks both by a date.
#include "matcher/danger.hpp"
#include "matcher/handlers.hpp"
#include "matcher/route.hpp"

namespace hubward::matcher {
namespace {

std::uint8_t one_more(std::uint8_t level) {
    return level == UINT8_MAX ? level : static_cast<std::uint8_t>(level + 1);
}

}  // namespace

void compare_words(Draft& draft, ReferralIndex index, std::uint8_t need) {
    const Referral& referral = draft.at(index);
    const NeedState& said = referral.needs[need];
    const bool asked_after = (referral.disputed >> need & 1) != 0;
    if (disagree(said.outcome, said.person) == asked_after) {
        return;
    }
    if (asked_after) {
        if ((looked_at_beside_a_hub(draft, referral) >> need & 1) != 0) {
            return;  // that hub and person agree says nothing of a danger
        }
        draft.say(FollowUpClosed{draft.on(index), static_cast<NeedMask>(1U << need)});
        return;
    }
    const Timestamp review = draft.at() + std::chrono::milliseconds(draft.how().follow_up_ms);
    draft.say(OutcomeDisputed{draft.on(index), need,
                              referral.owner.empty() ? draft.how().owner : referral.owner,
                              std::min(referral.follow_up_at, review)});
}

Handled handle(Draft& draft, const RecordPersonWord& command, const Actor& actor) {
    const auto index = referral_for(draft, command.referral, actor, command.expected_version);
    if (!index) {
        return std::unexpected(index.error());
    }
    const Referral& referral = draft.at(*index);
    if (referral.status == ReferralStatus::entered_in_error) {
        return forbids(referral);
    }
    if (command.need >= referral.ask.need_count || command.outcome == Outcome::none) {
        return refuse(Refused::outcome_invalid);
    }
    draft.say(PersonAnswered{draft.on(*index), command.need, command.outcome});
    compare_words(draft, *index, command.need);
    return {};
}

Handled handle(Draft& draft, const RecordMeasure& command, const Actor& actor) {
    const auto index = offer_for(draft, command.offer, actor);
    if (!index) {
        return std::unexpected(index.error());
    }
    if (!effects::has_person(draft.at(*index).status)) {
        return forbids(draft, draft.at(*index));
    }
    if (command.value > scale_max(command.measure)) {
        return refuse(Refused::measure_invalid);
    }
    draft.say(MeasureRecorded{draft.on(*index), command.measure, command.moment, command.value});
    return {};
}

Handled handle(Draft& draft, const CloseFollowUp& command, const Actor& actor) {
    const auto index = referral_for(draft, command.referral, actor, command.expected_version);
    if (!index) {
        return std::unexpected(index.error());
    }
    if (actor.role == Role::practice) {
        return refuse(Refused::not_found);  // the place's owner has asked both, not the practice
    }
    const Referral& referral = draft.at(*index);
    if (referral.disputed == 0) {
        return forbids(referral);
    }
    draft.say(FollowUpClosed{draft.on(*index), referral.disputed});
    return {};
}

void follow_up(Draft& draft, ReferralIndex index) {
    draft.say(FollowUpEscalated{
        draft.on(index), one_more(draft.at(index).follow_up_level),
        draft.at() + std::chrono::milliseconds(draft.how().owner_review_ms)});
}

Handled handle(Draft& draft, const AddNeed& command, const Actor& actor) {
    const auto index = offer_for(draft, command.offer, actor);
    if (!index) {
        return std::unexpected(index.error());
    }
    const Offer& offer = draft.at(*index);
    const Referral& referral = draft.at(offer.referral);
    if (!effects::has_person(offer.status) || !live(referral)) {
        return forbids(draft, offer);
    }
    const auto asked = std::span(referral.ask.needs).first(referral.ask.need_count);
    if (asked.size() == limits::needs_max || std::ranges::find(asked, command.need) != asked.end()) {
        return refuse(Refused::need_invalid);
    }
    const ReferralIndex of = offer.referral;
    draft.say(NeedAdded{draft.on(of), command.need});
    route(draft, of, needs_that_are(draft.at(of), NeedStatus::open));
    return {};
}

}  // namespace hubward::matcher
