// SPDX-License-Identifier: Apache-2.0
//
// How a place looks after its referrals: the waits of the life cycle, how often is tried, how hubs
// are asked, and who looks at what no machine may decide.
//
// Policy says which hub is best; Care says what happens around the choice. It reaches the core by
// AdoptCare, so it is in the journal. Waits named `working` run on the hub's opening hours, and three
// times as long on the plain clock for a hub that stated none (a working day of eight hours).
#pragma once

#include <cstdint>

#include "matcher/codes.hpp"
#include "matcher/types.hpp"

namespace hubward::matcher {

// A person or desk of the place by name of office, as its staff know it: "duty-desk", "ward-team".
using OwnerName = ShortText<24>;

struct Care {
    std::uint32_t version = 1;  // rises with every adopted change

    OwnerName owner{"duty-desk"};  // of what must be looked at by a person

    // How a hub is asked, by the referral's urgency; how many at once in parallel and in broadcast.
    OfferMode mode_routine = OfferMode::sequential;
    OfferMode mode_urgent = OfferMode::sequential;
    std::uint8_t parallel = 3;
    std::uint8_t broadcast = 16;

    // Missed appointments, and tries of contact without an answer, before a person must look.
    std::uint8_t contact_tries_max = 3;
    // How often a referral may go back for missing facts before a person must look.
    std::uint8_t information_rounds_max = 2;

    // A hub with stated hours answers within these; others within Policy's plain times.
    std::int64_t answer_routine_working_ms = 24LL * 3'600'000;
    std::int64_t answer_urgent_working_ms = 4LL * 3'600'000;
    // After it accepted, a hub books or begins within.
    std::int64_t contact_working_ms = 16LL * 3'600'000;
    // Between two steps of the escalation ladder.
    std::int64_t escalate_working_ms = 8LL * 3'600'000;

    // Plain clock. After an appointment the hub says what came of it; during support it checks in;
    // the owner and the referrer look again.
    std::int64_t after_appointment_ms = 24LL * 3'600'000;
    std::int64_t check_in_ms = 28LL * 24 * 3'600'000;
    std::int64_t owner_review_ms = 24LL * 3'600'000;
    std::int64_t referrer_review_ms = 7LL * 24 * 3'600'000;
    // After hub and person said different things about an outcome, the owner has asked both within.
    std::int64_t follow_up_ms = 7LL * 24 * 3'600'000;

    // Needs that belong together may be served apart when no hub has all of them and the people
    // concerned agreed to it.
    bool split_households = false;

    friend auto operator<=>(const Care&, const Care&) = default;
};

}  // namespace hubward::matcher
