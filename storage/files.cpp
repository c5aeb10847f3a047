// SPDX-License-Identifier: Apache-2.0
#include "storage/files.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <thread>
#include <vector>

#include "matcher/kill_point.hpp"
#include "storage/disk.hpp"

namespace hubward::storage {

using matcher::kill_point;

FileHandle& FileHandle::operator=(FileHandle&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
}

FileHandle::~FileHandle() {
    if (fd_ >= 0) {
        ::close(fd_);
    }
}

std::string system_reason(std::string_view doing, const std::filesystem::path& path) {
    const int why = errno;
    return std::string("cannot ")
        .append(doing)
        .append(" ")
        .append(path.string())
        .append(": ")
        .append(std::strerror(why));  // NOLINT(concurrency-mt-unsafe): glibc's is per thread
}

std::expected<std::string, std::string> read_file(const std::filesystem::path& path) {
    const FileHandle file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) {
        return std::unexpected(system_reason("open", path));
    }
    struct stat info{};
    if (::fstat(file.fd(), &info) != 0) {
        return std::unexpected(system_reason("look at", path));
    }
    std::string content;
    bool failed = false;
    // Without filling it with zeros first: a snapshot has hundreds of megabytes.
    content.resize_and_overwrite(static_cast<std::size_t>(info.st_size), [&](char* to, std::size_t size) {
        std::size_t filled = 0;
        while (filled < size) {
            const ssize_t got = ::read(file.fd(), to + filled, size - filled);
            if (got < 0 && errno == EINTR) {
                continue;
            }
            failed = got < 0;
            if (got <= 0) {
                break;
            }
            filled += static_cast<std::size_t>(got);
        }
        return filled;
    });
    if (failed) {
        return std::unexpected(system_reason("read", path));
    }
    return content;
}

std::expected<void, std::string> write_all(int fd, std::string_view content,
                                           const std::filesystem::path& path) {
    while (!content.empty()) {
        const ssize_t written = ::write(fd, content.data(), content.size());
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            return std::unexpected(system_reason("write", path));
        }
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

std::expected<void, std::string> sync_folder(const std::filesystem::path& folder) {
    const FileHandle handle(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!handle) {
        return std::unexpected(system_reason("open", folder));
    }
    if (::fsync(handle.fd()) != 0) {
        return std::unexpected(system_reason("sync", folder));
    }
    return {};
}

std::expected<void, std::string> write_file_atomically(const std::filesystem::path& path,
                                                       std::string_view content, unsigned mode,
                                                       Disk& disk) {
    std::filesystem::path temporary = path;
    temporary += ".new";
    auto done = [&]() -> Disk::Done {
        const auto file = disk.create(temporary, mode);
        if (!file) {
            return std::unexpected(file.error());
        }
        kill_point("file.created", path.native());
        auto written = (*file)->write(content);
        kill_point("file.written", path.native());
        return written ? (*file)->sync() : written;
    }();
    if (done) {
        kill_point("file.synced", path.native());
        done = disk.rename(temporary, path);
    }
    if (!done) {
        (void)disk.remove(temporary);
        return done;
    }
    kill_point("file.renamed", path.native());
    done = disk.sync_folder(path.has_parent_path() ? path.parent_path() : ".");
    kill_point("file.durable", path.native());
    return done;
}

std::expected<void, std::string> keep_name(const std::filesystem::path& path, Disk& disk) {
    return disk.sync_folder(path.has_parent_path() ? path.parent_path() : ".");
}

std::expected<void, std::string> make_folders_durably(const std::filesystem::path& folder,
                                                      Disk& disk) {
    std::filesystem::path upto;
    for (const std::filesystem::path& part : std::filesystem::absolute(folder)) {
        upto /= part;
        if (part.empty()) {
            continue;
        }
        const bool existed = disk.exists(upto);
        if (auto made = disk.make_folders(upto); !made) {
            return made;
        }
        kill_point("folder.made");
        if (auto synced = disk.sync_folder(upto.parent_path()); !synced && !existed) {
            return synced;
        }
    }
    return {};
}

std::expected<std::uint64_t, std::string> copy_file_durably(const std::filesystem::path& from,
                                                            const std::filesystem::path& to, Disk& disk) {
    const FileHandle in(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
    if (!in) {
        return std::unexpected(system_reason("open", from));
    }
    const auto out = disk.create(to, 0640);
    if (!out) {
        return std::unexpected(out.error());
    }
    std::vector<char> page(1 << 20);
    std::uint64_t total = 0;
    while (true) {
        const ssize_t got = ::read(in.fd(), page.data(), page.size());
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return std::unexpected(system_reason("read", from));
        }
        if (got == 0) {
            break;
        }
        if (auto written = (*out)->write({page.data(), static_cast<std::size_t>(got)}); !written) {
            return std::unexpected(written.error());
        }
        total += static_cast<std::uint64_t>(got);
    }
    if (auto synced = (*out)->sync(); !synced) {
        return std::unexpected(synced.error());
    }
    return total;
}

std::expected<std::optional<FileHandle>, std::string> lock_file(const std::filesystem::path& path) {
    FileHandle file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640));
    if (!file) {
        return std::unexpected(system_reason("open", path));
    }
    if (::flock(file.fd(), LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) {
            return std::optional<FileHandle>();
        }
        return std::unexpected(system_reason("lock", path));
    }
    return std::optional<FileHandle>(std::move(file));
}

std::expected<FileHandle, std::string> take_turn_at(const std::filesystem::path& path, Disk& disk) {
    std::filesystem::path lock = path;
    lock += ".lock";
    constexpr std::chrono::milliseconds look_again{5};
    for (auto waited = look_again * 0;; waited += look_again) {
        auto taken = disk.lock(lock);
        if (!taken) {
            return std::unexpected(taken.error());
        }
        if (*taken) {
            return std::move(**taken);
        }
        if (waited >= turn_wait_max) {
            return std::unexpected("cannot change " + path.string() + ": another process holds " + lock.string());
        }
        std::this_thread::sleep_for(look_again);
    }
}

}  // namespace hubward::storage
