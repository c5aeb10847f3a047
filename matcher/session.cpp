// SPDX-License-Identifier: Apache-2.0
#include "matcher/session.hpp"

namespace hubward::matcher {

bool sound(const WeeklySlots& slots) {
    for (std::size_t i = 0; i < slots.size(); ++i) {
        const auto same = [&](const WeeklySlot& other) {
            return other.seats != 0 && other.day == slots[i].day && other.span.open == slots[i].span.open;
        };
        const auto rest = slots.begin() + static_cast<std::ptrdiff_t>(i) + 1;
        if (!slots[i].sound() || (slots[i].seats != 0 && std::any_of(rest, slots.end(), same))) {
            return false;
        }
    }
    return true;
}

unsigned free_seats(const Sessions& sessions, Timestamp at) {
    unsigned seats = 0;
    for (const Session& session : sessions) {
        seats += session.takes(at) ? session.room() : 0U;
    }
    return seats;
}

NeedSet needs_with_seats(const Sessions& sessions) {
    NeedSet needs;
    for (const Session& session : sessions) {
        if (!session.cancelled && session.room() > 0) {
            needs.bits |= session.needs.bits;
        }
    }
    return needs;
}

}  // namespace hubward::matcher
