// SPDX-License-Identifier: Apache-2.0
#include "tests/storage/fault_disk.hpp"

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <atomic>
#include <utility>

namespace hubward::storage::testing {

namespace {

using rocksdb::FSWritableFile;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

struct Faults {
    std::atomic<bool> sync_fails{false};
    std::atomic<bool> full{false};
};

class FaultFile final : public rocksdb::FSWritableFileOwnerWrapper {
  public:
    FaultFile(std::unique_ptr<FSWritableFile>&& file, Faults& faults, bool is_log)
        : FSWritableFileOwnerWrapper(std::move(file)), faults_(faults), is_log_(is_log) {}

    IOStatus Append(const rocksdb::Slice& data, const IOOptions& o, IODebugContext* d) override {
        return faults_.full ? IOStatus::NoSpace("injected")
                            : FSWritableFileOwnerWrapper::Append(data, o, d);
    }
    IOStatus Append(const rocksdb::Slice& data, const IOOptions& o,
                    const rocksdb::DataVerificationInfo& v, IODebugContext* d) override {
        return faults_.full ? IOStatus::NoSpace("injected")
                            : FSWritableFileOwnerWrapper::Append(data, o, v, d);
    }
    IOStatus Sync(const IOOptions& o, IODebugContext* d) override {
        return broken() ? IOStatus::IOError("injected") : FSWritableFileOwnerWrapper::Sync(o, d);
    }
    IOStatus Fsync(const IOOptions& o, IODebugContext* d) override {
        return broken() ? IOStatus::IOError("injected") : FSWritableFileOwnerWrapper::Fsync(o, d);
    }

  private:
    bool broken() { return is_log_ && faults_.sync_fails.exchange(false); }

    Faults& faults_;
    const bool is_log_;
};

class FaultSystem final : public rocksdb::FileSystemWrapper {
  public:
    explicit FaultSystem(Faults& faults)
        : FileSystemWrapper(rocksdb::FileSystem::Default()), faults_(faults) {}
    const char* Name() const override { return "FaultSystem"; }

    IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& o,
                             std::unique_ptr<FSWritableFile>* result, IODebugContext* d) override {
        if (faults_.full) {
            return IOStatus::NoSpace("injected");
        }
        std::unique_ptr<FSWritableFile> file;
        IOStatus status = FileSystemWrapper::NewWritableFile(name, o, &file, d);
        if (status.ok()) {
            *result = std::make_unique<FaultFile>(std::move(file), faults_, name.ends_with(".log"));
        }
        return status;
    }

  private:
    Faults& faults_;
};

}  // namespace

struct FaultDisk::Impl {
    Faults faults;
    std::unique_ptr<rocksdb::Env> env =
        rocksdb::NewCompositeEnv(std::make_shared<FaultSystem>(faults));
};

FaultDisk::FaultDisk() : impl_(std::make_unique<Impl>()) {}
FaultDisk::~FaultDisk() = default;
rocksdb::Env* FaultDisk::env() {
    return impl_->env.get();
}
void FaultDisk::fail_next_sync() {
    impl_->faults.sync_fails = true;
}
void FaultDisk::full(bool is_full) {
    impl_->faults.full = is_full;
}

}  // namespace hubward::storage::testing
