// SPDX-License-Identifier: Apache-2.0
//
// How many events one batch may have, so that a journal takes it whatever is decided: a record that is too
// large would be refused, and a refused record ends the server. With limits::payload_bytes_max and
// limits::batch_bytes_max they bound storage's record_bytes_max; a test of that room encodes the largest.
#pragma once

#include <cstddef>

namespace hubward::matcher::limits {

// Events after which no further command is decided in the same batch: the next one takes it.
inline constexpr std::size_t events_per_batch_max = 16'384;

// Events after which one command routes nobody any more. What is left becomes due at once, and the
// ticks that follow route it.
inline constexpr std::size_t events_before_rerouting_ends = 16'384;

// Events after which one command lets nobody go any more: some 32,000 people at one hub. Whoever was
// only asked there is asked elsewhere when that offer's time is up; closing the hub once more takes
// the others.
inline constexpr std::size_t events_before_letting_go_ends = 65'536;

// What a command may still add to these: a last round of asking and the gaps that it fills, each of at most
// 255 offers, and the gaps that it looked at.
inline constexpr std::size_t events_to_end_with = 20'000;

}  // namespace hubward::matcher::limits
