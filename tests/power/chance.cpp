// SPDX-License-Identifier: Apache-2.0
#include "tests/power/chance.hpp"

#include <sodium.h>
#include <sys/personality.h>
#include <unistd.h>

#include <cstring>

#include "tests/support/generator.hpp"

namespace hubward::test {

namespace {

Random drawn(0);

const char* name() {
    return "seeded";
}
std::uint32_t draw() {
    return static_cast<std::uint32_t>(drawn.next());
}
void fill(void* into, const std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i) {
        static_cast<unsigned char*>(into)[i] = static_cast<unsigned char>(drawn.next());
    }
}

randombytes_implementation seeded{name, draw, nullptr, nullptr, fill, nullptr};

}  // namespace

void seed_libsodium(std::uint64_t seed) {
    drawn = Random(seed ^ 0x50d1'0000);
    static const int once = randombytes_set_implementation(&seeded);
    (void)once;
}

bool same_addresses_each_run(char** argv) {
    const int now = ::personality(0xffff'ffff);
    if (now >= 0 && (now & ADDR_NO_RANDOMIZE) != 0) {
        return true;
    }
    if (now < 0 || ::personality(static_cast<unsigned long>(now) | ADDR_NO_RANDOMIZE) < 0) {
        return false;
    }
    const int changed = ::personality(0xffff'ffff);
    if (changed < 0 || (changed & ADDR_NO_RANDOMIZE) == 0) {
        return false;
    }
    ::execv("/proc/self/exe", argv);
    return false;
}

}  // namespace hubward::test
