// SPDX-License-Identifier: Apache-2.0
//
// Who may serve whom: the hard filters, and all that a filter needs to know about the question.
//
// Pure and allocation-free; any thread. Whole numbers only, so every machine agrees.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "matcher/hub.hpp"
#include "matcher/policy.hpp"
#include "matcher/referral.hpp"

namespace hubward::matcher {

// Why a hub is not asked. Values are on disk: append only. The order of asking is filter_order.
enum class Filter : std::uint8_t {
    passed, hub_inactive, refused_by_person, tried_before, need_not_offered, no_free_unit,
    language_missing, access_missing, age_outside, outside_catchment, beyond_travel,
    outside_dates, no_agreement, times_differ, kept_for_others,
};
using FilterSet = CodeSet<Filter, std::uint32_t>;
inline constexpr std::size_t filter_count = static_cast<std::size_t>(Filter::kept_for_others) + 1;

// First what the hub is, then what the person needs, then where and when, then what they said no
// to. The first that fails is the reason shown.
inline constexpr auto filter_order = std::to_array<Filter>({
    Filter::hub_inactive, Filter::outside_dates, Filter::need_not_offered, Filter::no_free_unit,
    Filter::kept_for_others, Filter::language_missing, Filter::access_missing, Filter::no_agreement,
    Filter::outside_catchment, Filter::age_outside, Filter::times_differ, Filter::beyond_travel,
    Filter::refused_by_person, Filter::tried_before,
});
static_assert(filter_order.size() + 1 == filter_count);
// Position in filter_order; `passed` comes after all of them.
std::size_t rank_of(Filter filter);

// Access requirements that a hub must meet. The others say how to write or call, or weigh on the
// load (docs/GLOSSARY.md), and exclude nobody.
bool excludes(Access access);

// One question to the core. The caller keeps ask, rules and tried alive.
struct Question {
    const Ask* ask = nullptr;
    const Policy* rules = nullptr;
    PracticeCode practice;     // who refers, for hubs that take people by agreement only
    NeedMask open = 0;         // the needs still looked for
    Timestamp at{};            // now, for hubs that are open from or until a date
    std::span<const HubId> tried;  // ended an earlier offer of this referral
    // The person's place and the ones around it, the innermost first; empty ones at the end.
    std::array<PlaceCode, limits::place_depth_max> lives_in{};
    PlaceCode rules_of;      // the place whose rules these are; empty for those of everywhere else
    RequirementSet relaxed;  // gave way by now
};
// What the question comes to under its rules and with what gave way. Metres: 0 is no limit.
bool language_needed(const Question& question);
bool times_needed(const Question& question);
Metres travel_limit(const Question& question);
// A question about all needs, asked by nobody in particular.
Question question(const Ask& ask, const Policy& rules, Timestamp at = {});

// The open needs that the hub offers.
NeedMask offered_of(const Question& question, const HubProfile& hub);
// Who asks for these needs, as a hub's reserves see it.
Asker asker(const Question& question, NeedMask needs);
// Units of each kind that the rules leave to urgent referrals, when this is none.
Units left_to_urgent(const Question& question);
// Units of each kind that are free and yet not for this person, when they ask for these needs.
Units kept_from(const Question& question, const HubProfile& hub, NeedMask needs);

// What the filters found on their way; the score needs it again.
struct Facts {
    NeedMask needs = 0;    // which open needs this hub would serve at one visit
    Metres distance = 0;   // 0 when either position is unknown or the hub is virtual
    bool speaks = false;   // staff speak the person's language
    bool shares_community = false;
    SessionNumber session = no_session;  // gives the places, when the running ones do not
};

struct Sieved {
    Filter first = Filter::passed;  // in filter_order
    FilterSet failed;               // all of them when asked for, else only the first
    Facts facts;                    // complete when passed or when all were asked for
};
enum class Sieve : std::uint8_t { until_first, all };
Sieved sieve(const Question& question, const Hub& hub, Sieve how);

// Straight-line distance; 0 when either position is unknown.
Metres distance(const Position& a, const Position& b);

// Places that one visit of this person takes up.
std::uint16_t places_for(const Ask& ask);
// The units that serving these needs at one visit uses up: places by load, one of each other kind.
Units units_for(const Ask& ask, NeedMask needs);

}  // namespace hubward::matcher
