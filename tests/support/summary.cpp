// SPDX-License-Identifier: Apache-2.0
#include "tests/support/summary.hpp"

#include <algorithm>

#include "matcher/audit.hpp"

namespace hubward::test {
namespace {

using namespace matcher;

template <class T>
std::uint64_t number(T value) {
    return static_cast<std::uint64_t>(value);
}

std::string offer_name(const State& state, const OnOffer& on) {
    return std::to_string(state.at(on.referral).id.low) + "." +
           std::to_string(state.at(on.offer).ordinal);
}
std::string hub_name(const State& state, HubIndex hub) {
    return std::string(state.at(hub).profile.slug.view());
}

// What stands behind the event's name.
struct Details {
    const State& state;

    std::string operator()(const HubUpserted& e) const { return hub_name(state, e.hub); }
    std::string operator()(const CapacityReported& e) const {
        return hub_name(state, e.hub) + " " + std::string(name(e.kind)) + " " +
               std::to_string(e.total);
    }
    std::string operator()(const CapacityDecayed& e) const {
        return hub_name(state, e.hub) + " " + std::string(name(e.kind)) + " " +
               std::to_string(e.total) + " after " + std::to_string(e.declines);
    }
    std::string operator()(const PolicyAdopted& e) const {
        return std::string(e.place.view()) + " " + std::to_string(e.policy.version);
    }
    std::string operator()(const ReferralSubmitted& e) const { return std::to_string(e.id.low); }
    std::string operator()(const Offered& e) const {
        return offer_name(state, e.on) + " " + hub_name(state, e.on.hub) + " " +
               std::to_string(e.score.distance) + " " + std::to_string(e.score.total()) + " of " +
               std::to_string(e.considered);
    }
    std::string operator()(const GapRecorded& e) const {
        return std::to_string(state.at(e.on.referral).id.low) + " needs " + std::to_string(e.needs);
    }
    std::string operator()(const ReturnedToReferrer& e) const { return with_needs(e); }
    std::string operator()(const HandedToOwner& e) const { return with_needs(e); }
    std::string operator()(const NeedsReleased& e) const { return with_needs(e); }
    std::string operator()(const Reopened& e) const { return with_needs(e); }
    std::string operator()(const NeedClosed& e) const { return with_need(e); }
    std::string operator()(const PersonAnswered& e) const { return with_need(e); }
    std::string operator()(const OutcomeDisputed& e) const { return with_need(e); }
    std::string operator()(const FollowUpClosed& e) const { return with_needs(e); }
    template <class E>
    std::string with_need(const E& e) const {
        return std::to_string(state.at(e.on.referral).id.low) + " need " + std::to_string(e.need);
    }
    std::string operator()(const ReviewOpened& e) const { return hub_name(state, e.hub); }
    std::string operator()(const ReviewClosed& e) const { return hub_name(state, e.hub); }
    std::string operator()(const OnwardLinked& e) const {
        return with_need(e) + " to " + std::to_string(e.to_id.low);
    }
    std::string operator()(const SessionPublished& e) const {
        return hub_name(state, e.hub) + " " + std::to_string(e.session);
    }
    std::string operator()(const SessionCancelled& e) const {
        return hub_name(state, e.hub) + " " + std::to_string(e.session);
    }
    std::string operator()(const SessionsPlanned& e) const { return hub_name(state, e.hub); }
    std::string operator()(const PriceSet& e) const { return hub_name(state, e.hub); }
    std::string operator()(const HubClosed& e) const { return hub_name(state, e.hub); }
    std::string operator()(const CareAdopted& e) const { return std::to_string(e.care.version); }
    std::string operator()(const CalendarYearSet& e) const { return std::to_string(e.year.year); }
    template <class E>
    std::string with_needs(const E& e) const {
        return std::to_string(state.at(e.on.referral).id.low) + " needs " + std::to_string(e.needs);
    }
    std::string operator()(const OutcomeRecorded& e) const {
        return offer_name(state, e.on) + " need " + std::to_string(e.need) + " " +
               std::string(name(e.outcome));
    }
    template <class E>
    std::string operator()(const E& e) const {
        if constexpr (requires { e.on.offer; }) {
            return offer_name(state, e.on);
        } else {
            return std::to_string(state.at(e.on.referral).id.low);
        }
    }
};

std::string broken_hub(const State& state, std::size_t index) {
    const Hub& hub = state.hubs[index];
    std::array<unsigned, unit_kinds> held{};
    std::array<unsigned, unit_kinds> used{};
    unsigned open = 0;
    unsigned people = 0;
    for (const Offer& offer : state.offers) {
        if (slot(offer.hub) != index) {
            continue;
        }
        const bool waits =
            offer.status == OfferStatus::requested || offer.status == OfferStatus::received;
        const bool person = offer.status == OfferStatus::accepted ||
                            offer.status == OfferStatus::in_progress ||
                            offer.status == OfferStatus::on_hold;
        open += waits ? 1U : 0U;
        people += person ? 1U : 0U;
        for (std::size_t k = 0; k < unit_kinds; ++k) {
            const bool seated = k == 0 && offer.session != no_session;
            held[k] += waits && offer.held && !seated ? offer.units[k] : 0U;
            used[k] += person && !seated ? offer.units[k] : 0U;
        }
    }
    const std::string name(hub.profile.slug.view());
    for (std::size_t k = 0; k < unit_kinds; ++k) {
        const Capacity& c = hub.capacity[k];
        if (c.held != held[k] || c.used != used[k]) {
            return "hub " + name + ": units held or used do not add up";
        }
        if (c.room() + held[k] + used[k] != std::max<unsigned>(c.total, held[k] + used[k])) {
            return "hub " + name + ": free + held + used is not total";
        }
        if (c.free() != (c.declines >= 3 ? 0 : c.room()) || c.total > c.maximum) {
            return "hub " + name + ": counts on units that nobody stated";
        }
    }
    for (const Session& session : hub.sessions) {
        unsigned waiting = 0;
        unsigned seated = 0;
        unsigned coming = 0;
        for (const Offer& offer : state.offers) {
            const bool there = slot(offer.hub) == index && offer.session == session.number;
            const bool asks =
                offer.status == OfferStatus::requested || offer.status == OfferStatus::received;
            waiting += there && asks && offer.held ? offer.units[0] : 0U;
            seated += there && !asks && !terminal(offer.status) ? offer.units[0] : 0U;
            coming += there && (asks || offer.status == OfferStatus::accepted) ? 1U : 0U;
        }
        if (session.held != waiting || session.used != seated) {
            return "hub " + name + ": seats of a session do not add up";
        }
        if (waiting + seated > session.seats) {
            return "hub " + name + ": a session is oversold";
        }
        if (session.cancelled && coming != 0) {
            return "hub " + name + ": somebody comes to a session that does not take place";
        }
        if (session.number > hub.last_session) {
            return "hub " + name + ": a session nobody counted";
        }
    }
    if (hub.open_offers != open || hub.with_person != people) {
        return "hub " + name + ": open offers or people are miscounted";
    }
    return !hub.profile.active && open != 0 ? "hub " + name + ": closed, and still asked" : "";
}

// How a referral stands, for whoever must find out why a rule broke.
std::string in_short(const State& state, const Referral& r) {
    std::string text(matcher::name(r.status));
    for (std::size_t n = 0; n < r.ask.need_count; ++n) {
        text += " " + std::string(matcher::name(r.needs[n].status));
    }
    for (OfferIndex i = r.first_offer; i != no_offer; i = state.at(i).next) {
        const Offer& o = state.at(i);
        text += ", " + std::to_string(o.ordinal) + " " + std::string(matcher::name(o.status)) +
                " for " + std::to_string(o.needs) + (o.transfer ? " passing on" : "") +
                (o.appointment != never ? " booked" : "");
    }
    return text;
}

std::string broken_referral(const State& state, std::size_t index) {
    const Referral& r = state.referrals[index];
    const std::string name = "referral " + std::to_string(index);
    std::array<int, limits::needs_max> live_offers{};
    std::array<int, limits::needs_max> with_hub{};  // accepted or in progress: at most one
    unsigned count = 0;
    for (OfferIndex i = r.first_offer; i != no_offer; i = state.at(i).next) {
        const Offer& offer = state.at(i);
        if (offer.ordinal != ++count || slot(offer.referral) != index) {
            return name + ": its offers are not in order";
        }
        for (std::size_t n = 0; n < limits::needs_max && !terminal(offer.status); ++n) {
            live_offers[n] += offer.needs >> n & 1;
            const bool has = offer.status == OfferStatus::accepted ||
                             offer.status == OfferStatus::in_progress;
            with_hub[n] += has ? offer.needs >> n & 1 : 0;
        }
        if (!terminal(offer.status) && terminal(r.status)) {
            return name + ": ended with a live offer";
        }
        if (!terminal(offer.status) && !r.consents.given.has(Purpose::share_with_hub)) {
            return name + ": a hub is asked, or has the person, without consent";
        }
    }
    if (count != r.offer_count) {
        return name + ": offers are miscounted";
    }
    for (std::size_t n = 0; n < r.ask.need_count; ++n) {
        const NeedStatus status = r.needs[n].status;
        if (with_hub[n] > 1) {
            return name + ": two hubs have accepted one need";
        }
        const bool promised = status == NeedStatus::offered || status == NeedStatus::accepted;
        if (promised && live_offers[n] == 0) {
            return name + ": a need is promised without an offer";
        }
        const bool waits = status == NeedStatus::gap || status == NeedStatus::with_referrer ||
                           status == NeedStatus::with_owner;
        if (waits && r.review_at == never) {
            return name + ": somebody waits without a review date";
        }
        if (waits && live_offers[n] != 0) {
            return name + ": somebody waits beside a live offer";
        }
        if (status == NeedStatus::open) {
            return name + ": a need that nobody looks after";
        }
        if (r.status == ReferralStatus::completed && status != NeedStatus::resolved &&
            status != NeedStatus::withdrawn) {
            return name + ": completed with an open need";
        }
    }
    for (ReferralIndex i = r.onward_first; i != no_referral; i = state.at(i).onward_next) {
        if (slot(state.at(i).onward_of) != index || slot(i) <= index ||
            (state.at(i).onward_next != no_referral && state.at(i).onward_next >= i)) {
            return name + ": a link to another referral that does not lead back";
        }
    }
    if (r.erasure != Erasure::none && (live(r) || !r.consents.given.empty())) {
        return name + ": erased, and still alive";
    }
    if ((r.disputed != 0) != (r.follow_up_at != never) || (r.disputed != 0 && r.owner.empty())) {
        return name + ": a disputed outcome without an owner and a date";
    }
    if (keeping_of(state, r).orphans != 0) {
        return name + ": a need that is kept by nothing, or twice; " + in_short(state, r);
    }
    return "";
}

}  // namespace

Summary summarise(const State& state) {
    Summary all;
    for (const Hub& hub : state.hubs) {
        Line line{"hub " + std::string(hub.profile.slug.view()), {}};
        line.facts = {hub.version, hub.feed_head, hub.open_offers, hub.profile.active ? 1U : 0U,
                      hub.with_person};
        line.facts.push_back(number(hub.plan_at.ms));
        for (const Session& s : hub.sessions) {
            line.facts.insert(line.facts.end(),
                              {s.number, s.needs.bits, number(s.starts.ms), number(s.ends.ms), s.seats,
                               s.held, s.used, s.cancelled ? 1U : 0U, s.weekly ? 1U : 0U});
        }
        for (const ReviewCount& review : hub.reviews) {
            line.facts.insert(line.facts.end(), {review.open, number(review.since.ms)});
        }
        for (const Capacity& c : hub.capacity) {
            line.facts.insert(line.facts.end(), {c.total, c.held, c.used, number(c.updated.ms),
                                                 c.maximum, number(c.source), c.declines, c.kept,
                                                 c.broken});
        }
        all.push_back(std::move(line));
    }
    for (const Referral& r : state.referrals) {
        Line line{"referral " + std::to_string(r.id.low), {}};
        line.facts = {
            number(r.status), number(r.ended_with), number(r.created.ms), number(r.review_at.ms),
            r.version,        r.offer_count,        r.episode,            r.information_rounds,
            r.level,          r.episode_from,       r.raised ? 1U : 0U,   r.ask.travel_max,
            r.ask.access.bits, r.owner.size, number(r.erasure), r.disputed,
            number(r.follow_up_at.ms), r.follow_up_level, r.ask.together ? 1U : 0U,
            r.onward_of == no_referral ? 0 : slot(r.onward_of) + 1, r.onward_need};
        for (const Timestamp until : r.consents.until) {
            line.facts.push_back(number(until.ms));
        }
        for (std::size_t n = 0; n < r.ask.need_count; ++n) {
            line.facts.insert(line.facts.end(),
                              {number(r.needs[n].status), number(r.needs[n].outcome),
                               number(r.needs[n].person)});
        }
        all.push_back(std::move(line));
        for (OfferIndex i = r.first_offer; i != no_offer; i = state.at(i).next) {
            const Offer& o = state.at(i);
            all.push_back({"offer " + std::to_string(r.id.low) + "." + std::to_string(o.ordinal),
                           {number(o.hub), o.needs, number(o.status), number(o.reason), o.units[0],
                            o.units[1], o.units[2], o.distance, number(o.made.ms),
                            number(o.answer_by.ms), number(o.answered.ms),
                            o.held ? 1U : 0U, o.transfer ? 1U : 0U, o.missed, o.tries, o.level,
                            number(o.appointment.ms), o.session,
                            terminal(o.status) ? 0 : number(o.due.ms)}});
        }
    }
    for (const Practice& practice : state.practices) {
        all.push_back({"practice " + std::string(practice.code.view()), {practice.feed_head}});
    }
    return all;
}

std::string tell(const State& after, const Event& event) {
    return std::string(event_name(event)) + " " + std::visit(Details{after}, event);
}

std::string first_difference(const Summary& fast, const Summary& naive) {
    for (std::size_t i = 0; i < std::max(fast.size(), naive.size()); ++i) {
        const Line a = i < fast.size() ? fast[i] : Line{"nothing", {}};
        const Line b = i < naive.size() ? naive[i] : Line{"nothing", {}};
        if (a == b) {
            continue;
        }
        std::string text;
        for (const Line& line : {a, b}) {
            text += (text.empty() ? "fast: " : "\nnaive: ") + line.what;
            for (const std::uint64_t fact : line.facts) {
                text += " " + std::to_string(static_cast<std::int64_t>(fact));
            }
        }
        return text;
    }
    return "";
}

std::string broken_rule(const State& state) {
    for (std::size_t i = 0; i < state.hubs.size(); ++i) {
        if (std::string broken = broken_hub(state, i); !broken.empty()) {
            return broken;
        }
    }
    std::size_t timers = 0;
    for (std::size_t i = 0; i < state.referrals.size(); ++i) {
        if (std::string broken = broken_referral(state, i); !broken.empty()) {
            return broken;
        }
        const ReferralIndex index{static_cast<std::uint32_t>(i)};
        const Referral& referral = state.referrals[i];
        for (const auto& timer : {timer_of(referral, index), consent_timer_of(referral, index),
                                  follow_up_timer_of(referral, index)}) {
            if (timer && !state.timers.contains(*timer)) {
                return "referral " + std::to_string(i) + " waits without a timer";
            }
            timers += timer ? 1U : 0U;
        }
        if ((referral.erasure == Erasure::ordered) != state.to_shred.contains(index)) {
            return "referral " + std::to_string(i) + ": an erasure that nobody carries out";
        }
    }
    for (std::size_t i = 0; i < state.offers.size(); ++i) {
        const auto timer = timer_of(state.offers[i], OfferIndex{static_cast<std::uint32_t>(i)});
        if (timer && !state.timers.contains(*timer)) {
            return "offer " + std::to_string(i) + " waits without a timer";
        }
        timers += timer ? 1U : 0U;
    }
    for (std::size_t i = 0; i < state.hubs.size(); ++i) {
        const auto timer = timer_of(state.hubs[i], HubIndex{static_cast<std::uint32_t>(i)});
        if (timer && !state.timers.contains(*timer)) {
            return "hub " + std::to_string(i) + " has weekly sessions and no timer";
        }
        timers += timer ? 1U : 0U;
    }
    return timers == state.timers.size() ? "" : "a timer without a cause";
}

}  // namespace hubward::test
