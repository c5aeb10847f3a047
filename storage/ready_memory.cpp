// SPDX-License-Identifier: Apache-2.0
#include "storage/ready_memory.hpp"

#include <linux/mman.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>

namespace hubward::storage {

void ready_memory(const void* begin, std::size_t bytes) {
    // In steps: the address space is locked while the kernel works, and others take pages of it, too.
    constexpr std::size_t step = std::size_t{2} << 20;
    const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    auto from = (reinterpret_cast<std::uintptr_t>(begin) + page - 1) / page * page;
    const auto to = (reinterpret_cast<std::uintptr_t>(begin) + bytes) / page * page;
    while (from < to) {
        const std::size_t now = std::min<std::size_t>(step, to - from);
        if (::madvise(reinterpret_cast<void*>(from), now, MADV_POPULATE_WRITE) != 0) {  // NOLINT(performance-no-int-to-ptr)
            return;
        }
        from += now;
    }
}

}  // namespace hubward::storage
