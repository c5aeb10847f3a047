// SPDX-License-Identifier: Apache-2.0
//
// Why a command was refused. A refusal changes nothing and is not journaled.
// server/api/problem.cpp is the only place that turns one into an HTTP status.
#pragma once

#include <cstdint>

#include "matcher/codes.hpp"
#include "matcher/filters.hpp"

namespace hubward::matcher {

enum class Refused : std::uint8_t {
    not_found,             // no such thing, or not the asker's to see: both look alike
    consent_missing,       // share-with-hub was not given; nothing is stored
    needs_missing,         // no need, more than limits::needs_max, the same one twice, or a load of
                           // 0 or above limits::load_max
    id_taken,              // another referral has this id
    live_duplicate,        // the practice has an open referral with the same practice_ref
    state_forbids,         // e.g. accept after decline; `offer_status` or `referral_status` says why
    version_changed,       // If-Match named an older version; `version` is the present one
    reason_invalid,        // a decline or withdrawal without a reason of its list
    outcome_invalid,       // no such need in the offer, it has an outcome already, or none was given
    units_out_of_range,    // above limits::units_max
    policy_invalid,        // a weight or time outside its range, or a version that does not rise
    key_reused,            // the same request key came with another body
    full,                  // limits::referrals_max or hubs_max
    busy,                  // the ring was full or the request grew too old in it
    journal_failed,        // the disk refused: nothing is known to be stored, ask again with the key
    stopping,              // the server is going down; ask again with the key
    choice_not_possible,   // the chosen hub cannot serve the person; `filter` says why
    date_invalid,          // a date that must lie ahead, within a year, does not
    no_unit_left,          // the claim is valid but the hub's units are gone
    no_hub_can,            // the hub that was named, or any hub, cannot take the person
    care_invalid,          // a wait or bound of Care outside its range, or a version that does not rise
    calendar_invalid,      // a year that is not sound
    note_missing,          // this step needs words of a person
    consent_invalid,       // no purpose, none that is given, or a date that is not as it must be
    erased,                // the person's details were destroyed; nothing more can be done with it
    measure_invalid,       // a value above the measure's scale
    need_invalid,          // a need that the referral has already, or one more than needs_max
    reserve_invalid,       // places kept for nobody in particular, or more than limits::units_max
    session_invalid,       // one that cannot take place so, is none of the hub's, or has passed
    onward_invalid,        // no referral of this practice, an erased one, no such need of it, or too many already
    too_large,             // limits::payload_bytes_max: what rides along is more than the journal takes
};

struct Rejection {
    Refused why = Refused::not_found;
    OfferStatus offer_status = OfferStatus::draft;          // for state_forbids on an offer
    Reason ended_with = Reason::none;                        // … and why that offer ended
    ReferralStatus referral_status = ReferralStatus::draft;  // … and on a referral
    std::uint32_t version = 0;                               // for version_changed
    Sequence number = 0;                                     // for live_duplicate: the other's entry
    Filter filter = Filter::passed;                          // for choice_not_possible

    friend auto operator<=>(const Rejection&, const Rejection&) = default;
};

}  // namespace hubward::matcher
