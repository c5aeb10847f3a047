// SPDX-License-Identifier: Apache-2.0
#include "matcher/reasons.hpp"

#include <array>

namespace hubward::matcher {
namespace {

constexpr auto table = std::to_array<ReasonRow>({
    {Reason::no_capacity, Next::reroute, Outcome::none, true, {}},
    {Reason::no_slot, Next::reroute, Outcome::none, false, {}},
    {Reason::slot_unsuitable, Next::reroute, Outcome::none, false, {}},
    {Reason::not_eligible, Next::reroute, Outcome::none, false, Review::rule},
    {Reason::need_not_offered, Next::reroute, Outcome::none, false, Review::profile},
    {Reason::not_suitable, Next::referrer_if_second, Outcome::none, false, {}},
    {Reason::resource_missing, Next::reroute, Outcome::none, false, Review::stock},
    {Reason::language_missing, Next::reroute, Outcome::none, false, Review::language},
    {Reason::too_far, Next::narrow_travel, Outcome::none, false, {}},
    {Reason::transport, Next::narrow_travel, Outcome::none, false, {}},
    {Reason::home_visit_wanted, Next::want_home_visit, Outcome::none, false, {}},
    {Reason::person_chose_other, Next::choice, Outcome::none, false, {}},
    {Reason::person_declined, Next::close, Outcome::person_declined, false, {}},
    {Reason::already_supported, Next::close, Outcome::already_enrolled, false, {}},
    {Reason::duplicate, Next::close, Outcome::already_enrolled, false, {}},
    {Reason::missing_information, Next::referrer, Outcome::none, false, {}},
    {Reason::no_consent, Next::revoke, Outcome::none, false, {}},
    {Reason::safety_concern, Next::owner_of_all, Outcome::none, false, {}},
    {Reason::could_not_contact_hub, Next::reroute, Outcome::none, false, Review::contact},
    {Reason::could_not_contact_person, Next::owner, Outcome::none, false, {}},
    {Reason::offer_expired, Next::reroute, Outcome::none, false, {}},
    {Reason::hub_withdrew, Next::reroute, Outcome::none, false, {}},
    {Reason::hub_closed, Next::reroute, Outcome::none, false, {}},
    {Reason::session_cancelled, Next::reroute, Outcome::none, false, {}},
    {Reason::other, Next::reroute, Outcome::none, false, Review::other},
});

}  // namespace

std::span<const ReasonRow> reason_rows() {
    return table;
}

ReasonRow row_of(Reason reason) {
    for (const ReasonRow& row : table) {
        if (row.reason == reason) {
            return row;
        }
    }
    return {.reason = reason};
}

}  // namespace hubward::matcher
