// SPDX-License-Identifier: Apache-2.0
#include "matcher/places.hpp"

#include <algorithm>

#include "matcher/invariant.hpp"

namespace hubward::matcher {

const PlaceRules* Places::find(const PlaceCode& place) const {
    const auto at = std::ranges::lower_bound(list_, place, {}, &PlaceRules::place);
    return at != list_.end() && at->place == place ? &*at : nullptr;
}

std::array<PlaceCode, limits::place_depth_max> Places::around(const PlaceCode& place) const {
    std::array<PlaceCode, limits::place_depth_max> chain{};
    PlaceCode next = place;
    for (std::size_t i = 0; i < chain.size() && !next.empty(); ++i) {
        chain[i] = next;
        const PlaceRules* known = find(next);
        next = known != nullptr ? known->within : PlaceCode{};
    }
    return chain;
}

std::size_t Places::depth(const PlaceCode& place) const {
    const auto chain = around(place);
    return static_cast<std::size_t>(
        std::ranges::count_if(chain, [](const PlaceCode& p) { return !p.empty(); }));
}

bool Places::may_lie(const PlaceCode& place, const PlaceCode& within) const {
    if (place.empty() || place == within ||
        (find(place) == nullptr && list_.size() >= limits::places_max)) {
        return false;
    }
    std::size_t above = 0;
    if (!within.empty()) {
        const auto chain = around(within);
        if (find(within) == nullptr || std::ranges::find(chain, place) != chain.end()) {
            return false;
        }
        above = depth(within);
    }
    // How many levels hang below the place already, itself included.
    std::size_t below = 1;
    for (const PlaceRules& rules : list_) {
        const auto chain = around(rules.place);
        const auto at = std::ranges::find(chain, place);
        if (at != chain.end()) {
            below = std::max(below, static_cast<std::size_t>(at - chain.begin()) + 1);
        }
    }
    return above + below <= limits::place_depth_max;
}

void Places::set(const PlaceRules& rules) {
    invariant(!rules.place.empty(), "rules of a place without a name");
    const auto at = std::ranges::lower_bound(list_, rules.place, {}, &PlaceRules::place);
    if (at != list_.end() && at->place == rules.place) {
        *at = rules;
    } else {
        list_.insert(at, rules);
    }
}

Question question(const Ask& ask, const Policy& elsewhere, const Places& places, Timestamp at) {
    const PlaceRules* own = ask.place.empty() ? nullptr : places.find(ask.place);
    Question q = question(ask, own != nullptr ? own->policy : elsewhere, at);
    q.rules_of = own != nullptr ? own->place : PlaceCode{};
    q.lives_in = places.around(ask.place);
    return q;
}

}  // namespace hubward::matcher
