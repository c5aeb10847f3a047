// SPDX-License-Identifier: Apache-2.0
//
// A hub: one service at one location, where people get help in person.
#pragma once

#include <array>
#include <cstdint>

#include "matcher/catchment.hpp"
#include "matcher/codes.hpp"
#include "matcher/language.hpp"
#include "matcher/limits.hpp"
#include "matcher/opening.hpp"
#include "matcher/reserve.hpp"
#include "matcher/session.hpp"
#include "matcher/types.hpp"

namespace hubward::matcher {

// Units of one kind. total is what the hub says it has; held waits for an answer; used is taken by
// people the hub has accepted. free = total - held - used, and never below 0 while total stands:
// a hub that lowers its total below what is promised keeps its promises and has 0 free.
//
// A decline for want of units lowers total to what is promised; `maximum` keeps what was stated. After
// limits::declines_to_doubt of them in a row nothing counts as free until somebody confirms.
struct Capacity {
    std::uint16_t total = 0;
    std::uint16_t held = 0;
    std::uint16_t used = 0;
    Timestamp updated{};  // when somebody last stated or confirmed it
    // --- since record version 2 ---
    std::uint16_t maximum = 0;     // as last stated
    Role source = Role::system;    // who stated it
    std::uint8_t declines = 0;     // for want of units, in a row, since somebody stated it
    std::uint8_t kept = 0;         // offers accepted …
    std::uint8_t broken = 0;       // … and offers declined for want of units or never answered

    bool doubted() const { return declines >= limits::declines_to_doubt; }
    // What the hub has beside its promises.
    std::uint16_t room() const {
        const unsigned taken = unsigned{held} + used;
        return taken >= total ? std::uint16_t{0} : static_cast<std::uint16_t>(total - taken);
    }
    // … and what may be promised.
    std::uint16_t free() const { return doubted() ? std::uint16_t{0} : room(); }
    friend auto operator<=>(const Capacity&, const Capacity&) = default;
};
using CapacityTable = std::array<Capacity, unit_kinds>;
// Units per kind: asked for by an offer, or stated as totals.
using Units = std::array<std::uint16_t, unit_kinds>;

inline constexpr std::uint16_t wait_not_stated = 0xffff;

// What a hub states about itself; replaced as a whole by UpsertHub. Name, address and opening hours
// for people ride along as the command's public payload and never enter the core.
//
// The order is for the search: what judge() reads of most hubs comes first, up to `area.corners`.
struct HubProfile {
    HubId id;
    bool active = true;
    bool is_virtual = false;     // by phone or video: distance counts as 0
    bool interest_only = false;  // only who shares one of its communities
    std::uint8_t age_min = 0;
    std::uint8_t age_max = 255;
    Metres catchment = 0;        // 0: serves everyone who can get there
    Position position;           // unknown for a virtual hub
    NeedSet needs;
    AccessSet access;
    LanguageSet languages;
    std::uint32_t communities = 0;  // bit set; meaning is the place's configuration
    HalfDaySet open;             // empty: not stated, taken as open
    Timestamp opens{};           // a programme's first …
    Timestamp closes = never;    // … and last moment
    GroupSet groups;             // whom it is made for
    std::uint16_t wait_days = wait_not_stated;  // to first support, as the hub expects it
    std::array<PracticeCode, limits::agreements_max> takes_from{};  // none listed: every practice
    // Beside the radius: everyone in these places, or within this area. One of them is enough.
    std::array<PlaceCode, limits::served_places_max> serves{};
    Area area;
    Reserves kept;  // its last units, for some; of its sessions each its last seats
    HubSlug slug;
    PlaceCode place;
    Week hours;  // when staff can answer and help
    WeeklySlots weekly;  // sessions by the week
    Closures closures;  // when nobody is there in spite of it, and nobody is sent

    friend auto operator<=>(const HubProfile&, const HubProfile&) = default;
};

// Declines of one kind that contradict what the hub states, until somebody has checked it.
struct ReviewCount {
    std::uint16_t open = 0;
    Timestamp since{};  // of the oldest open one
    friend auto operator<=>(const ReviewCount&, const ReviewCount&) = default;
};

// Starts on a line of the cache, and what counts most often comes first.
struct alignas(64) Hub {
    CapacityTable capacity;
    Sessions sessions;              // that have not ended, and some that have
    // Points that asking this hub costs: what its places are worth to those who come later. Set by
    // planning, never by the hub.
    std::uint16_t price = 0;
    HubProfile profile;
    Sequence profile_at = 0;    // journal number of the entry that holds its public payload
    std::uint64_t feed_head = 0;  // newest number of the stream hub/{slug}
    std::uint32_t version = 0;  // rises with every change of profile or stated capacity
    std::uint32_t open_offers = 0;  // requested or received
    std::uint32_t with_person = 0;  // accepted, in progress or on hold
    std::array<ReviewCount, review_kinds> reviews{};
    SessionNumber last_session = no_session;
    std::int32_t planned_to = 0;    // local day up to which the weekly ones are published
    Timestamp plan_at = never;      // when the next ones are due or closed days end; never without both
};

}  // namespace hubward::matcher
