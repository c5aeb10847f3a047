// SPDX-License-Identifier: Apache-2.0
//
// What the events of the life cycle do, after effects.hpp: appointments, transfer, pauses, needs that
// a person has, hubs that are checked or gone, and the rules around it. Internal to the room.
#pragma once

#include <algorithm>

#include "matcher/effects.hpp"

namespace hubward::matcher::effects {

// Nothing more to ask about these needs.
inline void settle_dispute(Referral& referral, NeedMask needs) {
    referral.disputed = static_cast<NeedMask>(referral.disputed & ~needs);
    if (referral.disputed == 0) {
        referral.follow_up_at = never;
        referral.follow_up_level = 0;
    }
}

template <class World>
void effect(World& world, const AppointmentBooked& e, When) {
    count(world, e.on);
    Offer& offer = world.offer(e.on.offer);
    move_on(offer, offer.status == OfferStatus::in_progress ? OfferStatus::in_progress
                                                            : OfferStatus::accepted,
            e.due);
    offer.appointment = e.starts;
    if (e.session != offer.session) {
        // Instead of what the person had before.
        constexpr auto place = static_cast<std::size_t>(UnitKind::place);
        Hub& hub = world.hub(e.on.hub);
        get_back(hub, place, offer.session, false, offer.units[place]);
        give(hub, place, e.session, false, e.places);
        offer.units[place] = e.places;
        offer.session = e.session;
    }
}

template <class World>
void effect(World& world, const Attended& e, When) {
    count(world, e.on);
    Offer& offer = world.offer(e.on.offer);
    move_on(offer, OfferStatus::in_progress, e.due);
    offer.missed = 0;
    offer.tries = 0;
}

template <class World>
void effect(World& world, const DidNotAttend& e, When) {
    count(world, e.on);
    Offer& offer = world.offer(e.on.offer);
    move_on(offer, offer.status, e.due);
    offer.missed = e.times;
}

template <class World>
void effect(World& world, const NoContact& e, When) {
    count(world, e.on);
    Offer& offer = world.offer(e.on.offer);
    const Timestamp appointment = offer.appointment;
    move_on(offer, offer.status, e.due);
    offer.appointment = appointment;
    offer.tries = e.tries;
}

template <class World>
void effect(World& world, const WaitlistedAtHub& e, When) {
    count(world, e.on);
    move_on(world.offer(e.on.offer), OfferStatus::on_hold, e.review_at);
}

template <class World>
void effect(World& world, const TransferRequested& e, When) {
    count(world, e.on);
    Offer& offer = world.offer(e.on.offer);
    move_on(offer, OfferStatus::on_hold, e.due);
    offer.transfer = true;
}

template <class World>
void effect(World& world, const TransferEnded& e, When) {
    count(world, e.on);
    move_on(world.offer(e.on.offer), OfferStatus::in_progress, e.due);
}

template <class World>
void effect(World& world, const OfferReminded& e, When) {
    count(world, e.on);
    Offer& offer = world.offer(e.on.offer);
    offer.due = offer.answer_by;
}

template <class World>
void effect(World& world, const Escalated& e, When) {
    count(world, e.on);
    Offer& offer = world.offer(e.on.offer);
    offer.level = e.level;
    offer.due = e.due;
}

template <class World>
void effect(World& world, const ReferralEscalated& e, When) {
    count_practice(world, e.on.referral, e.on.practice_seq);
    Referral& referral = world.referral(e.on.referral);
    referral.level = e.level;
    referral.review_at = e.review_at;
}

template <class World>
void effect(World& world, const ReturnedToReferrer& e, When) {
    count_practice(world, e.on.referral, e.on.practice_seq);
    Referral& referral = world.referral(e.on.referral);
    wait_with(referral, e.needs, NeedStatus::with_referrer, e.review_at);
    if (e.reason == Reason::missing_information) {
        ++referral.information_rounds;
    }
}

// Needs that a hub has stay there: the owner asks hub and person about them by the date.
template <class World>
void effect(World& world, const HandedToOwner& e, When) {
    count_practice(world, e.on.referral, e.on.practice_seq);
    Referral& referral = world.referral(e.on.referral);
    const auto kept = static_cast<NeedMask>(e.needs & needs_that_are(referral, NeedStatus::accepted));
    if (kept != e.needs) {
        wait_with(referral, static_cast<NeedMask>(e.needs & ~kept), NeedStatus::with_owner, e.review_at);
    }
    if (kept != 0) {
        referral.disputed = static_cast<NeedMask>(referral.disputed | kept);
        referral.follow_up_at = std::min(referral.follow_up_at, e.review_at);
    }
    referral.owner = e.owner;
}

template <class World>
void effect(World& world, const OwnerAssigned& e, When) {
    count_practice(world, e.on.referral, e.on.practice_seq);
    world.referral(e.on.referral).owner = e.owner;
}

template <class World>
void effect(World& world, const NeedsReleased& e, When) {
    count_practice(world, e.on.referral, e.on.practice_seq);
    Referral& referral = world.referral(e.on.referral);
    set_needs(referral, e.needs, NeedStatus::open);
    forget_review_without_wait(referral);
}

template <class World>
void effect(World& world, const AskNarrowed& e, When) {
    count_practice(world, e.on.referral, e.on.practice_seq);
    Ask& ask = world.referral(e.on.referral).ask;
    ask.travel_max = e.travel_max;
    ask.access = e.access;
}

template <class World>
void effect(World& world, const NeedClosed& e, When) {
    count_practice(world, e.on.referral, e.on.practice_seq);
    Referral& referral = world.referral(e.on.referral);
    referral.needs[e.need].status = NeedStatus::resolved;
    referral.needs[e.need].outcome = e.outcome;
    forget_review_without_wait(referral);
}

template <class World>
void effect(World& world, const Paused& e, When) {
    count_practice(world, e.on.referral, e.on.practice_seq);
    Referral& referral = world.referral(e.on.referral);
    referral.status = ReferralStatus::on_hold;
    referral.review_at = e.review_at;
    referral.level = 0;
}

template <class World>
void effect(World& world, const Resumed& e, When) {
    count_practice(world, e.on.referral, e.on.practice_seq);
    Referral& referral = world.referral(e.on.referral);
    referral.status = ReferralStatus::active;
    referral.level = 0;
    forget_review_without_wait(referral);
}

template <class World>
void effect(World& world, const Reopened& e, When when) {
    count_practice(world, e.on.referral, e.on.practice_seq);
    Referral& referral = world.referral(e.on.referral);
    referral.status = ReferralStatus::active;
    referral.ended_with = Reason::none;
    referral.episode = e.episode;
    referral.episode_from = referral.offer_count;
    referral.information_rounds = 0;
    referral.raised = false;
    referral.relaxed = {};
    referral.waits_since = when.at;
    set_needs(referral, e.needs, NeedStatus::open);
    for (std::size_t i = 0; i < referral.ask.need_count; ++i) {
        if ((e.needs >> i & 1) != 0) {
            referral.needs[i].outcome = Outcome::none;
            referral.needs[i].person = Outcome::none;
        }
    }
    settle_dispute(referral, e.needs);
}

template <class World>
void effect(World& world, const MarkedError& e, When) {
    count_practice(world, e.on.referral, e.on.practice_seq);
    Referral& referral = world.referral(e.on.referral);
    referral.status = ReferralStatus::entered_in_error;
    referral.ended_with = Reason::sent_in_error;
    end_all_needs(referral);
    settle_dispute(referral, 0xff);
}

template <class World>
void effect(World& world, const ReviewOpened& e, When when) {
    Hub& hub = world.hub(e.hub);
    count_hub(hub, e.hub_seq);
    ReviewCount& review = hub.reviews[static_cast<std::size_t>(e.what)];
    review.since = review.open == 0 ? when.at : review.since;
    review.open = review.open == UINT16_MAX ? review.open
                                            : static_cast<std::uint16_t>(review.open + 1);
}

template <class World>
void effect(World& world, const ReviewClosed& e, When) {
    Hub& hub = world.hub(e.hub);
    count_hub(hub, e.hub_seq);
    hub.reviews[static_cast<std::size_t>(e.what)] = {};
}

template <class World>
void effect(World& world, const HubClosed& e, When) {
    Hub& hub = world.hub(e.hub);
    count_hub(hub, e.hub_seq);
    hub.profile.active = false;
    ++hub.version;
}

template <class World>
void effect(World& world, const RequirementRelaxed& e, When) {
    count_practice(world, e.on.referral, e.on.practice_seq);
    world.referral(e.on.referral).relaxed.add(e.what);
}

template <class World>
void effect(World& world, const PriceSet& e, When) {
    Hub& hub = world.hub(e.hub);
    count_hub(hub, e.hub_seq);
    hub.price = e.price;
}

template <class World>
void effect(World& world, const SessionPublished& e, When when) {
    Hub& hub = world.hub(e.hub);
    count_hub(hub, e.hub_seq);
    ++hub.version;
    std::erase_if(hub.sessions, [&](const Session& session) { return session.ends < when.at; });
    invariant(e.session == hub.last_session + 1, "a hole in a hub's sessions");
    hub.last_session = e.session;
    hub.sessions.push_back({.number = e.session,
                            .needs = e.needs,
                            .starts = e.starts,
                            .ends = e.ends,
                            .seats = e.seats,
                            .weekly = e.weekly,
                            .published = when.at});
}

template <class World>
void effect(World& world, const SessionCancelled& e, When) {
    Hub& hub = world.hub(e.hub);
    count_hub(hub, e.hub_seq);
    ++hub.version;
    Session* session = find(hub.sessions, e.session);
    invariant(session != nullptr, "a session was cancelled that is none");
    session->cancelled = true;
    session->weekly = false;  // by hand, so its rule does not bring it back
    if (e.stray) {
        hub.sessions.erase(hub.sessions.begin() + (session - hub.sessions.data()));
    }
}

template <class World>
void effect(World& world, const SessionsPlanned& e, When) {
    Hub& hub = world.hub(e.hub);
    count_hub(hub, e.hub_seq);
    hub.planned_to = e.to_day;
    hub.plan_at = e.again_at;
}

template <class World>
void effect(World& world, const CareAdopted& e, When) {
    world.care() = e.care;
}

template <class World>
void effect(World& world, const CalendarYearSet& e, When) {
    world.calendar().set(e.year);
}

}  // namespace hubward::matcher::effects
