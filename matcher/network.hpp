// SPDX-License-Identifier: Apache-2.0
//
// What the network does for people, in numbers that anybody can work out again from the journal.
//
// Each number is defined once, in the table below; the report, /metrics and the page of a place all
// read it from there. Pure; whoever may read the State may call it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "matcher/confidence.hpp"
#include "matcher/state.hpp"

namespace hubward::matcher {

// Times to accept are counted in cells, eight to each doubling, so that they can be added up and taken
// away. A quantile is the end of its cell: never too short, and at most an eighth too long.
inline constexpr std::size_t wait_cells = 200;
std::uint8_t wait_cell(std::chrono::milliseconds wait);
std::int64_t wait_cell_end_s(std::size_t cell);  // seconds

// One referral's share in the numbers. Five bytes, because there is one for each referral.
struct Share {
    bool counts : 1 = false;       // not entered in error
    bool ended : 1 = false;        // nothing is done for it any more
    bool outcome : 1 = false;      // every need has one
    bool accepted : 1 = false;     // some hub has said yes
    bool closed : 1 = false;       // every need has an outcome, one at least of kind loop_closed
    bool signposted : 1 = false;   // every need has an outcome, the best of them of kind signposted
    bool person_said : 1 = false;  // every need has the person's own word too
    bool gap : 1 = false;          // a need that no hub can serve now
    bool orphan : 1 = false;
    std::uint8_t cell = 0;         // of the time to the first yes, when accepted
    friend bool operator==(const Share&, const Share&) = default;
};
Share share_of(const State& state, const Referral& referral);
// The one place that it counts for: of the hub that has or had the person, else of the hub asked last,
// else where the person lives. Totals of all places add up to the whole.
PlaceCode place_of(const State& state, const Referral& referral);

struct NetworkCounts {
    std::uint64_t referrals = 0, ended = 0, outcome = 0, accepted = 0, closed = 0, signposted = 0,
                  person_said = 0, gaps = 0, orphans = 0;
    std::array<std::uint64_t, wait_cells> waits{};
    std::uint64_t hubs = 0, hubs_fresh = 0;  // active; of these, with places that can be relied on

    void add(const Share& share);
    void remove(const Share& share);
    // A hub whose places nobody has stated or confirmed for one half-life is not fresh.
    void add(const Hub& hub, const Policy& rules, Timestamp now);
    // End of the cell with the quantile, in seconds; nothing when nobody was accepted.
    std::optional<std::int64_t> wait_s(unsigned percent) const;
    friend bool operator==(const NetworkCounts&, const NetworkCounts&) = default;
};

// The value is part / whole.
struct Measured {
    std::uint64_t part = 0;
    std::uint64_t whole = 1;
};

// A number of the network: `part` out of `whole`, or `part` alone where there is no whole.
struct NetworkNumber {
    std::string_view key;         // with its unit at the end; /metrics puts hubward_network_ before it
    std::string_view definition;  // a sentence for people
    std::optional<std::uint64_t> (*part)(const NetworkCounts&);
    std::uint64_t (*whole)(const NetworkCounts&);  // null: none

    // Nothing when there is nothing to measure, which is not 0.
    std::optional<Measured> of(const NetworkCounts& counts) const;
};
std::span<const NetworkNumber> network_numbers();

}  // namespace hubward::matcher
