// SPDX-License-Identifier: Apache-2.0
//
// The simulated disk behind both ports of storage: its own (storage/disk.hpp) and the database's
// (rocksdb::Env). The environment runs the database's background jobs on the caller's thread when
// told to, in an order that the seed decides, and its clock moves only when somebody sleeps.
#pragma once

#include <cstdint>
#include <memory>

#include "storage/disk.hpp"
#include "tests/power/sim_disk.hpp"

namespace rocksdb {
class Env;
class FileSystem;
}  // namespace rocksdb

namespace hubward::test {

// The port of storage; `disk` must outlive it.
std::unique_ptr<storage::Disk> files_on(SimDisk& disk);
std::shared_ptr<rocksdb::FileSystem> file_system_on(SimDisk& disk);

class SimEnvironment {
  public:
    SimEnvironment(SimDisk& disk, std::uint64_t seed);
    ~SimEnvironment();
    SimEnvironment(const SimEnvironment&) = delete;
    SimEnvironment& operator=(const SimEnvironment&) = delete;

    rocksdb::Env* env();
    std::size_t jobs_waiting() const;
    // Runs one of the jobs that wait; false when none does. Not from inside the database.
    bool run_one();

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace hubward::test
