// SPDX-License-Identifier: Apache-2.0
//
// The port to the files of a data folder, in the small steps in which a disk can fail: nothing here
// is durable before its sync, and no name before the sync of its folder. What is built of these
// steps (files.hpp) is therefore the same code on the kernel's disk and on a simulated one, which
// forgets what was not synced. The database has a port of its own, rocksdb::Env.
//
// Blocking; any thread. Errors are texts that name the file and the system's reason.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/files.hpp"

namespace hubward::storage {

class Disk {
  public:
    using Path = std::filesystem::path;
    using Done = std::expected<void, std::string>;

    // A file open for writing, one byte after the other. Closed at the end of the object.
    class Output {
      public:
        virtual ~Output() = default;
        virtual Done write(std::string_view bytes) = 0;
        // The file ends where the next byte would have been written. Needs no room.
        virtual Done end_here() = 0;
        virtual Done sync() = 0;
    };

    virtual ~Disk() = default;

    // True, too, where the disk does not say: whoever then reads hears why, and nothing is made anew in its place.
    virtual bool exists(const Path& path) = 0;
    virtual std::expected<std::string, std::string> read(const Path& path) = 0;
    // Less than `bytes` when the file ends before.
    virtual std::expected<std::string, std::string> read_part(const Path& path,
                                                              std::uint64_t offset,
                                                              std::size_t bytes) = 0;
    // Names of the files in a folder, in no order.
    virtual std::expected<std::vector<std::string>, std::string> files_in(const Path& folder) = 0;

    // Empty, in place of whatever had the name.
    virtual std::expected<std::unique_ptr<Output>, std::string> create(const Path& path,
                                                                       unsigned mode) = 0;
    // The bytes of a file that exists, from `offset` on; it stays this file when its name goes to another.
    virtual std::expected<std::unique_ptr<Output>, std::string> overwrite(const Path& path,
                                                                          std::uint64_t offset) = 0;
    virtual Done rename(const Path& from, const Path& to) = 0;
    // One more name for a file that exists; `name` must be free.
    virtual Done link(const Path& file, const Path& name) = 0;
    // Two names for one file. Both must exist.
    virtual std::expected<bool, std::string> same_file(const Path& one, const Path& other) = 0;
    virtual Done remove(const Path& path) = 0;  // a file; none there is no fault
    virtual Done remove_all(const Path& folder) = 0;
    virtual Done make_folders(const Path& folder) = 0;
    // Makes names in this folder durable.
    virtual Done sync_folder(const Path& folder) = 0;
    // Taken for the life of the handle; nothing when another process holds it.
    virtual std::expected<std::optional<FileHandle>, std::string> lock(const Path& path) = 0;
};

}  // namespace hubward::storage
