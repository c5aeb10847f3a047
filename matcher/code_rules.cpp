// SPDX-License-Identifier: Apache-2.0
//
// What follows from a code by itself, without any state.
#include "matcher/codes.hpp"

namespace hubward::matcher {

UnitKind unit_for(Need need) {
    switch (need) {
        case Need::dev_loan:
        case Need::dev_gift:
            return UnitKind::device;
        case Need::data_sim:
            return UnitKind::sim;
        default:
            return UnitKind::place;  // somebody's time at a table, whatever it is about
    }
}

NeedSet needs_of_kind(UnitKind kind) {
    static const auto sets = [] {
        std::array<NeedSet, unit_kinds> made;
        for (std::size_t n = 0; n < names<Need>().size(); ++n) {
            const auto need = static_cast<Need>(n);
            made[static_cast<std::size_t>(unit_for(need))].add(need);
        }
        return made;
    }();
    return sets[static_cast<std::size_t>(kind)];
}

std::uint8_t scale_max(Measure measure) {
    switch (measure) {
        case Measure::confidence_online:
        case Measure::confidence_nhs_app:
            return 10;
        case Measure::foundation_tasks:
            return 9;  // of the nine Foundation tasks
        default:
            return 1;  // no, yes
    }
}

OutcomeKind kind_of(Outcome outcome) {
    switch (outcome) {
        case Outcome::none:
            return OutcomeKind::none;
        case Outcome::need_met:
        case Outcome::need_partly_met:
        case Outcome::need_not_met:
            return OutcomeKind::loop_closed;
        case Outcome::signposted:
        case Outcome::passed_on:
        case Outcome::already_enrolled:
            return OutcomeKind::signposted;
        default:
            return OutcomeKind::not_helped;
    }
}

bool disagree(Outcome hub, Outcome person) {
    const auto helped = [](Outcome o) {
        return o == Outcome::need_met || o == Outcome::need_partly_met;
    };
    return (helped(hub) && person == Outcome::need_not_met) ||
           (hub == Outcome::need_not_met && helped(person));
}

bool terminal(OfferStatus status) {
    switch (status) {
        case OfferStatus::rejected:
        case OfferStatus::cancelled:
        case OfferStatus::failed:
        case OfferStatus::completed:
        case OfferStatus::entered_in_error:
            return true;
        default:
            return false;
    }
}

bool terminal(ReferralStatus status) {
    return status == ReferralStatus::revoked || status == ReferralStatus::completed ||
           status == ReferralStatus::entered_in_error;
}

bool hub_may_decline_with(Reason reason) {
    switch (reason) {
        case Reason::no_capacity:
        case Reason::no_slot:
        case Reason::slot_unsuitable:
        case Reason::not_eligible:
        case Reason::need_not_offered:
        case Reason::not_suitable:
        case Reason::resource_missing:
        case Reason::language_missing:
        case Reason::too_far:
        case Reason::transport:
        case Reason::home_visit_wanted:
        case Reason::person_chose_other:
        case Reason::person_declined:
        case Reason::already_supported:
        case Reason::duplicate:
        case Reason::missing_information:
        case Reason::no_consent:
        case Reason::safety_concern:
        case Reason::could_not_contact_person:
        case Reason::other:
            return true;
        default:
            return false;
    }
}

bool carer_may_end_with(Reason reason) {
    return reason == Reason::could_not_contact_hub;
}

}  // namespace hubward::matcher
