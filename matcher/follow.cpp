// SPDX-License-Identifier: Apache-2.0
//
// What follows when an offer has ended: the next hub, the practice, the owner, or the end (reasons.hpp).
#include <algorithm>

#include "matcher/danger.hpp"
#include "matcher/filters.hpp"
#include "matcher/handlers.hpp"
#include "matcher/reasons.hpp"
#include "matcher/route.hpp"

namespace hubward::matcher {
namespace {

// The hub has no unit left, whatever its total says: it counts as full until it reports again.
void report_full(Draft& draft, const Offer& offer) {
    const HubIndex hub = offer.hub;
    for (std::size_t k = 0; k < unit_kinds; ++k) {
        const Capacity& capacity = draft.at(hub).capacity[k];
        if (offer.units[k] == 0) {
            continue;
        }
        const bool of_session = static_cast<UnitKind>(k) == UnitKind::place && offer.session != no_session;
        if (of_session && find(draft.at(hub).sessions, offer.session) == nullptr) {
            continue;  // long over: it says nothing about the running places
        }
        const Session* seats = static_cast<UnitKind>(k) == UnitKind::place
                                   ? find(draft.at(hub).sessions, offer.session)
                                   : nullptr;
        if (seats != nullptr) {  // of a session only that one is full
            draft.say(CapacityDecayed{hub, draft.next_seq(hub), static_cast<UnitKind>(k),
                                      static_cast<std::uint16_t>(seats->held + seats->used),
                                      capacity.declines, offer.session});
        } else {
            const unsigned promised = unsigned{capacity.held} + capacity.used;
            draft.say(CapacityDecayed{
                hub, draft.next_seq(hub), static_cast<UnitKind>(k),
                static_cast<std::uint16_t>(std::min<unsigned>(capacity.total, promised)),
                static_cast<std::uint8_t>(std::min(capacity.declines + 1, 255))});
        }
    }
}

// How many hubs of this episode have ended an offer for this reason.
int times_ended(const Draft& draft, const Referral& referral, Reason reason) {
    int times = 0;
    for (OfferIndex i = referral.first_offer; i != no_offer; i = draft.at(i).next) {
        const Offer& offer = draft.at(i);
        times += offer.ordinal > referral.episode_from && offer.reason == reason ? 1 : 0;
    }
    return times;
}

// What was said to be too far is as far as it is now: they may have moved since they were asked. A limit that has given
// way counts for more than it says, and only nearer hubs are to be asked all the same. Zero: there is no way to shorten.
Metres nearer_than(const Draft& draft, const Offer& offer) {
    const Referral& referral = draft.at(offer.referral);
    const HubProfile& there = draft.at(offer.hub).profile;
    const Metres now = there.is_virtual ? 0 : distance(referral.ask.position, there.position);
    if (now <= 1 || !referral.relaxed.has(Requirement::travel)) {
        return now <= 1 ? 0 : now - 1;
    }
    const std::uint64_t percent = draft.rules_for(referral.ask.place).relaxed_travel_percent;
    return static_cast<Metres>(std::max<std::uint64_t>(1, std::uint64_t{now - 1} * 100 / percent));
}

// The hub that was asked can give what the person has just said they need.
bool fits(const Draft& draft, const Offer& offer, Next next) {
    const Referral& referral = draft.at(offer.referral);
    const HubProfile& hub = draft.at(offer.hub).profile;
    if (next == Next::want_home_visit) {
        return hub.access.has(Access::home_visit);
    }
    const Metres limit = travel_limit(question_about(draft, referral, offer.needs, {}));
    return hub.is_virtual || limit == 0 || distance(referral.ask.position, hub.position) <= limit;
}

// What the person told the hub makes the ask stricter, also for the hubs that were asked beside it.
void narrow(Draft& draft, const Offer& offer, Next next, Reason reason) {
    Ask ask = draft.at(offer.referral).ask;
    const Metres nearer = nearer_than(draft, offer);
    if (next == Next::want_home_visit) {
        ask.access.add(Access::home_visit);
    } else if (nearer != 0 && (ask.travel_max == 0 || ask.travel_max > nearer)) {
        ask.travel_max = nearer;
    }
    if (ask == draft.at(offer.referral).ask) {
        return;
    }
    draft.say(AskNarrowed{draft.on(offer.referral), ask.travel_max, ask.access});
    for (OfferIndex i = draft.at(offer.referral).first_offer; i != no_offer; i = draft.at(i).next) {
        if (effects::waits_for_answer(draft.at(i).status) && !fits(draft, draft.at(i), next)) {
            draft.say(OfferCancelled{draft.on(i), reason});
            give_back(draft, i);
        }
    }
}

void close_needs(Draft& draft, OfferIndex index, NeedMask open, Outcome outcome) {
    for (std::uint8_t i = 0; i < limits::needs_max; ++i) {
        if ((open >> i & 1) != 0) {
            draft.say(OutcomeRecorded{draft.on(index), i, outcome});
        }
    }
    complete_if_resolved(draft, draft.at(index).referral);
}

void follow_row(Draft& draft, OfferIndex index, const ReasonRow& row, NeedMask closes) {
    const Offer offer = draft.at(index);
    const bool second = row.next == Next::referrer_if_second &&
                        times_ended(draft, draft.at(offer.referral), row.reason) >= 2;
    const bool goes_on = row.next == Next::reroute || row.next == Next::narrow_travel ||
                         row.next == Next::want_home_visit || (row.next == Next::referrer_if_second && !second);
    if (!goes_on) {
        cancel_others(draft, index);
    } else if (row.next == Next::narrow_travel || row.next == Next::want_home_visit) {
        narrow(draft, offer, row.next, row.reason);
    }
    NeedMask open = needs_that_are(draft.at(offer.referral), NeedStatus::open);
    if (open == 0) {
        return;  // another hub is being asked already
    }
    switch (row.next) {
        case Next::close:
            close_needs(draft, index, static_cast<NeedMask>(open & closes), row.outcome);
            open = static_cast<NeedMask>(open & ~closes);
            break;
        case Next::owner:
            return hand_to_owner(draft, offer.referral, open, row.reason);
        case Next::choice:
        case Next::referrer:
            return return_to_referrer(draft, offer.referral, open, row.reason);
        case Next::referrer_if_second:
            if (second) {
                return return_to_referrer(draft, offer.referral, open, row.reason);
            }
            break;
        default:
            break;
    }
    if (open != 0) {
        route(draft, offer.referral, open);
    }
}

}  // namespace

bool cancel_others(Draft& draft, OfferIndex index) {
    const Offer offer = draft.at(index);
    bool any = false;
    for (OfferIndex i = draft.at(offer.referral).first_offer; i != no_offer; i = draft.at(i).next) {
        const Offer& other = draft.at(i);
        if (i == index || terminal(other.status) || (other.needs & offer.needs) == 0) {
            continue;
        }
        draft.say(OfferCancelled{draft.on(i), other.transfer ? Reason::transferred
                                                             : Reason::need_resolved_elsewhere});
        any = true;
    }
    return any;
}

void complete_if_resolved(Draft& draft, ReferralIndex index) {
    const Referral& referral = draft.at(index);
    for (std::size_t i = 0; i < referral.ask.need_count; ++i) {
        const NeedStatus status = referral.needs[i].status;
        if (status != NeedStatus::resolved && status != NeedStatus::withdrawn) {
            return;
        }
    }
    draft.say(AllNeedsResolved{draft.on(index)});
}

void follow(Draft& draft, OfferIndex index, Reason reason, NeedMask closes) {
    const Offer offer = draft.at(index);
    const ReasonRow row = row_of(reason);
    if (row.review) {
        draft.say(ReviewOpened{offer.hub, draft.next_seq(offer.hub), *row.review});
    }
    if (row.hub_full) {
        report_full(draft, offer);
    }
    if (row.next == Next::revoke) {
        if (draft.at(offer.referral).consents.given.has(Purpose::share_with_hub)) {
            PurposeSet ended;
            ended.add(Purpose::share_with_hub);
            draft.say(ConsentWithdrawn{draft.on(offer.referral), ended});
        }
        withdraw(draft, offer.referral, reason);
    } else if (row.next == Next::owner_of_all) {
        stop_for_danger(draft, index);
    } else if (!give_back(draft, index)) {
        follow_row(draft, index, row, closes);
    }
    fill_gaps(draft);
}

}  // namespace hubward::matcher
