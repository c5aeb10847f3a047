// SPDX-License-Identifier: Apache-2.0
//
// What a hub answers to an offer, from the first look to the last outcome.
#include "matcher/handlers.hpp"
#include "matcher/route.hpp"

namespace hubward::matcher {
namespace {

// The offer the command names, when the actor may see it and expects the present version.
std::expected<OfferIndex, Rejection> find(const Draft& draft, const OfferRef& ref,
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
    if (ref.expected_version != 0 && ref.expected_version != owner.version) {
        return std::unexpected(
            Rejection{.why = Refused::version_changed, .version = owner.version});
    }
    return *index;
}

std::unexpected<Rejection> forbids(const Draft& draft, const Offer& offer) {
    return std::unexpected(Rejection{.why = Refused::state_forbids,
                                     .offer_status = offer.status,
                                     .referral_status = draft.at(offer.referral).status});
}

Outcome outcome_for(Reason reason) {
    switch (reason) {
        case Reason::person_declined:
            return Outcome::person_declined;
        case Reason::already_supported:
        case Reason::duplicate:
            return Outcome::already_enrolled;
        default:
            return Outcome::none;
    }
}

void complete_if_resolved(Draft& draft, ReferralIndex index) {
    const Referral& referral = draft.at(index);
    for (std::size_t i = 0; i < referral.ask.need_count; ++i) {
        if (referral.needs[i].status != NeedStatus::resolved) {
            return;
        }
    }
    draft.say(AllNeedsResolved{draft.on(index)});
}

// The hub has no unit left, whatever its total says: it counts as full until it reports again.
void report_full(Draft& draft, HubIndex hub, const Units& units) {
    for (std::size_t k = 0; k < unit_kinds; ++k) {
        const Capacity& capacity = draft.at(hub).capacity[k];
        if (units[k] != 0 && capacity.free() > 0) {
            draft.say(CapacityReported{hub, draft.next_seq(hub), static_cast<UnitKind>(k),
                                       static_cast<std::uint16_t>(capacity.held + capacity.used)});
        }
    }
}

// What follows when a hub ends an offer for a reason (docs/GLOSSARY.md: the effect of each reason).
// The needs still open are those of the offer.
void follow(Draft& draft, OfferIndex index, Reason reason) {
    const Offer offer = draft.at(index);
    const NeedMask open = needs_that_are(draft.at(offer.referral), NeedStatus::open);
    if (reason == Reason::no_consent) {
        withdraw(draft, offer.referral, reason);
    } else if (const Outcome outcome = outcome_for(reason); outcome != Outcome::none) {
        for (std::uint8_t i = 0; i < limits::needs_max; ++i) {
            if ((open >> i & 1) != 0) {
                draft.say(OutcomeRecorded{draft.on(index), i, outcome});
            }
        }
        complete_if_resolved(draft, offer.referral);
    } else {
        if (reason == Reason::no_capacity) {
            report_full(draft, offer.hub, offer.units);
        }
        route(draft, offer.referral, open);  // keeps back what a person must look at first
    }
    fill_gaps(draft);
}

}  // namespace

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
    const auto index = find(draft, command.offer, actor);
    if (!index) {
        return std::unexpected(index.error());
    }
    if (draft.at(*index).status != OfferStatus::requested) {
        return forbids(draft, draft.at(*index));
    }
    draft.say(Opened{draft.on(*index)});
    return {};
}

Handled handle(Draft& draft, const AcceptOffer& command, const Actor& actor) {
    const auto index = find(draft, command.offer, actor);
    if (!index) {
        return std::unexpected(index.error());
    }
    if (!effects::waits_for_answer(draft.at(*index).status)) {
        return forbids(draft, draft.at(*index));
    }
    draft.say(Accepted{draft.on(*index)});
    return {};
}

Handled handle(Draft& draft, const DeclineOffer& command, const Actor& actor) {
    const auto index = find(draft, command.offer, actor);
    if (!index) {
        return std::unexpected(index.error());
    }
    if (!hub_may_decline_with(command.reason)) {
        return refuse(Refused::reason_invalid);
    }
    if (!effects::waits_for_answer(draft.at(*index).status)) {
        return forbids(draft, draft.at(*index));
    }
    draft.say(Declined{draft.on(*index), command.reason});
    follow(draft, *index, command.reason);
    return {};
}

Handled handle(Draft& draft, const StartSupport& command, const Actor& actor) {
    const auto index = find(draft, command.offer, actor);
    if (!index) {
        return std::unexpected(index.error());
    }
    if (draft.at(*index).status != OfferStatus::accepted) {
        return forbids(draft, draft.at(*index));
    }
    draft.say(SupportStarted{draft.on(*index)});
    return {};
}

Handled handle(Draft& draft, const ReturnOffer& command, const Actor& actor) {
    const auto index = find(draft, command.offer, actor);
    if (!index) {
        return std::unexpected(index.error());
    }
    if (command.reason != Reason::hub_withdrew && !hub_may_decline_with(command.reason)) {
        return refuse(Refused::reason_invalid);
    }
    if (!effects::has_person(draft.at(*index).status)) {
        return forbids(draft, draft.at(*index));
    }
    draft.say(HubWithdrew{draft.on(*index), command.reason});
    follow(draft, *index, command.reason);
    return {};
}

Handled handle(Draft& draft, const RecordOutcome& command, const Actor& actor) {
    const auto index = find(draft, command.offer, actor);
    if (!index) {
        return std::unexpected(index.error());
    }
    const Offer offer = draft.at(*index);
    if (!effects::has_person(offer.status)) {
        return forbids(draft, offer);
    }
    const bool of_this_offer =
        command.need < limits::needs_max && (offer.needs >> command.need & 1) != 0 &&
        draft.at(offer.referral).needs[command.need].status == NeedStatus::accepted;
    if (!of_this_offer || command.outcome == Outcome::none) {
        return refuse(Refused::outcome_invalid);
    }
    draft.say(OutcomeRecorded{draft.on(*index), command.need, command.outcome});
    const NeedMask resolved = needs_that_are(draft.at(offer.referral), NeedStatus::resolved);
    if ((offer.needs & ~resolved) == 0) {
        draft.say(OfferCompleted{draft.on(*index)});
        complete_if_resolved(draft, offer.referral);
        fill_gaps(draft);
    }
    return {};
}

}  // namespace hubward::matcher
