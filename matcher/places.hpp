// SPDX-License-Identifier: Apache-2.0
//
// Places and the rules that each has: a tree (city, partnership, place) and one policy a place.
//
// A place's policy stands here whole: what its file inherits is taken over when it is adopted, so
// that a decision needs one look and cites one policy. Plain values; owner as State.
#pragma once

#include <array>
#include <vector>

#include "matcher/filters.hpp"
#include "matcher/limits.hpp"
#include "matcher/policy.hpp"
#include "matcher/types.hpp"

namespace hubward::matcher {

struct PlaceRules {
    PlaceCode place;
    PlaceCode within;  // the next place around it; empty for one of the outermost
    Policy policy;
    friend auto operator<=>(const PlaceRules&, const PlaceRules&) = default;
};

class Places {
  public:
    Places() = default;
    // Requires what list() of another gave.
    explicit Places(std::vector<PlaceRules> list) : list_(std::move(list)) {}

    const PlaceRules* find(const PlaceCode& place) const;
    // The place itself, then those around it, the innermost first; a place without rules is alone.
    std::array<PlaceCode, limits::place_depth_max> around(const PlaceCode& place) const;
    // False when `within` is not known, lies within `place`, or the tree would be deeper than
    // limits::place_depth_max or hold more than limits::places_max places.
    bool may_lie(const PlaceCode& place, const PlaceCode& within) const;
    // Requires may_lie(rules.place, rules.within).
    void set(const PlaceRules& rules);

    // By place, each once.
    const std::vector<PlaceRules>& list() const { return list_; }

  private:
    std::size_t depth(const PlaceCode& place) const;  // 1 for an outermost one

    std::vector<PlaceRules> list_;
};

// A question about all needs under the rules of the place where the person lives, or of `elsewhere`
// where that has none. Keep all three alive.
Question question(const Ask& ask, const Policy& elsewhere, const Places& places, Timestamp at);

}  // namespace hubward::matcher
