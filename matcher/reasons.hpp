// SPDX-License-Identifier: Apache-2.0
//
// What follows from each reason with which an offer can end: one row each, data and no code, so that
// the table of docs/GLOSSARY.md and the behaviour are the same thing. Pure; any thread.
#pragma once

#include <optional>
#include <span>

#include "matcher/codes.hpp"

namespace hubward::matcher {

// What becomes of the needs that were asked for.
enum class Next : std::uint8_t {
    reroute,         // the next hub is asked
    narrow_travel,   // … nearer than the one that was too far
    want_home_visit, // … one that visits people at home
    choice,          // the person chooses; until then the referrer has it
    referrer,        // back to the referrer, and the hub's clock stops
    referrer_if_second,  // the next hub is asked; the second time the referrer
    owner,           // a named person of the place; no machine routes it on
    owner_of_all,    // … nor any other need of the person: a danger
    close,           // the needs end with `outcome`
    revoke,          // the whole referral ends
};

struct ReasonRow {
    Reason reason = Reason::none;
    Next next = Next::reroute;
    Outcome outcome = Outcome::none;   // for close
    bool hub_full = false;             // the hub counts as full until it reports again
    std::optional<Review> review;      // somebody checks what the hub states
};

std::span<const ReasonRow> reason_rows();
// The row of the reason; what has none is routed on.
ReasonRow row_of(Reason reason);

}  // namespace hubward::matcher
