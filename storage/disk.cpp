// SPDX-License-Identifier: Apache-2.0
//
// The kernel's disk.
#include "storage/disk.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

namespace hubward::storage {

namespace fs = std::filesystem;

namespace {

class KernelOutput final : public Disk::Output {
  public:
    KernelOutput(FileHandle file, fs::path path) : file_(std::move(file)), path_(std::move(path)) {}
    Disk::Done write(std::string_view bytes) override {
        return write_all(file_.fd(), bytes, path_);
    }
    Disk::Done end_here() override {
        const off_t at = ::lseek(file_.fd(), 0, SEEK_CUR);
        if (at < 0 || ::ftruncate(file_.fd(), at) != 0) {
            return std::unexpected(system_reason("cut", path_));
        }
        return {};
    }
    Disk::Done sync() override {
        if (::fsync(file_.fd()) != 0) {
            return std::unexpected(system_reason("sync", path_));
        }
        return {};
    }

  private:
    FileHandle file_;
    fs::path path_;
};

class KernelDisk final : public Disk {
  public:
    bool exists(const Path& path) override {
        std::error_code failed;
        return fs::exists(path, failed) || failed;
    }
    std::expected<std::string, std::string> read(const Path& path) override {
        return read_file(path);
    }
    std::expected<std::string, std::string> read_part(const Path& path, std::uint64_t offset,
                                                      std::size_t bytes) override {
        const FileHandle file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
        if (!file) {
            return std::unexpected(system_reason("open", path));
        }
        std::string part(bytes, '\0');
        const ssize_t got =
            ::pread(file.fd(), part.data(), part.size(), static_cast<off_t>(offset));
        if (got < 0) {
            return std::unexpected(system_reason("read", path));
        }
        part.resize(static_cast<std::size_t>(got));
        return part;
    }
    std::expected<std::vector<std::string>, std::string> files_in(const Path& folder) override {
        std::vector<std::string> names;
        std::error_code failed;
        for (fs::directory_iterator it(folder, failed), end; !failed && it != end;
             it.increment(failed)) {
            std::error_code gone;
            if (it->is_regular_file(gone)) {
                names.push_back(it->path().filename().string());
            }
        }
        if (failed) {
            return std::unexpected("cannot list " + folder.string() + ": " + failed.message());
        }
        return names;
    }

    std::expected<std::unique_ptr<Output>, std::string> create(const Path& path,
                                                               unsigned mode) override {
        return opened("create", path, O_WRONLY | O_CREAT | O_TRUNC, mode);
    }
    std::expected<std::unique_ptr<Output>, std::string> overwrite(const Path& path,
                                                                  std::uint64_t offset) override {
        return opened("open", path, O_WRONLY, 0, offset);
    }
    Done rename(const Path& from, const Path& to) override {
        if (::rename(from.c_str(), to.c_str()) != 0) {
            return std::unexpected(system_reason("replace", to));
        }
        return {};
    }
    Done link(const Path& file, const Path& name) override {
        if (::link(file.c_str(), name.c_str()) != 0) {
            return std::unexpected(system_reason("link", name));
        }
        return {};
    }
    std::expected<bool, std::string> same_file(const Path& one, const Path& other) override {
        struct stat first {};
        struct stat second {};
        if (::stat(one.c_str(), &first) != 0) {
            return std::unexpected(system_reason("look at", one));
        }
        if (::stat(other.c_str(), &second) != 0) {
            return std::unexpected(system_reason("look at", other));
        }
        return first.st_dev == second.st_dev && first.st_ino == second.st_ino;
    }
    Done remove(const Path& path) override {
        if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
            return std::unexpected(system_reason("remove", path));
        }
        return {};
    }
    Done remove_all(const Path& folder) override {
        std::error_code failed;
        fs::remove_all(folder, failed);
        return said("remove", folder, failed);
    }
    Done make_folders(const Path& folder) override {
        std::error_code failed;
        fs::create_directories(folder, failed);
        return said("create", folder, failed);
    }
    Done sync_folder(const Path& folder) override { return storage::sync_folder(folder); }
    std::expected<std::optional<FileHandle>, std::string> lock(const Path& path) override {
        return lock_file(path);
    }

  private:
    static Done said(const char* doing, const Path& path, const std::error_code& failed) {
        if (failed) {
            return std::unexpected(std::string("cannot ") + doing + " " + path.string() + ": " +
                                   failed.message());
        }
        return {};
    }
    static std::expected<std::unique_ptr<Output>, std::string> opened(const char* doing,
                                                                      const Path& path, int flags,
                                                                      unsigned mode,
                                                                      std::uint64_t offset = 0) {
        FileHandle file(::open(path.c_str(), flags | O_CLOEXEC, mode));
        if (!file || ::lseek(file.fd(), static_cast<off_t>(offset), SEEK_SET) < 0) {
            return std::unexpected(system_reason(doing, path));
        }
        return std::make_unique<KernelOutput>(std::move(file), path);
    }
};

}  // namespace

Disk& kernel_disk() {
    static KernelDisk disk;  // has no state
    return disk;
}

}  // namespace hubward::storage
