// SPDX-License-Identifier: Apache-2.0
//
// One simulated life of the core on its real storage, from one seed and on one thread.
//
// Real: engine, ring, pipeline, store, journal, event log, keyring, vault, snapshots, high-water
// file, and RocksDB as Debian ships it. Simulated: the disk, the order of background jobs, time,
// chance, and the senders. In every life the power fails, processes die, disks fill up and fail to
// read, write and sync; after each of it everything that anybody was told must still be true.
#pragma once

#include <cstdint>
#include <string>

namespace hubward::test {

struct LifeSettings {
    std::uint64_t steps = 420;
    bool sync = true;  // false: the control arm, which must be found out
};

struct LifeReport {
    std::string broken;  // empty: everything held
    std::uint64_t commands = 0;
    std::uint64_t accepted = 0;
    std::uint64_t events = 0;
    std::uint64_t disk_operations = 0;
    std::uint64_t power_cuts = 0;
    std::uint64_t kills = 0;
    std::uint64_t clean_stops = 0;
    std::uint64_t faults = 0;        // operations that failed
    std::uint64_t fail_stops = 0;    // the corridor stopped for good and a restart helped
    std::uint64_t unavailable = 0;   // a full disk: refused and went on
    std::uint64_t failed_opens = 0;  // a fault hit the start itself
    std::uint64_t bytes_lost = 0;    // unsafe ones, at power cuts
    std::uint64_t names_lost = 0;
    std::uint64_t jobs = 0;  // flushes and compactions
    std::uint64_t hash = 0;  // of every operation of the disk and of the last state
};

// `key_file` holds a master key; nothing else outside the process is touched.
LifeReport live_through(std::uint64_t seed, const LifeSettings& settings,
                        const std::string& key_file);

}  // namespace hubward::test
