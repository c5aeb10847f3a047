// SPDX-License-Identifier: Apache-2.0
//
// The real disk with faults a test switches on: a sync that fails, a disk that is full, a sector that cannot be read.
#pragma once

#include <memory>

namespace rocksdb {
class Env;
}

namespace hubward::storage::testing {

class FaultDisk {
  public:
    FaultDisk();
    ~FaultDisk();
    FaultDisk(const FaultDisk&) = delete;
    FaultDisk& operator=(const FaultDisk&) = delete;

    rocksdb::Env* env();
    // The next sync of a log fails as a broken disk does; what was written may be there or not.
    void fail_next_sync();
    // While full, nothing can be written.
    void full(bool is_full);
    // While bad, the first block of a table of a megabyte or more cannot be read, where its oldest events are; all others
    // can.
    void bad_first_block(bool is_bad);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace hubward::storage::testing
