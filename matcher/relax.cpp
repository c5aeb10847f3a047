// SPDX-License-Identifier: Apache-2.0
#include "matcher/relax.hpp"

#include <algorithm>

namespace hubward::matcher {
namespace {

// Working hours of those who look after referrals: Monday to Friday, nine to five, without the closed
// days of the country. The person has no opening hours, and the hubs' differ.
constexpr Week office_hours = [] {
    Week week;
    for (std::size_t day = 0; day < 5; ++day) {
        week.days[day][0] = {9 * 60, 17 * 60};
    }
    return week;
}();

constexpr Requirement requirements[] = {Requirement::language, Requirement::times,
                                        Requirement::travel};

std::int64_t clause(const Policy& rules, Requirement what) {
    switch (what) {
        case Requirement::language:
            return rules.relax_language_working_ms;
        case Requirement::times:
            return rules.relax_times_working_ms;
        case Requirement::travel:
            return rules.relax_travel_working_ms;
    }
    return 0;
}

// Whether it stops any hub for this person at all, and may stop doing so.
bool can_give_way(const Policy& rules, const Referral& referral, Requirement what) {
    const Ask& ask = referral.ask;
    if (!ask.may_relax.has(what) || referral.relaxed.has(what) || clause(rules, what) == 0) {
        return false;
    }
    switch (what) {
        case Requirement::language:
            return rules.language_hard && !ask.language_required &&
                   ask.language != Language::not_stated;
        case Requirement::times:
            return rules.times_hard && !ask.available.empty();
        case Requirement::travel:
            return ask.travel_max != 0;
    }
    return false;
}

Timestamp gives_way_at(const Draft& draft, const Referral& referral, Requirement what) {
    const Policy& rules = draft.rules_for(referral.ask.place);
    if (!can_give_way(rules, referral, what)) {
        return never;
    }
    return draft.before().calendar.after(office_hours, referral.waits_since,
                                         std::chrono::milliseconds(clause(rules, what)));
}

}  // namespace

bool relax_next(Draft& draft, ReferralIndex index) {
    const Referral& referral = draft.at(index);
    for (const Requirement what : requirements) {
        if (gives_way_at(draft, referral, what) <= draft.at()) {
            const PlaceRules* own = draft.own_rules(referral.ask.place);
            const Policy& rules = draft.rules_for(referral.ask.place);
            draft.say(RequirementRelaxed{.on = draft.on(index),
                                         .what = what,
                                         .rules_of = own != nullptr ? own->place : PlaceCode{},
                                         .policy = rules.version,
                                         .after_working_ms = clause(rules, what)});
            return true;
        }
    }
    return false;
}

Timestamp next_relaxation(const Draft& draft, const Referral& referral) {
    Timestamp next = never;
    for (const Requirement what : requirements) {
        // What is due already waits for a search, not for a date: a date in the past would come again
        // with every tick.
        const Timestamp at = gives_way_at(draft, referral, what);
        next = at > draft.at() ? std::min(next, at) : next;
    }
    return next;
}

}  // namespace hubward::matcher
