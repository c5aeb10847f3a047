// SPDX-License-Identifier: Apache-2.0
#include "storage/without_trace.hpp"

#include "storage/files.hpp"

namespace hubward::storage {

namespace fs = std::filesystem;

namespace {

fs::path old_name_of(const fs::path& path) {
    fs::path old = path;
    old += replaced;
    return old;
}

Disk::Done overwrite_with_zeros(const fs::path& path, Disk& disk) {
    const auto content = disk.read(path);
    if (!content) {
        return std::unexpected(content.error());
    }
    const auto file = disk.overwrite(path, 0);
    if (!file) {
        return std::unexpected(file.error());
    }
    const auto written = (*file)->write(std::string(content->size(), '\0'));
    return written ? (*file)->sync() : written;
}

}  // namespace

std::expected<void, std::string> clear_replaced(const fs::path& path, Disk& disk) {
    const fs::path old = old_name_of(path);
    if (!disk.exists(old) || !disk.exists(path)) {
        return {};
    }
    // Who was interrupted before the new file had the name left a second name of the one that counts.
    const auto same = disk.same_file(old, path);
    if (!same) {
        return std::unexpected(same.error());
    }
    // Who was interrupted may not have got as far as making the new file's name safe. Were it lost in a power cut, the
    // old one would have the name again, and must not be zeros then.
    auto done = *same ? Disk::Done() : disk.sync_folder(path.parent_path());
    if (done && !*same) {
        done = overwrite_with_zeros(old, disk);
    }
    if (done) {
        done = disk.remove(old);
    }
    return done ? disk.sync_folder(path.parent_path()) : done;
}

std::expected<void, std::string> replace_without_trace(const fs::path& path, std::string_view content, unsigned mode,
                                                       Disk& disk) {
    auto done = clear_replaced(path, disk);
    if (done) {
        done = disk.link(path, old_name_of(path));
    }
    // Its name is safe before it is the only one.
    if (done) {
        done = disk.sync_folder(path.parent_path());
    }
    if (done) {
        done = write_file_atomically(path, content, mode, disk);
    }
    return done ? clear_replaced(path, disk) : done;
}

}  // namespace hubward::storage
