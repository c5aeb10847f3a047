// SPDX-License-Identifier: Apache-2.0
//
// The rules that a place may set: how much each factor counts and how long each wait is.
//
// Policy reaches the core by the AdoptPolicy command, so every change of rules is in the journal
// and every decision can name the rules it was made under.
#pragma once

#include <chrono>
#include <cstdint>

#include "matcher/codes.hpp"
#include "matcher/types.hpp"

namespace hubward::matcher {

struct Policy {
    std::uint32_t version = 1;  // rises by one with every adopted change

    // Weights: the most points a factor can give. Each 0 … 10'000.
    Points distance = 400;   // all at the door, none at `reach`
    Points needs = 250;      // the share of the still open needs that one visit serves
    Points language = 150;   // staff speak the person's language
    Points trust = 150;      // the person asked for this hub or has been there
    Points community = 100;  // hub and person share a community of interest
    Points spare = 50;       // the share of the hub's places that are free

    // Metres at which the distance term reaches 0 when the person named no limit of their own.
    Metres reach = 15'000;

    // How long a hub has to answer an offer, by the referral's urgency. Milliseconds, plain clock.
    std::int64_t answer_within_routine_ms = 3LL * 24 * 3'600'000;
    std::int64_t answer_within_urgent_ms = 8LL * 3'600'000;
    // When a gap must be looked at again by its owner.
    std::int64_t gap_review_after_ms = 7LL * 24 * 3'600'000;

    // --- since record version 2 ---
    Points wait = 0;       // a short expected wait; hubs that state none get none
    Points times = 0;      // the share of the person's free half-days on which the hub is open
    Points groups = 0;     // the hub is made for a group that the person belongs to
    Points price_max = 200;  // the most that a hub's price can take away
    std::uint16_t wait_days_max = 60;  // days at which the wait term reaches 0
    std::uint16_t walk_percent = 300;  // a kilometre on foot feels like three; of those by car
    std::uint16_t bus_percent = 150;
    std::uint16_t community_distance_percent = 50;  // of the way to one's own community
    Points confidence = 50;  // how far the hub's stated capacity can be relied on: confidence.hpp
    // After so many hours without news, stated capacity counts half; sooner where it often proved wrong.
    std::uint16_t half_life_hours = 14 * 24;

    // Requirements beside those that are always hard: may a hub be asked that does not meet it?
    bool language_hard = false;  // the language that the person prefers, needed or not
    bool times_hard = true;      // open when the person is free
    // After so much working time without a hub it gives way, if the person agreed. 0: never.
    std::int64_t relax_language_working_ms = 0;
    std::int64_t relax_times_working_ms = 0;
    std::int64_t relax_travel_working_ms = 0;
    std::uint16_t relaxed_travel_percent = 150;  // of the person's own limit, once that gave way

    // How hubs are asked here, and how long each step may take. `as_house` and 0: as Care says.
    Asking asking_routine = Asking::as_house;
    Asking asking_urgent = Asking::as_house;
    std::uint8_t asked_at_once = 0;  // in parallel and in broadcast
    std::int64_t answer_routine_working_ms = 0;
    std::int64_t answer_urgent_working_ms = 0;
    std::int64_t contact_working_ms = 0;  // from accepting to booking or beginning

    // The last free units of each hub that people of this place leave alone unless it is urgent, beside
    // what the hub itself keeps.
    std::uint16_t urgent_places = 0;
    std::uint16_t urgent_devices = 0;
    std::uint16_t urgent_sims = 0;

    Points access = 50;  // the share of the access wishes that the hub meets; without wishes it gives none

    friend auto operator<=>(const Policy&, const Policy&) = default;
};

}  // namespace hubward::matcher
