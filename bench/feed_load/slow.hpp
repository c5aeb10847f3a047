// SPDX-License-Identifier: Apache-2.0
//
// Do readers that have stopped reading slow down the others, and what does each of them cost?
//
// Three servers at once: two whose readers all read, and one of whose readers so many do not. They get their
// events in turns of half a second, in changing order, so that whatever else the machine does meets all three
// alike. A turn gives two ratios: a server with stalled readers to one without, and of the two without to each
// other, which is what the measure is worth. The stalled ones are held up (the kernel's buffers and the server's
// queue are full) before the first turn, and still are after the last: the write deadline is a minute here, for
// `hubward serve` would have cut them after ten seconds.
#pragma once

#include "bench/feed_load/figures.hpp"

namespace hubward::bench {

// subscribers, stalled, rate (events a second), streams, turns (a round, at most), slice-ms, rounds. Each round
// begins anew and ends before the server cuts who answers no heartbeat; one that took too long counts for nothing.
// 1 when the median of the others' p99 is more than at-most hundredths of what it is without stalled readers (0:
// only tell); 75 when the two without differ by as much, so that nothing can be said; 69 when no round counts.
int slow(Options options);

}  // namespace hubward::bench
