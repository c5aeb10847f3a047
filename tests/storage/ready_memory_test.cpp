// SPDX-License-Identifier: Apache-2.0
#include "storage/ready_memory.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace hubward::storage::testing {
namespace {

// Any place and size: of what is less than a page there is nothing to ask for.
TEST(ReadyMemory, ChangesNoByte) {
    std::vector<std::byte> room(std::size_t{5} << 20, std::byte{7});
    for (const std::size_t from : {0U, 1U, 4095U, 4096U, 3U << 20}) {
        for (const std::size_t bytes : {std::size_t{0}, std::size_t{1}, std::size_t{4096}, room.size() - from}) {
            ready_memory(room.data() + from, bytes);
        }
    }
    EXPECT_TRUE(std::ranges::all_of(room, [](std::byte b) { return b == std::byte{7}; }));
}

}  // namespace
}  // namespace hubward::storage::testing
