// SPDX-License-Identifier: Apache-2.0
//
// Sessions: places with a date. A hub publishes one by hand, or says by the week when it has some; either
// way each date is a session of its own, with seats that are counted apart from all others.
//
// A seat is a place (UnitKind::place) that a session gives and not the hub's running total. It comes back
// to its session when the offer ends; once that has begun, nobody is put there any more, so a session
// that has passed frees nothing and takes nobody. Pure values; any thread.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "matcher/codes.hpp"
#include "matcher/limits.hpp"
#include "matcher/opening.hpp"
#include "matcher/types.hpp"

namespace hubward::matcher {

// Position among the sessions that a hub ever had: 1, 2, 3 …; no_session is the running places.
using SessionNumber = std::uint32_t;
inline constexpr SessionNumber no_session = 0;

struct Session {
    SessionNumber number = no_session;
    NeedSet needs;       // what is helped with there
    Timestamp starts{};
    Timestamp ends{};
    std::uint16_t seats = 0;
    std::uint16_t held = 0;  // wait for an answer
    std::uint16_t used = 0;  // of people whom the hub has accepted
    bool cancelled = false;
    bool weekly = false;     // follows from HubProfile::weekly, and the hub has said nothing else of it
    Timestamp published{};   // … or when somebody last stated its seats

    bool takes(Timestamp at) const { return !cancelled && at < starts; }
    std::uint16_t room() const {
        const unsigned taken = unsigned{held} + used;
        return taken >= seats ? std::uint16_t{0} : static_cast<std::uint16_t>(seats - taken);
    }
    bool empty() const { return held == 0 && used == 0; }
    friend auto operator<=>(const Session&, const Session&) = default;
};
using Sessions = std::vector<Session>;  // by number

inline Session* find(Sessions& sessions, SessionNumber number) {
    const auto it = std::ranges::lower_bound(sessions, number, {}, &Session::number);
    return it != sessions.end() && it->number == number ? &*it : nullptr;
}
inline const Session* find(const Sessions& sessions, SessionNumber number) {
    return find(const_cast<Sessions&>(sessions), number);
}

// Every week on this day by the hub's local time, closed days apart.
struct WeeklySlot {
    std::uint16_t seats = 0;  // 0: not used
    std::uint8_t day = 0;     // 0 is Monday
    Span span;
    NeedSet needs;            // empty: all needs of the hub that take a place

    bool sound() const {
        return seats == 0 ? *this == WeeklySlot{}
                          : seats <= limits::units_max && day < 7 && span.open < span.close &&
                                span.close <= minutes_of_day;
    }
    friend auto operator<=>(const WeeklySlot&, const WeeklySlot&) = default;
};
using WeeklySlots = std::array<WeeklySlot, limits::weekly_slots_max>;
// Each sound, and no two at the same time: a date names its slot.
bool sound(const WeeklySlots& slots);

// Seats that a session of theirs could give now.
unsigned free_seats(const Sessions& sessions, Timestamp at);
// What is helped with at sessions that have a seat left, whenever they are.
NeedSet needs_with_seats(const Sessions& sessions);

}  // namespace hubward::matcher
