// SPDX-License-Identifier: Apache-2.0
//
// The simulated disk as a file system of RocksDB.
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <algorithm>
#include <cstring>

#include "tests/power/sim_files.hpp"

namespace hubward::test {

namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;
using NodePtr = SimDisk::NodePtr;

IOStatus status(DiskFault fault, const std::string& path) {
    switch (fault) {
        case DiskFault::no_space:
            return IOStatus::NoSpace("simulated", path);
        case DiskFault::missing:
            return IOStatus::PathNotFound("simulated", path);
        case DiskFault::power_off:
        case DiskFault::io_error:
            break;
    }
    return IOStatus::IOError("simulated", path);
}
IOStatus status(const SimDisk::Done& done, const std::string& path) {
    return done ? IOStatus::OK() : status(done.error(), path);
}

// One file open for reading or writing.
struct Open {
    SimDisk* disk;
    NodePtr file;
    std::string path;

    IOStatus read(std::uint64_t at, std::size_t bytes, Slice* result, char* scratch) const {
        if (auto done = disk->look(path); !done) {
            return status(done, path);
        }
        const std::string& all = file->bytes;
        const std::size_t from = std::min<std::size_t>(at, all.size());
        const std::size_t got = std::min(bytes, all.size() - from);
        std::memcpy(scratch, all.data() + from, got);
        *result = Slice(scratch, got);
        return IOStatus::OK();
    }
};

class Sequential final : public rocksdb::FSSequentialFile {
  public:
    explicit Sequential(Open open) : open_(std::move(open)) {}
    IOStatus Read(size_t n, const IOOptions&, Slice* result, char* scratch,
                  IODebugContext*) override {
        IOStatus done = open_.read(at_, n, result, scratch);
        at_ += done.ok() ? result->size() : 0;
        return done;
    }
    IOStatus Skip(uint64_t n) override {
        at_ += n;
        return IOStatus::OK();
    }

  private:
    Open open_;
    std::uint64_t at_ = 0;
};

class RandomAccess final : public rocksdb::FSRandomAccessFile {
  public:
    explicit RandomAccess(Open open) : open_(std::move(open)) {}
    IOStatus Read(uint64_t at, size_t n, const IOOptions&, Slice* result, char* scratch,
                  IODebugContext*) const override {
        return open_.read(at, n, result, scratch);
    }

  private:
    Open open_;
};

class Writable final : public rocksdb::FSWritableFile {
  public:
    explicit Writable(Open open) : open_(std::move(open)) {}
    using FSWritableFile::Append;
    IOStatus Append(const Slice& data, const IOOptions&, IODebugContext*) override {
        return status(open_.disk->append(open_.file, open_.path, {data.data(), data.size()}),
                      open_.path);
    }
    IOStatus Truncate(uint64_t size, const IOOptions&, IODebugContext*) override {
        return status(open_.disk->truncate(open_.file, open_.path, size), open_.path);
    }
    IOStatus Close(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
    IOStatus Flush(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
    IOStatus Sync(const IOOptions&, IODebugContext*) override {
        return status(open_.disk->sync(open_.file, open_.path), open_.path);
    }
    // Asks the kernel to begin; promises nothing.
    IOStatus RangeSync(uint64_t, uint64_t, const IOOptions&, IODebugContext*) override {
        return IOStatus::OK();
    }
    bool IsSyncThreadSafe() const override { return true; }
    uint64_t GetFileSize(const IOOptions&, IODebugContext*) override {
        return open_.file->bytes.size();
    }

  private:
    Open open_;
};

class Directory final : public rocksdb::FSDirectory {
  public:
    Directory(SimDisk& disk, std::string path) : disk_(disk), path_(std::move(path)) {}
    IOStatus Fsync(const IOOptions&, IODebugContext*) override {
        return status(disk_.sync_folder(path_), path_);
    }
    IOStatus Close(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }

  private:
    SimDisk& disk_;
    std::string path_;
};

class NoLock final : public rocksdb::FileLock {};

class SimFileSystem final : public rocksdb::FileSystem {
  public:
    explicit SimFileSystem(SimDisk& disk) : disk_(disk) {}
    const char* Name() const override { return "SimFileSystem"; }

    IOStatus NewSequentialFile(const std::string& path, const FileOptions&,
                               std::unique_ptr<rocksdb::FSSequentialFile>* result,
                               IODebugContext*) override {
        return open<Sequential>(path, result);
    }
    IOStatus NewRandomAccessFile(const std::string& path, const FileOptions&,
                                 std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
                                 IODebugContext*) override {
        return open<RandomAccess>(path, result);
    }
    IOStatus NewWritableFile(const std::string& path, const FileOptions&,
                             std::unique_ptr<rocksdb::FSWritableFile>* result,
                             IODebugContext*) override {
        auto made = disk_.create(path);
        if (!made) {
            return status(made.error(), path);
        }
        *result = std::make_unique<Writable>(Open{&disk_, *made, path});
        return IOStatus::OK();
    }
    IOStatus ReopenWritableFile(const std::string& path, const FileOptions& o,
                                std::unique_ptr<rocksdb::FSWritableFile>* result,
                                IODebugContext* d) override {
        return disk_.find(path) == nullptr ? NewWritableFile(path, o, result, d)
                                           : open<Writable>(path, result);
    }
    IOStatus NewDirectory(const std::string& path, const IOOptions&,
                          std::unique_ptr<rocksdb::FSDirectory>* result, IODebugContext*) override {
        *result = std::make_unique<Directory>(disk_, path);
        return IOStatus::OK();
    }
    IOStatus FileExists(const std::string& path, const IOOptions&, IODebugContext*) override {
        return disk_.find(path) != nullptr ? IOStatus::OK() : IOStatus::NotFound(path);
    }
    IOStatus GetChildren(const std::string& path, const IOOptions&, std::vector<std::string>* names,
                         IODebugContext*) override {
        names->clear();
        const NodePtr folder = disk_.find(path);
        if (folder == nullptr || !folder->folder) {
            return IOStatus::NotFound(path);
        }
        for (const auto& [name, child] : folder->names) {
            names->push_back(name);
        }
        return status(disk_.look(path), path);
    }
    IOStatus DeleteFile(const std::string& path, const IOOptions&, IODebugContext*) override {
        return status(disk_.remove(path), path);
    }
    IOStatus CreateDir(const std::string& path, const IOOptions&, IODebugContext*) override {
        return status(disk_.make_folder(path), path);
    }
    IOStatus CreateDirIfMissing(const std::string& path, const IOOptions&,
                                IODebugContext*) override {
        return disk_.find(path) != nullptr ? IOStatus::OK() : status(disk_.make_folder(path), path);
    }
    IOStatus DeleteDir(const std::string& path, const IOOptions&, IODebugContext*) override {
        return status(disk_.remove(path), path);
    }
    IOStatus GetFileSize(const std::string& path, const IOOptions&, uint64_t* size,
                         IODebugContext*) override {
        const NodePtr file = disk_.find(path);
        if (file == nullptr) {
            return IOStatus::PathNotFound(path);
        }
        *size = file->bytes.size();
        return IOStatus::OK();
    }
    IOStatus GetFileModificationTime(const std::string&, const IOOptions&, uint64_t* time,
                                     IODebugContext*) override {
        *time = 0;
        return IOStatus::OK();
    }
    IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions&,
                        IODebugContext*) override {
        return status(disk_.rename(from, to), to);
    }
    IOStatus LockFile(const std::string&, const IOOptions&, rocksdb::FileLock** lock,
                      IODebugContext*) override {
        *lock = new NoLock;
        return IOStatus::OK();
    }
    IOStatus UnlockFile(rocksdb::FileLock* lock, const IOOptions&, IODebugContext*) override {
        delete lock;
        return IOStatus::OK();
    }
    IOStatus GetTestDirectory(const IOOptions&, std::string* path, IODebugContext*) override {
        *path = "/test";
        return IOStatus::OK();
    }
    IOStatus NewLogger(const std::string&, const IOOptions&, std::shared_ptr<rocksdb::Logger>*,
                       IODebugContext*) override {
        return IOStatus::NotSupported("no diary");
    }
    IOStatus GetAbsolutePath(const std::string& path, const IOOptions&, std::string* absolute,
                             IODebugContext*) override {
        *absolute = path;
        return IOStatus::OK();
    }
    IOStatus IsDirectory(const std::string& path, const IOOptions&, bool* is,
                         IODebugContext*) override {
        const NodePtr node = disk_.find(path);
        *is = node != nullptr && node->folder;
        return IOStatus::OK();
    }

  private:
    template <class File, class Result>
    IOStatus open(const std::string& path, Result* result) {
        NodePtr file = disk_.find(path);
        if (file == nullptr || file->folder) {
            return IOStatus::PathNotFound(path);
        }
        if (auto done = disk_.look(path); !done) {
            return status(done, path);
        }
        *result = std::make_unique<File>(Open{&disk_, std::move(file), path});
        return IOStatus::OK();
    }

    SimDisk& disk_;
};

}  // namespace

std::shared_ptr<rocksdb::FileSystem> file_system_on(SimDisk& disk) {
    return std::make_shared<SimFileSystem>(disk);
}

}  // namespace hubward::test
