// SPDX-License-Identifier: Apache-2.0
#include "storage/ready_memory.hpp"

#include <linux/mman.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>

namespace hubward::storage {

namespace {

// The whole pages of it, in numbers: the part of an advice is reckoned with.
struct Pages {
    std::uintptr_t from;
    std::uintptr_t to;
};

Pages pages_of(const void* begin, std::size_t bytes) {
    const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    return {(reinterpret_cast<std::uintptr_t>(begin) + page - 1) / page * page,
            (reinterpret_cast<std::uintptr_t>(begin) + bytes) / page * page};
}

bool advise(std::uintptr_t from, std::size_t bytes, int advice) {
    return ::madvise(reinterpret_cast<void*>(from), bytes, advice) == 0;  // NOLINT(performance-no-int-to-ptr)
}

}  // namespace

void large_pages(const void* begin, std::size_t bytes) {
    if (const auto [from, to] = pages_of(begin, bytes); from < to) {
        advise(from, to - from, MADV_HUGEPAGE);
    }
}

void ready_memory(const void* begin, std::size_t bytes) {
    // In steps: the address space is locked while the kernel works, and others take pages of it, too.
    constexpr std::size_t step = std::size_t{2} << 20;
    auto [from, to] = pages_of(begin, bytes);
    while (from < to) {
        const std::size_t now = std::min<std::size_t>(step, to - from);
        if (!advise(from, now, MADV_POPULATE_WRITE)) {
            return;
        }
        from += now;
    }
}

}  // namespace hubward::storage
