// SPDX-License-Identifier: Apache-2.0
//
// What follows when an offer has ended.
#include <algorithm>

#include "tests/support/naive_matcher.hpp"

namespace hubward::test {

using namespace matcher;

namespace {

constexpr UnitKind kinds[] = {UnitKind::place, UnitKind::device, UnitKind::sim};
constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

}  // namespace

// The table of docs/GLOSSARY.md, reason by reason.
void NaiveMatcher::after_end(NaiveOffer o, Reason reason, const std::set<std::size_t>* elsewhere) {
    NaiveReferral& r = referrals_[o.referral];
    NaiveOffer& same = *std::ranges::find(r.offers, o.born, &NaiveOffer::born);
    const std::map<Reason, Review> checks = {{Reason::not_eligible, Review::rule},
                                             {Reason::need_not_offered, Review::profile},
                                             {Reason::resource_missing, Review::stock},
                                             {Reason::language_missing, Review::language},
                                             {Reason::could_not_contact_hub, Review::contact},
                                             {Reason::other, Review::other}};
    if (checks.contains(reason)) {
        NaiveHub& h = hubs_[o.hub];
        auto& [open, since] = h.reviews[checks.at(reason)];
        since = open++ == 0 ? at_ : since;
        ++h.head;
        told_.push_back("ReviewOpened " + std::string(h.profile.slug.view()));
    }
    for (const UnitKind kind : kinds) {
        const bool used_it = std::ranges::any_of(
            o.needs, [&](std::size_t n) { return naive_kind(r.sent.ask.needs[n]) == kind; });
        const bool nowhere_now = kind == UnitKind::place &&
                                 (o.places == 0 || (o.meeting != 0 && meeting_of(o.hub, o.meeting) == nullptr));
        if (reason == Reason::no_capacity && used_it && !nowhere_now) {
            none_left(o, kind);
        }
    }
    if (reason == Reason::no_consent) {
        if (r.agreed.erase(Purpose::share_with_hub) != 0) {
            about(r, "ConsentWithdrawn " + std::to_string(r.sent.id.low));
        }
        withdraw(o.referral, reason);
        return fill_gaps(nowhere);
    }
    if (reason == Reason::safety_concern) {
        stop(r, same);
        return fill_gaps(nowhere);
    }
    if (give_back(same)) {
        return fill_gaps(nowhere);
    }
    const bool said_no = reason == Reason::person_declined;
    const bool has_it = reason == Reason::already_supported || reason == Reason::duplicate;
    const bool chooses = reason == Reason::person_chose_other;
    const bool facts = reason == Reason::missing_information;
    const bool unsuitable = reason == Reason::not_suitable;
    const bool lost = reason == Reason::could_not_contact_person;
    std::size_t unfit = 0;
    for (std::size_t i = r.offers_before; i < r.offers.size(); ++i) {
        unfit += r.offers[i].reason == Reason::not_suitable ? 1U : 0U;
    }
    if (said_no || has_it || chooses || facts || (unsuitable && unfit > 1) || lost) {
        drop_others(r, o.born);
    }
    Ask& ask = r.sent.ask;
    const Ask before = ask;
    if (reason == Reason::home_visit_wanted) {
        ask.access.add(Access::home_visit);
    }
    const HubProfile& there = hubs_[o.hub].profile;
    const std::uint64_t way = there.is_virtual ? 0 : naive_metres(ask.position, there.position);
    if ((reason == Reason::too_far || reason == Reason::transport) && way > 1) {
        auto nearer = static_cast<Metres>(way - 1);
        if (r.gave_way.contains(Requirement::travel)) {  // a limit that gave way counts for more than it says
            const std::uint64_t percent = rules_of(r).relaxed_travel_percent;
            nearer = static_cast<Metres>((way - 1) * 100 / percent);
            nearer = nearer == 0 ? 1 : nearer;
        }
        ask.travel_max = ask.travel_max == 0 ? nearer : std::min(ask.travel_max, nearer);
    }
    if (ask != before) {
        about(r, "AskNarrowed " + std::to_string(r.sent.id.low));
        const std::uint64_t share = r.gave_way.contains(Requirement::travel) ? rules_of(r).relaxed_travel_percent : 100U;
        for (NaiveOffer& other : r.offers) {
            const HubProfile& hub = hubs_[other.hub].profile;
            const std::uint64_t away = hub.is_virtual ? 0 : naive_metres(ask.position, hub.position);
            const bool fits = reason == Reason::home_visit_wanted ? hub.access.has(Access::home_visit)
                                                                  : away <= ask.travel_max * share / 100;
            if (other.waits() && !fits) {
                close_offer(other, OfferStatus::cancelled, reason);
                about(other, "OfferCancelled");
                give_back(other);
            }
        }
    }
    const std::set<std::size_t> left = r.unserved();
    if (left.empty()) {
        return fill_gaps(nowhere);
    }
    if (said_no || has_it) {
        const Outcome outcome = said_no ? Outcome::person_declined : Outcome::already_enrolled;
        std::set<std::size_t> others = left;
        for (const std::size_t n : left) {
            if (elsewhere != nullptr && !elsewhere->contains(n)) {
                continue;
            }
            others.erase(n);
            r.outcomes[n] = outcome;
            about(same, "OutcomeRecorded",
                  " need " + std::to_string(n) + " " + std::string(name(outcome)));
        }
        complete_if_done(r);
        route(o.referral, others, false);
    } else if (lost || (facts && r.rounds >= care_.information_rounds_max)) {
        to_owner(r, left);
    } else if (facts || chooses) {
        to_referrer(r, left, reason);
    } else {
        if (unsuitable && unfit > 1) {
            to_referrer(r, left, reason);
        } else {
            route(o.referral, left, false);
        }
    }
    fill_gaps(nowhere);
}

}  // namespace hubward::test
