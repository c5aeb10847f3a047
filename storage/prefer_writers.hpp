// SPDX-License-Identifier: Apache-2.0
//
// A lock that many read under and one thread writes under, without readers keeping the writer out.
//
// glibc lets new readers pass a writer that waits; where some thread always reads, the engine would
// wait for good. After this call a waiting writer is next, and readers that come later wait for it. So a
// thread that reads must not take the lock for reading once more: with a writer between, both wait
// for ever.
#pragma once

#include <shared_mutex>

namespace hubward::storage {

// Requires that nobody has used the mutex yet. Fails only with our own mistake.
void prefer_writers(std::shared_mutex& mutex);

}  // namespace hubward::storage
