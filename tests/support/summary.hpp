// SPDX-License-Identifier: Apache-2.0
//
// The visible truth of a matcher as a list of numbers, so that the fast one and the naive one can
// be compared although they keep it in different shapes. One line per hub, referral and offer.
#pragma once

#include <string>
#include <vector>

#include "matcher/state.hpp"

namespace hubward::test {

struct Line {
    std::string what;  // "hub near", "referral 7", "offer 7.2"
    std::vector<std::uint64_t> facts;
    friend bool operator==(const Line&, const Line&) = default;
};
using Summary = std::vector<Line>;

Summary summarise(const matcher::State& state);

// One event in words: "Offered 7.2 near 612 of 3", "GapRecorded 7 needs 5". `after` has applied it.
std::string tell(const matcher::State& after, const matcher::Event& event);

// The first line on which the two differ, for people; empty when they agree.
std::string first_difference(const Summary& fast, const Summary& naive);

// What must hold in every State, whatever happened; empty, or the first rule that is broken.
std::string broken_rule(const matcher::State& state);

}  // namespace hubward::test
