// SPDX-License-Identifier: Apache-2.0
//
// What a hub answers to an offer, from the first look to the last outcome.
#include "matcher/handlers.hpp"
#include "matcher/reasons.hpp"
#include "matcher/route.hpp"
#include "matcher/waits.hpp"

namespace hubward::matcher {

std::expected<OfferIndex, Rejection> offer_for(const Draft& draft, const OfferRef& ref,
                                               const Actor& actor) {
    const auto referral = draft.before().find(ref.referral);
    if (!referral) {
        return refuse(Refused::not_found);
    }
    const Referral& owner = draft.at(*referral);
    const auto index = draft.before().offer(owner, ref.ordinal);
    if (!index || !speaks_for(actor, draft.at(draft.at(*index).hub).profile)) {
        return refuse(Refused::not_found);
    }
    if (owner.erasure != Erasure::none) {
        return refuse(Refused::erased);
    }
    if (ref.expected_version != 0 && ref.expected_version != owner.version) {
        return std::unexpected(
            Rejection{.why = Refused::version_changed, .version = owner.version});
    }
    return *index;
}

std::unexpected<Rejection> forbids(const Draft& draft, const Offer& offer) {
    return std::unexpected(Rejection{.why = Refused::state_forbids,
                                     .offer_status = offer.status,
                                     .ended_with = offer.reason,
                                     .referral_status = draft.at(offer.referral).status});
}

bool speaks_for(const Actor& actor, const HubProfile& hub) {
    switch (actor.role) {
        case Role::system:
        case Role::ops:
            return true;
        case Role::place:
            return actor.subject.view() == hub.place.view();
        case Role::hub:
            return actor.subject.view() == hub.slug.view();
        case Role::practice:
            return false;
    }
    return false;
}

Handled handle(Draft& draft, const OpenOffer& command, const Actor& actor) {
    const auto index = offer_for(draft, command.offer, actor);
    if (!index) {
        return std::unexpected(index.error());
    }
    if (draft.at(*index).status != OfferStatus::requested) {
        return forbids(draft, draft.at(*index));
    }
    draft.say(Opened{draft.on(*index)});
    return {};
}

// A claim takes all its units or none, and of the last ones only those that are not kept for others.
static bool may_claim(const Draft& draft, const Offer& offer, const Hub& hub) {
    const Question q = question_about(draft, draft.at(offer.referral), offer.needs, {});
    const Units kept = kept_from(q, hub.profile, offer.needs);
    for (std::size_t k = 0; k < unit_kinds; ++k) {
        const unsigned wanted = unsigned{offer.units[k]} + kept[k];
        if (offer.units[k] != 0 && wanted > effects::room_at(hub, k, offer.session)) {
            return false;
        }
    }
    return true;
}

// What a hub says about the person and itself, or those who look after it about the hub.
static bool may_end_with(const Actor& actor, Reason reason) {
    return hub_may_decline_with(reason) ||
           (carer_may_end_with(reason) && actor.role != Role::hub);
}

Handled handle(Draft& draft, const AcceptOffer& command, const Actor& actor) {
    const auto index = offer_for(draft, command.offer, actor);
    if (!index) {
        return std::unexpected(index.error());
    }
    if (!effects::waits_for_answer(draft.at(*index).status)) {
        return forbids(draft, draft.at(*index));
    }
    const Offer offer = draft.at(*index);
    const Hub& hub = draft.at(offer.hub);
    if (!draft.at(offer.referral).may_share(draft.at())) {
        return refuse(Refused::consent_missing);  // it ended, and the tick that says so comes next
    }
    const Session* seats = find(hub.sessions, offer.session);
    const bool too_late = offer.session != no_session && (seats == nullptr || !seats->takes(draft.at()));
    if (too_late || (!offer.held && !may_claim(draft, offer, hub))) {
        return refuse(Refused::no_unit_left);
    }
    draft.say(Accepted{draft.on(*index), contact_due(draft, hub, draft.at(offer.referral).ask)});
    if (const Session* seat = find(draft.at(offer.hub).sessions, offer.session)) {
        const auto after = std::chrono::milliseconds(draft.how().after_appointment_ms);
        draft.say(AppointmentBooked{draft.on(*index), seat->starts, seat->ends + after, seat->number,
                                    offer.units[static_cast<std::size_t>(UnitKind::place)]});
    }
    if (cancel_others(draft, *index)) {
        route(draft, offer.referral, needs_that_are(draft.at(offer.referral), NeedStatus::open));
        fill_gaps(draft);
    }
    return {};
}

// A hub can name as a duplicate only what it has been asked for itself.
static bool offered_there(const Draft& draft, ReferralId id, HubIndex hub) {
    const auto other = draft.before().find(id);
    for (OfferIndex i = other ? draft.at(*other).first_offer : no_offer; i != no_offer;
         i = draft.at(i).next) {
        if (draft.at(i).hub == hub) {
            return true;
        }
    }
    return false;
}

// The needs of this referral that stand in the other one too, which goes on: only those end here as duplicates. Were
// the other one over, or without them, nobody would have the person.
static NeedMask stand_there(const Referral& referral, const Referral& other) {
    NeedMask needs = 0;
    for (std::size_t i = 0; live(other) && i < referral.ask.need_count; ++i) {
        for (std::size_t k = 0; k < other.ask.need_count; ++k) {
            const bool same = other.ask.needs[k] == referral.ask.needs[i];
            if (same && other.needs[k].status != NeedStatus::withdrawn) {
                needs = static_cast<NeedMask>(needs | 1U << i);
            }
        }
    }
    return needs;
}

Handled handle(Draft& draft, const DeclineOffer& command, const Actor& actor) {
    const auto index = offer_for(draft, command.offer, actor);
    if (!index) {
        return std::unexpected(index.error());
    }
    if (!may_end_with(actor, command.reason)) {
        return refuse(Refused::reason_invalid);
    }
    if (!effects::waits_for_answer(draft.at(*index).status)) {
        return forbids(draft, draft.at(*index));
    }
    if (command.reason == Reason::other && command.note_slot == 0) {
        return refuse(Refused::note_missing);
    }
    if (command.duplicate_of && (command.reason != Reason::duplicate ||
                                 command.duplicate_of == command.offer.referral ||
                                 !offered_there(draft, command.duplicate_of, draft.at(*index).hub))) {
        return refuse(Refused::reason_invalid);
    }
    NeedMask closes = all_needs;
    if (command.duplicate_of) {
        const auto other = draft.before().find(command.duplicate_of);
        closes = stand_there(draft.at(draft.at(*index).referral), draft.at(*other));
        if ((closes & draft.at(*index).needs) == 0) {
            return refuse(Refused::reason_invalid);
        }
    }
    draft.say(Declined{draft.on(*index), command.reason, command.note_slot, command.duplicate_of});
    follow(draft, *index, command.reason, closes);
    return {};
}

Handled handle(Draft& draft, const StartSupport& command, const Actor& actor) {
    const auto index = offer_for(draft, command.offer, actor);
    if (!index) {
        return std::unexpected(index.error());
    }
    const Offer& offer = draft.at(*index);
    if (offer.status != OfferStatus::accepted &&
        (offer.status != OfferStatus::on_hold || offer.transfer)) {
        return forbids(draft, offer);
    }
    draft.say(SupportStarted{draft.on(*index), check_in_due(draft)});
    return {};
}

Handled handle(Draft& draft, const ReturnOffer& command, const Actor& actor) {
    const auto index = offer_for(draft, command.offer, actor);
    if (!index) {
        return std::unexpected(index.error());
    }
    if (command.reason != Reason::hub_withdrew && !may_end_with(actor, command.reason)) {
        return refuse(Refused::reason_invalid);
    }
    if (!effects::has_person(draft.at(*index).status)) {
        return forbids(draft, draft.at(*index));
    }
    if (command.reason == Reason::other && command.note_slot == 0) {
        return refuse(Refused::note_missing);
    }
    draft.say(HubWithdrew{draft.on(*index), command.reason, command.note_slot});
    follow(draft, *index, command.reason);
    return {};
}

Handled handle(Draft& draft, const RecordOutcome& command, const Actor& actor) {
    const auto index = offer_for(draft, command.offer, actor);
    if (!index) {
        return std::unexpected(index.error());
    }
    const Offer offer = draft.at(*index);
    if (!effects::has_person(offer.status) || offer.status == OfferStatus::on_hold) {
        return forbids(draft, offer);
    }
    const bool of_this_offer =
        command.need < limits::needs_max && (offer.needs >> command.need & 1) != 0 &&
        draft.at(offer.referral).needs[command.need].status == NeedStatus::accepted;
    if (!of_this_offer || command.outcome == Outcome::none) {
        return refuse(Refused::outcome_invalid);
    }
    draft.say(OutcomeRecorded{draft.on(*index), command.need, command.outcome});
    compare_words(draft, offer.referral, command.need);
    const NeedMask resolved = needs_that_are(draft.at(offer.referral), NeedStatus::resolved);
    if ((offer.needs & ~resolved) == 0) {
        draft.say(OfferCompleted{draft.on(*index)});
        complete_if_resolved(draft, offer.referral);
        fill_gaps(draft);
    }
    return {};
}

}  // namespace hubward::matcher
