// SPDX-License-Identifier: Apache-2.0
//
// The rules that everything else follows, and the country's calendar: adopted by command, so that a
// replay works under the rules of the day.
#include "matcher/handlers.hpp"

namespace hubward::matcher {
namespace {

bool policy_is_sound(const Policy& policy, std::uint32_t version_before) {
    const auto weight = [](Points p) { return p >= 0 && p <= limits::weight_max; };
    const auto percent = [](std::uint16_t p) { return p > 0 && p <= limits::policy_percent_max; };
    const auto wait = [](std::int64_t ms) { return ms > 0 && ms <= limits::policy_wait_ms_max; };
    const auto may_be_0 = [](std::int64_t ms) { return ms >= 0 && ms <= limits::policy_wait_ms_max; };
    const auto kept = [](std::uint16_t units) { return units <= limits::policy_kept_max; };
    return policy.version > version_before && weight(policy.distance) && weight(policy.needs) &&
           weight(policy.language) && weight(policy.trust) && weight(policy.community) &&
           weight(policy.spare) && weight(policy.wait) && weight(policy.times) &&
           weight(policy.groups) && weight(policy.price_max) && weight(policy.confidence) &&
           weight(policy.access) && kept(policy.urgent_places) && kept(policy.urgent_devices) &&
           kept(policy.urgent_sims) &&
           policy.half_life_hours > 0 &&
           policy.half_life_hours <= limits::policy_half_life_hours_max && policy.reach > 0 &&
           policy.reach <= limits::policy_reach_max && policy.wait_days_max > 0 &&
           policy.wait_days_max <= limits::policy_wait_days_max &&
           percent(policy.walk_percent) && percent(policy.bus_percent) &&
           policy.community_distance_percent <= 100 &&
           wait(policy.answer_within_routine_ms) && wait(policy.answer_within_urgent_ms) &&
           wait(policy.gap_review_after_ms) && may_be_0(policy.relax_language_working_ms) &&
           may_be_0(policy.relax_times_working_ms) && may_be_0(policy.relax_travel_working_ms) &&
           policy.relaxed_travel_percent >= 100 &&
           policy.relaxed_travel_percent <= limits::policy_percent_max &&
           policy.asked_at_once <= limits::asked_at_once_max &&
           may_be_0(policy.answer_routine_working_ms) &&
           may_be_0(policy.answer_urgent_working_ms) && may_be_0(policy.contact_working_ms);
}

bool care_is_sound(const Care& care, const Care& before) {
    const auto wait = [](std::int64_t ms) { return ms > 0 && ms <= limits::policy_wait_ms_max; };
    const auto asked = [](std::uint8_t n) { return n >= 1 && n <= limits::asked_at_once_max; };
    return care.version > before.version && !care.owner.empty() && asked(care.parallel) &&
           asked(care.broadcast) && care.contact_tries_max >= 1 &&
           wait(care.answer_routine_working_ms) && wait(care.answer_urgent_working_ms) &&
           wait(care.contact_working_ms) && wait(care.escalate_working_ms) &&
           wait(care.after_appointment_ms) && wait(care.check_in_ms) &&
           wait(care.owner_review_ms) && wait(care.referrer_review_ms) && wait(care.follow_up_ms);
}

}  // namespace

Handled handle(Draft& draft, const AdoptPolicy& command, const Actor& actor) {
    if (actor.role == Role::practice || actor.role == Role::hub) {
        return refuse(Refused::not_found);
    }
    // A place speaks for itself; the rules of everywhere else are shared.
    if (actor.role == Role::place && !command.place.empty() &&
        actor.subject.view() != command.place.view()) {
        return refuse(Refused::not_found);
    }
    const PlaceRules* known = draft.own_rules(command.place);
    const std::uint32_t before = command.place.empty() ? draft.rules().version
                                 : known != nullptr    ? known->policy.version
                                                       : 0;
    const bool lies_well = command.place.empty()
                               ? command.within.empty()
                               : draft.places().may_lie(command.place, command.within);
    if (!lies_well || !policy_is_sound(command.policy, before)) {
        return refuse(Refused::policy_invalid);
    }
    draft.say(PolicyAdopted{command.policy, command.place, command.within});
    return {};
}

Handled handle(Draft& draft, const AdoptCare& command, const Actor& actor) {
    if (actor.role == Role::practice || actor.role == Role::hub) {
        return refuse(Refused::not_found);
    }
    if (!care_is_sound(command.care, draft.how())) {
        return refuse(Refused::care_invalid);
    }
    draft.say(CareAdopted{command.care});
    return {};
}

Handled handle(Draft& draft, const SetCalendarYear& command, const Actor& actor) {
    if (actor.role != Role::system && actor.role != Role::ops) {
        return refuse(Refused::not_found);
    }
    const Calendar& calendar = draft.before().calendar;
    const CalendarYear* known = calendar.find(command.year.year);
    if (!command.year.sound() ||
        (known == nullptr && calendar.years.size() >= limits::calendar_years_max)) {
        return refuse(Refused::calendar_invalid);
    }
    if (known == nullptr || *known != command.year) {
        draft.say(CalendarYearSet{command.year});
    }
    return {};
}

}  // namespace hubward::matcher
