// SPDX-License-Identifier: Apache-2.0
//
// When a hub that said no may be asked again.
#include "tests/support/naive_matcher.hpp"

namespace hubward::test {

using namespace matcher;

bool NaiveMatcher::gone(const NaiveReferral& r, const NaiveOffer& o) const {
    const NaiveHub& hub = hubs_[o.hub];
    const std::set<Reason> of_that_day = {Reason::session_cancelled, Reason::missing_information};
    if (of_that_day.contains(o.reason)) {
        return true;
    }
    if (o.reason == Reason::too_far || o.reason == Reason::transport) {
        const bool by_phone = hub.profile.is_virtual;
        return o.metres > (by_phone ? 0 : naive_metres(r.sent.ask.position, hub.profile.position));
    }
    if (o.reason != Reason::no_capacity) {
        return false;
    }
    bool room = false;
    for (const UnitKind kind : {UnitKind::place, UnitKind::device, UnitKind::sim}) {
        const bool seated = kind == UnitKind::place && o.meeting != 0;
        const unsigned asked = kind == UnitKind::place ? o.places : naive_units(r.sent.ask, o.needs, kind);
        unsigned left = seated ? 0 : free(o.hub, kind);
        for (const NaiveHub::Meeting& m : hub.meetings) {
            const bool ahead = at_ < m.starts && !m.cancelled;
            left += seated && m.number == o.meeting && ahead ? seats_left(o.hub, m) : 0U;
            room = room || (kind == UnitKind::place && asked > 0 && m.made > o.answered);
        }
        const auto said = hub.updated.find(kind);
        room = room || (asked > 0 && (left > 0 || (said != hub.updated.end() && said->second > o.answered)));
    }
    return room;
}

}  // namespace hubward::test
