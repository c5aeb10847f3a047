// SPDX-License-Identifier: Apache-2.0
#include "tests/storage/fault_disk.hpp"

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <atomic>
#include <utility>

namespace hubward::storage::testing {

namespace {

using rocksdb::FSRandomAccessFile;
using rocksdb::FSWritableFile;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

struct Faults {
    std::atomic<bool> sync_fails{false};
    std::atomic<bool> full{false};
    std::atomic<bool> first_block_is_bad{false};
};

class FaultTable final : public rocksdb::FSRandomAccessFileOwnerWrapper {
  public:
    FaultTable(std::unique_ptr<FSRandomAccessFile>&& file, Faults& faults)
        : FSRandomAccessFileOwnerWrapper(std::move(file)), faults_(faults) {}

    IOStatus Read(std::uint64_t offset, std::size_t bytes, const IOOptions& o, rocksdb::Slice* result, char* scratch,
                  IODebugContext* d) const override {
        return offset == 0 && faults_.first_block_is_bad
                   ? IOStatus::IOError("injected")
                   : FSRandomAccessFileOwnerWrapper::Read(offset, bytes, o, result, scratch, d);
    }

  private:
    Faults& faults_;
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
    IOStatus NewRandomAccessFile(const std::string& name, const rocksdb::FileOptions& o,
                                 std::unique_ptr<FSRandomAccessFile>* result, IODebugContext* d) override {
        std::unique_ptr<FSRandomAccessFile> file;
        IOStatus status = FileSystemWrapper::NewRandomAccessFile(name, o, &file, d);
        constexpr std::uint64_t of_events = 1U << 20U;  // the tables of what the journal knows about itself are small
        std::uint64_t bytes = 0;
        if (status.ok() && GetFileSize(name, o.io_options, &bytes, d).ok() && bytes >= of_events) {
            *result = std::make_unique<FaultTable>(std::move(file), faults_);
        } else {
            *result = std::move(file);
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
void FaultDisk::bad_first_block(bool is_bad) {
    impl_->faults.first_block_is_bad = is_bad;
}

}  // namespace hubward::storage::testing
