// SPDX-License-Identifier: Apache-2.0
//
// What a decision cites, so that it can be worked out again years later and compared byte by byte.
//
// Pure; any thread; equal on every machine and compiler.
#pragma once

#include <cstdint>

#include "matcher/event.hpp"
#include "matcher/filters.hpp"

namespace hubward::matcher {

// Rises whenever the same question could get another answer.
inline constexpr std::uint16_t engine_version = 4;

std::uint64_t hash_of(const Policy& policy);
// The question, and the hub that was chosen as it stood. The other hubs are covered by the chain of
// the journal, from which the whole decision can be worked out again.
std::uint64_t hash_of(const Question& question, const Hub& chosen);

Cited cite(const Question& question, const Hub& chosen);

}  // namespace hubward::matcher
