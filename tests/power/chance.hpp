// SPDX-License-Identifier: Apache-2.0
//
// Takes chance out of the process: libsodium draws from the seed, and addresses are the same in
// every run (the size of a memtable, and so the moment of a flush, depends on them).
#pragma once

#include <cstdint>

namespace hubward::test {

// From now on every key, epoch and nonce comes from this seed.
void seed_libsodium(std::uint64_t seed);

// Starts the program again without address randomisation; returns when it is off already, false
// when the kernel does not allow it (results hold, hashes may then differ between runs).
bool same_addresses_each_run(char** argv);

}  // namespace hubward::test
