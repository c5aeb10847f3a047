// SPDX-License-Identifier: Apache-2.0
//
// The kernel's disk; a test overrides the steps that it wants to see or to fail.
#pragma once

#include "storage/disk.hpp"

namespace hubward::storage::testing {

class WrappedDisk : public Disk {
  public:
    bool exists(const Path& path) override { return disk_.exists(path); }
    std::expected<std::string, std::string> read(const Path& path) override { return disk_.read(path); }
    std::expected<std::string, std::string> read_part(const Path& path, std::uint64_t offset,
                                                      std::size_t bytes) override {
        return disk_.read_part(path, offset, bytes);
    }
    std::expected<std::vector<std::string>, std::string> files_in(const Path& folder) override {
        return disk_.files_in(folder);
    }
    std::expected<std::unique_ptr<Output>, std::string> create(const Path& path, unsigned mode) override {
        return disk_.create(path, mode);
    }
    std::expected<std::unique_ptr<Output>, std::string> overwrite(const Path& path,
                                                                  std::uint64_t offset) override {
        return disk_.overwrite(path, offset);
    }
    Done rename(const Path& from, const Path& to) override { return disk_.rename(from, to); }
    Done link(const Path& file, const Path& name) override { return disk_.link(file, name); }
    std::expected<bool, std::string> same_file(const Path& one, const Path& other) override {
        return disk_.same_file(one, other);
    }
    Done remove(const Path& path) override { return disk_.remove(path); }
    Done remove_all(const Path& folder) override { return disk_.remove_all(folder); }
    Done make_folders(const Path& folder) override { return disk_.make_folders(folder); }
    Done sync_folder(const Path& folder) override { return disk_.sync_folder(folder); }
    std::expected<std::optional<FileHandle>, std::string> lock(const Path& path) override {
        return disk_.lock(path);
    }

  private:
    Disk& disk_ = kernel_disk();
};

}  // namespace hubward::storage::testing
