// SPDX-License-Identifier: Apache-2.0
//
// The smallest single change that alters an answer. What is found is tried before it is told.
#include <algorithm>
#include <bit>

#include "matcher/explain.hpp"

namespace hubward::matcher {
namespace {

using MaybeChange = std::optional<Change>;

Change yes(Lever lever, std::uint8_t detail = 0) {
    return {lever, 0, 1, detail};
}

// The only need, access requirement … of the mask; nothing when it has several or none.
std::optional<std::uint8_t> only(std::uint64_t mask) {
    return std::popcount(mask) == 1
               ? std::optional(static_cast<std::uint8_t>(std::countr_zero(mask)))
               : std::nullopt;
}

MaybeChange offer_need(const Question& q, const Hub& hub) {
    std::uint64_t not_offered = 0;
    for (std::size_t i = 0; i < q.ask->need_count; ++i) {
        if ((q.open >> i & 1) != 0 && !hub.profile.needs.has(q.ask->needs[i])) {
            not_offered |= std::uint64_t{1} << i;
        }
    }
    if (!q.ask->together && not_offered != 0) {
        return yes(Lever::offer_need, static_cast<std::uint8_t>(std::countr_zero(not_offered)));
    }
    const auto need = only(not_offered);
    return need ? MaybeChange(yes(Lever::offer_need, *need)) : std::nullopt;
}

// The kind of unit with the smallest shortage; when all belongs together, the only short one.
MaybeChange free_units(const Question& q, const Hub& hub) {
    const Units kept = kept_from(q, hub.profile, offered_of(q, hub.profile));
    MaybeChange best;
    std::size_t short_kinds = 0;
    for (std::size_t k = 0; k < unit_kinds; ++k) {
        NeedMask of_kind = 0;
        for (std::size_t i = 0; i < q.ask->need_count; ++i) {
            const Need need = q.ask->needs[i];
            if ((q.open >> i & 1) != 0 && hub.profile.needs.has(need) &&
                static_cast<std::size_t>(unit_for(need)) == k) {
                of_kind = static_cast<NeedMask>(of_kind | 1U << i);
            }
        }
        const std::int64_t asked = units_for(*q.ask, of_kind)[k];
        const std::int64_t wanted = asked == 0 ? 0 : asked + kept[k];  // beyond what is kept for others
        const std::int64_t free = hub.capacity[k].free();
        if (wanted > free) {
            ++short_kinds;
            if (!best || wanted - free < best->to - best->from) {
                best = Change{Lever::free_units, free, wanted, static_cast<std::uint8_t>(k)};
            }
        }
    }
    return q.ask->together && short_kinds > 1 ? std::nullopt : best;
}

MaybeChange meet_access(const Question& q, const Hub& hub) {
    std::uint64_t missing = 0;
    for (std::size_t a = 0; a < names<Access>().size(); ++a) {
        const auto access = static_cast<Access>(a);
        if (excludes(access) && q.ask->access.has(access) && !hub.profile.access.has(access)) {
            missing |= AccessSet::mask(access);
        }
    }
    const auto access = only(missing);
    return access ? MaybeChange(yes(Lever::meet_access, *access)) : std::nullopt;
}

// The least limit of the person's own that lets them go so far.
std::int64_t own_limit_for(const Question& q, Metres away) {
    if (!q.relaxed.has(Requirement::travel)) {
        return away;
    }
    const std::int64_t percent = q.rules->relaxed_travel_percent;
    return (std::int64_t{away} * 100 + percent - 1) / percent;
}

MaybeChange lever_against(Filter filter, const Question& q, const Hub& hub, Metres away) {
    const HubProfile& p = hub.profile;
    switch (filter) {
        case Filter::passed:
        case Filter::tried_before:  // what has been answered stays answered
            return std::nullopt;
        case Filter::hub_inactive:
            return yes(Lever::take_part);
        case Filter::outside_dates:
            return yes(Lever::dates);
        case Filter::need_not_offered:
            return offer_need(q, hub);
        case Filter::no_free_unit:
        case Filter::kept_for_others:
            return free_units(q, hub);
        case Filter::language_missing:
            return yes(Lever::speak_language);
        case Filter::access_missing:
            return meet_access(q, hub);
        case Filter::no_agreement:
            return yes(Lever::agreement);
        case Filter::outside_catchment:
            return p.catchment != 0 && !p.interest_only ? Change{Lever::catchment, p.catchment, away, 0}
                                                        : yes(Lever::welcome_place);
        case Filter::age_outside:
            return q.ask->age < p.age_min ? Change{Lever::age_limit, p.age_min, q.ask->age, 0}
                                          : Change{Lever::age_limit, p.age_max, q.ask->age, 1};
        case Filter::times_differ:
            return yes(Lever::opening_time);
        case Filter::beyond_travel:
            return Change{Lever::travel_further, q.ask->travel_max, own_limit_for(q, away), 0};
        case Filter::refused_by_person:
            return yes(Lever::accept_hub);
    }
    return std::nullopt;
}

// The least step from `from` towards `end` that is enough; nothing when even all of it is not.
template <class Enough>
std::optional<std::int64_t> least(std::int64_t from, std::int64_t end, Enough&& enough) {
    const std::int64_t way = end > from ? 1 : -1;
    std::int64_t low = 0;  // steps known to be too few
    std::int64_t high = (end - from) * way;
    if (high <= 0 || !enough(end)) {
        return std::nullopt;
    }
    while (high - low > 1) {
        const std::int64_t middle = low + (high - low) / 2;
        (enough(from + way * middle) ? high : low) = middle;
    }
    return from + way * high;
}

}  // namespace

bool makes_eligible(Lever lever) {
    return lever <= Lever::accept_hub;
}

void apply_change(const Change& change, Ask& ask, Hub& hub, const PracticeCode& practice,
                  Timestamp at) {
    HubProfile& p = hub.profile;
    switch (change.lever) {
        case Lever::take_part:
            p.active = true;
            break;
        case Lever::dates:
            p.opens = std::min(p.opens, at);
            p.closes = std::max(p.closes, at);
            p.closures = p.closures.at(at) ? Closures() : p.closures;
            break;
        case Lever::offer_need:
            p.needs.add(ask.needs[change.detail]);
            break;
        case Lever::free_units: {
            Capacity& units = hub.capacity[change.detail];
            units.total = static_cast<std::uint16_t>(unsigned{units.held} + units.used +
                                                     static_cast<unsigned>(change.to));
            units.declines = 0;  // whoever states it, confirms it
            break;
        }
        case Lever::speak_language:
            p.languages.add(ask.language);
            break;
        case Lever::meet_access:
            p.access.add(static_cast<Access>(change.detail));
            break;
        case Lever::agreement:
            p.takes_from[0] = practice;
            break;
        case Lever::catchment:
            p.catchment = static_cast<Metres>(change.to);
            break;
        case Lever::welcome_place:
            p.interest_only = false;
            p.serves = {};
            p.area = {};
            break;
        case Lever::age_limit:
            (change.detail == 0 ? p.age_min : p.age_max) = static_cast<std::uint8_t>(change.to);
            break;
        case Lever::opening_time:
            p.open.bits |= ask.available.bits;
            break;
        case Lever::travel_further:
            ask.travel_max = static_cast<Metres>(change.to);
            break;
        case Lever::accept_hub:
            std::ranges::replace(ask.refused_hubs, p.id, HubId{});
            break;
        default:
            break;  // a lever of the score
    }
}

void apply_change(const Change& change, Merits& m) {
    switch (change.lever) {
        case Lever::nearer:
            m.distance = static_cast<Metres>(change.to);
            break;
        case Lever::free_places:
            m.free = static_cast<std::uint16_t>(change.to);
            break;
        case Lever::shorter_wait:
            m.wait_days = static_cast<std::uint16_t>(change.to);
            break;
        case Lever::staff_language:
            m.speaks = true;
            break;
        case Lever::community:
            m.shares_community = true;
            break;
        case Lever::ask_by_name:
            m.trust_percent = 100;
            break;
        case Lever::lower_price:
            m.price = static_cast<std::uint16_t>(change.to);
            break;
        case Lever::confirm_capacity:
            m.confidence = static_cast<Permille>(change.to);
            break;
        case Lever::grant_wishes:
            m.wishes_met = static_cast<std::uint8_t>(change.to);
            break;
        default:
            break;  // a lever of the filters
    }
}

std::optional<Change> to_be_eligible(const Question& q, const Hub& hub) {
    const Sieved now = sieve(q, hub, Sieve::all);
    if (std::popcount(now.failed.bits) != 1) {
        return std::nullopt;
    }
    const MaybeChange change = lever_against(now.first, q, hub, now.facts.distance);
    if (!change) {
        return std::nullopt;
    }
    Ask ask = *q.ask;
    Hub changed = hub;
    apply_change(*change, ask, changed, q.practice, q.at);
    Question then = q;
    then.ask = &ask;
    const bool helps = sieve(then, changed, Sieve::until_first).first == Filter::passed;
    return helps ? change : std::nullopt;
}

std::optional<Change> to_be_first(const Question& q, const Merits& now, HubId id, Points rival,
                                  HubId rival_id) {
    const auto wins_with = [&](const Change& change) {
        Merits then = now;
        apply_change(change, then);
        return better(score(terms(q, then)).total(), id, rival, rival_id);
    };
    struct Reach {
        Lever lever;
        std::int64_t from, end;
    };
    const bool asks_language = q.ask->language != Language::not_stated;
    const std::int64_t wait = now.wait_days == wait_not_stated ? 0 : now.wait_days;
    const Reach reaches[] = {
        {Lever::nearer, now.distance, 0},
        {Lever::free_places, now.free, now.total},
        {Lever::shorter_wait, wait, 0},
        {Lever::lower_price, now.price, 0},
        {Lever::confirm_capacity, now.confidence, full_confidence},
        {Lever::staff_language, now.speaks || !asks_language ? 1 : 0, 1},
        {Lever::community, now.shares_community || q.ask->communities == 0 ? 1 : 0, 1},
        {Lever::ask_by_name, now.trust_percent == 100 ? 1 : 0, 1},
        {Lever::grant_wishes, now.wishes_met, std::popcount(q.ask->access_preferred.bits)},
    };
    MaybeChange best;
    std::int64_t best_share = INT64_MAX;
    for (const Reach& reach : reaches) {
        const auto to = least(reach.from, reach.end, [&](std::int64_t value) {
            return wins_with({reach.lever, reach.from, value, 0});
        });
        if (!to) {
            continue;
        }
        const std::int64_t all = std::abs(reach.end - reach.from);
        const std::int64_t share = std::abs(*to - reach.from) * 1000 / all;
        if (share < best_share) {
            best = Change{reach.lever, reach.from, *to, 0};
            best_share = share;
        }
    }
    return best;
}

}  // namespace hubward::matcher
