// SPDX-License-Identifier: Apache-2.0
#include "matcher/filters.hpp"

#include <algorithm>
#include <cmath>

namespace hubward::matcher {
namespace {

// The largest whole number whose square is not above n. The square root only seeds it: the two
// loops make it exact whatever the rounding.
std::uint64_t whole_root(std::uint64_t n) {
    auto root = static_cast<std::uint64_t>(std::sqrt(static_cast<double>(n)));
    while (root * root > n) {
        --root;
    }
    while ((root + 1) * (root + 1) <= n) {
        ++root;
    }
    return root;
}

constexpr AccessSet excluding = [] {
    AccessSet set;
    set.bits = (std::uint64_t{1} << (static_cast<unsigned>(Access::interpreter) + 1)) - 1;
    for (const Access soft : {Access::easy_read, Access::large_print, Access::braille,
                              Access::electronic_audio, Access::extended_appointment,
                              Access::contact_via_carer}) {
        set.bits &= ~AccessSet::mask(soft);
    }
    return set;
}();

// The needs of the mask that are in the set.
NeedMask needs_among(const Ask& ask, NeedMask mask, NeedSet set) {
    NeedMask found = 0;
    for (std::size_t i = 0; i < ask.need_count; ++i) {
        if ((mask >> i & 1) != 0 && set.has(ask.needs[i])) {
            found = static_cast<NeedMask>(found | 1U << i);
        }
    }
    return found;
}

NeedMask with_free_units(const Ask& ask, NeedMask offered, const CapacityTable& capacity,
                         const Units& kept) {
    NeedMask mask = 0;
    const std::uint16_t places = places_for(ask);
    for (std::size_t i = 0; i < ask.need_count; ++i) {
        const UnitKind kind = unit_for(ask.needs[i]);
        const std::uint16_t wanted = kind == UnitKind::place ? places : std::uint16_t{1};
        const auto k = static_cast<std::size_t>(kind);
        if ((offered >> i & 1) != 0 && capacity[k].free() >= wanted + kept[k]) {
            mask = static_cast<NeedMask>(mask | 1U << i);
        }
    }
    return mask;
}

// What the hub can serve with its units beside those that are kept: of its running places, or when none
// of them is left, with a seat of its earliest session that has one.
struct Serves {
    NeedMask needs = 0;
    SessionNumber session = no_session;
};

Serves serves(const Question& q, const Hub& hub, NeedMask offered, const Units& kept) {
    const Ask& ask = *q.ask;
    Serves found{with_free_units(ask, offered, hub.capacity, kept), no_session};
    NeedMask placed = 0;
    for (std::size_t i = 0; i < ask.need_count; ++i) {
        if ((offered >> i & 1) != 0 && unit_for(ask.needs[i]) == UnitKind::place) {
            placed = static_cast<NeedMask>(placed | 1U << i);
        }
    }
    if (ask.whole_session) {
        found.needs = static_cast<NeedMask>(found.needs & ~placed);
    }
    if (placed == 0 || (found.needs & placed) != 0) {
        return found;
    }
    const unsigned apart = kept[static_cast<std::size_t>(UnitKind::place)];
    const unsigned wanted = places_for(ask) + apart;
    const Session* first = nullptr;
    for (const Session& session : hub.sessions) {
        const NeedMask there = needs_among(ask, placed, session.needs);
        const bool whole = !ask.whole_session || (session.empty() && apart == 0);
        if (session.takes(q.at) && whole && session.room() >= wanted && there != 0 &&
            (!ask.together || there == placed) &&
            (first == nullptr || session.starts < first->starts)) {
            first = &session;
        }
    }
    if (first != nullptr) {
        found.session = first->number;
        found.needs = static_cast<NeedMask>(found.needs | needs_among(ask, placed, first->needs));
    }
    return found;
}

// Codes that a hub lists are whole practice codes or their beginnings ("B86").
bool has_agreement(const Question& q, const HubProfile& hub) {
    bool any_listed = false;
    for (const PracticeCode& code : hub.takes_from) {
        if (!code.empty()) {
            any_listed = true;
            if (q.practice.view().starts_with(code.view())) {
                return true;
            }
        }
    }
    return !any_listed;
}

bool serves_place(const Question& q, const HubProfile& hub) {
    return std::ranges::any_of(hub.serves, [&](const PlaceCode& place) {
        return !place.empty() && std::ranges::find(q.lives_in, place) != q.lives_in.end();
    });
}

// Place or interest: who shares a community is welcome from anywhere.
bool in_catchment(const Question& q, const HubProfile& hub, const Facts& facts) {
    if (facts.shares_community) {
        return true;
    }
    if (hub.interest_only) {
        return false;
    }
    const bool by_place = std::ranges::any_of(hub.serves, [](auto& p) { return !p.empty(); });
    if (hub.catchment == 0 && !hub.area.drawn() && !by_place) {
        return true;
    }
    if (hub.catchment != 0 && facts.distance <= hub.catchment) {
        return true;
    }
    const Position& home = q.ask->position;
    if (hub.area.drawn() && (!home.known() || inside(hub.area, home))) {
        return true;
    }
    return by_place && serves_place(q, hub);
}

}  // namespace

std::size_t rank_of(Filter filter) {
    return static_cast<std::size_t>(std::ranges::find(filter_order, filter) - filter_order.begin());
}

bool excludes(Access access) {
    return excluding.has(access);
}

Question question(const Ask& ask, const Policy& rules, Timestamp at) {
    Question q;
    q.ask = &ask;
    q.rules = &rules;
    q.open = static_cast<NeedMask>((1U << ask.need_count) - 1);
    q.at = at;
    q.lives_in[0] = ask.place;
    return q;
}

bool language_needed(const Question& q) {
    const Ask& ask = *q.ask;
    const bool wanted = q.rules->language_hard && !q.relaxed.has(Requirement::language);
    return ask.language != Language::not_stated && (ask.language_required || wanted);
}

bool times_needed(const Question& q) {
    return q.rules->times_hard && !q.relaxed.has(Requirement::times) && !q.ask->available.empty();
}

Metres travel_limit(const Question& q) {
    const Metres own = q.ask->travel_max;
    if (own == 0 || !q.relaxed.has(Requirement::travel)) {
        return own;
    }
    const std::uint64_t wide = std::uint64_t{own} * q.rules->relaxed_travel_percent / 100;
    return static_cast<Metres>(std::min<std::uint64_t>(wide, UINT32_MAX));
}

Metres distance(const Position& a, const Position& b) {
    if (!a.known() || !b.known()) {
        return 0;
    }
    // Both lie on a sphere of radius 2^29, so the sum is at most 2^60 and nothing overflows.
    const auto square = [](std::int32_t p, std::int32_t q) {
        const auto d = std::int64_t{p} - q;
        return static_cast<std::uint64_t>(d * d);
    };
    const std::uint64_t chord = whole_root(square(a.x, b.x) + square(a.y, b.y) + square(a.z, b.z));
    return static_cast<Metres>(chord * earth_radius_metres / position_scale);
}

std::uint16_t places_for(const Ask& ask) {
    const unsigned load = std::max<unsigned>(ask.load, 1);
    // An extended appointment is one and a half; places are whole.
    const bool extended = ask.access.has(Access::extended_appointment);
    return static_cast<std::uint16_t>(extended ? (load * 3 + 1) / 2 : load);
}

Units units_for(const Ask& ask, NeedMask needs) {
    Units units{};
    for (std::size_t i = 0; i < ask.need_count; ++i) {
        if ((needs >> i & 1) != 0) {
            const UnitKind kind = unit_for(ask.needs[i]);
            units[static_cast<std::size_t>(kind)] =
                kind == UnitKind::place ? places_for(ask) : std::uint16_t{1};
        }
    }
    return units;
}

NeedMask offered_of(const Question& q, const HubProfile& hub) {
    return needs_among(*q.ask, q.open, hub.needs);
}

Asker asker(const Question& q, NeedMask needs) {
    Asker asker{{}, q.ask->urgency, q.practice, q.lives_in};
    for (std::size_t i = 0; i < q.ask->need_count; ++i) {
        if ((needs >> i & 1) != 0) {
            asker.needs.add(q.ask->needs[i]);
        }
    }
    return asker;
}

Units left_to_urgent(const Question& q) {
    const Policy& rules = *q.rules;
    return q.ask->urgency == Urgency::urgent
               ? Units{}
               : Units{rules.urgent_places, rules.urgent_devices, rules.urgent_sims};
}

Units kept_from(const Question& q, const HubProfile& hub, NeedMask needs) {
    Units kept = left_to_urgent(q);
    // Most hubs keep nothing, and whoever does lists it from the first row on.
    if (hub.kept[0].count == 0) {
        return kept;
    }
    const Asker who = asker(q, needs);
    for (std::size_t k = 0; k < unit_kinds; ++k) {
        const unsigned own = kept_from(hub.kept, static_cast<UnitKind>(k), who);
        kept[k] = static_cast<std::uint16_t>(std::min(kept[k] + own, unsigned{UINT16_MAX}));
    }
    return kept;
}

Sieved sieve(const Question& q, const Hub& hub, Sieve how) {
    const HubProfile& profile = hub.profile;
    const Ask& ask = *q.ask;
    Sieved found;
    Facts& facts = found.facts;
    // True when the search is over.
    const auto fails = [&](Filter filter, bool failing) {
        if (!failing) {
            return false;
        }
        found.first = found.failed.empty() ? filter : found.first;
        found.failed.add(filter);
        return how == Sieve::until_first;
    };

    if (fails(Filter::hub_inactive, !profile.active) ||
        fails(Filter::outside_dates, q.at < profile.opens || q.at > profile.closes ||
                                       profile.closures.at(q.at))) {
        return found;
    }
    const NeedMask offered = offered_of(q, profile);
    const bool all_or_nothing = ask.together && offered != q.open;
    if (fails(Filter::need_not_offered, offered == 0 || all_or_nothing)) {
        return found;
    }
    const auto too_few = [&](NeedMask needs) {
        return needs == 0 || (ask.together && needs != offered);
    };
    Serves by = serves(q, hub, offered, {});
    facts.needs = by.needs;
    if (fails(Filter::no_free_unit, offered != 0 && too_few(facts.needs))) {
        return found;
    }
    if (const Units kept = kept_from(q, profile, offered); kept != Units{}) {
        by = serves(q, hub, offered, kept);
        const bool others = !too_few(facts.needs) && too_few(by.needs);
        facts.needs = by.needs;
        if (fails(Filter::kept_for_others, others)) {
            return found;
        }
    }
    facts.session = by.session;
    const bool stated = ask.language != Language::not_stated;
    facts.speaks = stated && profile.languages.has(ask.language);
    if (fails(Filter::language_missing, language_needed(q) && !facts.speaks) ||
        fails(Filter::access_missing,
              (ask.access.bits & excluding.bits & ~profile.access.bits) != 0) ||
        fails(Filter::no_agreement, !has_agreement(q, profile))) {
        return found;
    }
    facts.distance = profile.is_virtual ? 0 : distance(ask.position, profile.position);
    facts.shares_community = (ask.communities & profile.communities) != 0;
    const bool wrong_age = ask.age != 255 && (ask.age < profile.age_min || ask.age > profile.age_max);
    const bool never_free = times_needed(q) && !profile.open.empty() &&
                            (ask.available.bits & profile.open.bits) == 0;
    const Metres limit = travel_limit(q);
    const auto is_it = [&](HubId no) { return no && no == profile.id; };
    (void)(fails(Filter::outside_catchment, !in_catchment(q, profile, facts)) ||
           fails(Filter::age_outside, wrong_age) || fails(Filter::times_differ, never_free) ||
           fails(Filter::beyond_travel, limit != 0 && facts.distance > limit) ||
           fails(Filter::refused_by_person, std::ranges::any_of(ask.refused_hubs, is_it)) ||
           fails(Filter::tried_before, std::ranges::any_of(q.tried, is_it)));
    return found;
}

}  // namespace hubward::matcher
