// SPDX-License-Identifier: Apache-2.0
//
// How far what a hub states about its units can be relied on: less with every day without news, and
// less quickly where its word has held.
//
// Whole numbers only, so every machine agrees. Pure; any thread.
#pragma once

#include <cstdint>

#include "matcher/hub.hpp"
#include "matcher/policy.hpp"

namespace hubward::matcher {

// In thousandths.
using Permille = std::uint16_t;
inline constexpr Permille full_confidence = 1000;

// The policy's half-life, shortened by the share of offers that the hub declined for want of units or
// never answered. A hub of which nothing is known has it in full. Milliseconds, at least 1.
std::int64_t half_life_ms(const Capacity& capacity, const Policy& rules);

// Halves with every half-life since somebody stated or confirmed the units; 0 while they are doubted.
Permille confidence(const Capacity& capacity, const Policy& rules, Timestamp now);

// Nothing that was last stated then can be relied on more than this, whatever was learnt: the bound
// for a block of hubs.
Permille confidence_at_most(Timestamp updated, const Policy& rules, Timestamp now);

}  // namespace hubward::matcher
