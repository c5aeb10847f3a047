// SPDX-License-Identifier: Apache-2.0
//
// Is this history of a hub's slots linearizable? Asked of what clients saw alone: when they asked,
// when they were answered, and who got or lost a slot by it. Pure; one thread.
//
// A hub has `slots` slots. A person who asks gets one, or waits when none is free. Whoever loses a
// slot frees it, and within the same step it goes to somebody who waits. There must be one order of
// all steps in which each of them is possible, and in which a step that was answered before another
// was asked also comes before it (Herlihy and Wing). The search is that of Wing and Gong with Lowe's
// memory of what was tried.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace hubward::test {

using PersonNumber = std::uint32_t;
inline constexpr PersonNumber nobody = 0xffff'ffff;

struct SlotChange {
    PersonNumber person = nobody;
    bool got = false;  // or lost
};

struct SlotStep {
    std::uint64_t asked = 0;     // moments of one common counter; no two are equal
    std::uint64_t answered = 0;  // > asked
    PersonNumber arrives = nobody;
    PersonNumber leaves = nobody;  // waits no longer
    std::vector<SlotChange> changes;  // in the order in which they were told
};

// Empty when it is; otherwise the step that no order can hold, in words. A history that would take
// more than `tries` tries for each step is not decided, and says so.
std::string not_linearizable(const std::vector<SlotStep>& history, unsigned slots,
                             std::uint64_t tries = 200);

}  // namespace hubward::test
