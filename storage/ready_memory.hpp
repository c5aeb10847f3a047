// SPDX-License-Identifier: Apache-2.0
//
// Memory that is reserved and was never written costs a trip into the kernel for each page. Whoever has nothing
// better to do takes those trips for whoever will write there.
#pragma once

#include <cstddef>

namespace hubward::storage {

// Asks the kernel for the pages from `begin` on. Changes no byte of them, so others may read and write there
// meanwhile. A kernel that cannot do it (before Linux 5.14) does nothing. Any thread.
void ready_memory(const void* begin, std::size_t bytes);

}  // namespace hubward::storage
