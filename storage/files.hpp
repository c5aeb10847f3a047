// SPDX-License-Identifier: Apache-2.0
//
// Files that survive a power cut, and the lock on a folder. Blocking; any thread. Errors are texts
// that name the file and the system's reason.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace hubward::storage {

class Disk;
// The disk that the kernel shows us.
Disk& kernel_disk();

// An open file descriptor, closed at the end.
class FileHandle {
  public:
    FileHandle() = default;
    explicit FileHandle(int fd) : fd_(fd) {}
    FileHandle(FileHandle&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
    FileHandle& operator=(FileHandle&& other) noexcept;
    ~FileHandle();

    explicit operator bool() const { return fd_ >= 0; }
    int fd() const { return fd_; }

  private:
    int fd_ = -1;
};

std::string system_reason(std::string_view doing, const std::filesystem::path& path);

std::expected<std::string, std::string> read_file(const std::filesystem::path& path);

// The file holds either its old content or all of the new one, whatever happens: written beside it,
// synced, renamed over it, folder synced. mode as of open(2).
std::expected<void, std::string> write_file_atomically(const std::filesystem::path& path,
                                                       std::string_view content,
                                                       unsigned mode = 0640,
                                                       Disk& disk = kernel_disk());
std::expected<void, std::string> write_all(int fd, std::string_view content,
                                           const std::filesystem::path& path);
// Makes names in this folder durable.
std::expected<void, std::string> sync_folder(const std::filesystem::path& folder);
// Makes the name of this file durable: the sync of the folder that it stands in.
std::expected<void, std::string> keep_name(const std::filesystem::path& path, Disk& disk = kernel_disk());
// Makes the folder and all above it that are missing; each is durable when it returns, also one
// that an earlier try made and was killed before its sync. What may not be opened was not ours.
std::expected<void, std::string> make_folders_durably(const std::filesystem::path& folder,
                                                      Disk& disk = kernel_disk());
// Copies and syncs one file of the kernel's disk; returns its size.
std::expected<std::uint64_t, std::string> copy_file_durably(const std::filesystem::path& from,
                                                            const std::filesystem::path& to,
                                                            Disk& disk = kernel_disk());

// Taken for the life of the object; nothing when another process holds it. The kernel gives it back
// when the process ends, however it ends.
std::expected<std::optional<FileHandle>, std::string> lock_file(const std::filesystem::path& path);

// The lock of a file that several processes read, change and replace in turn: "<file>.lock" beside it, for the
// file itself gets a new name each time. Whoever holds it writes a few lines and two syncs; one that is not
// given back in time fails the change that waits, and the text names it.
inline constexpr std::chrono::seconds turn_wait_max{2};
std::expected<FileHandle, std::string> take_turn_at(const std::filesystem::path& path,
                                                    Disk& disk = kernel_disk());

}  // namespace hubward::storage
