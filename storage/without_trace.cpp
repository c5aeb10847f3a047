// SPDX-License-Identifier: Apache-2.0
#include "storage/without_trace.hpp"

namespace hubward::storage {

namespace fs = std::filesystem;

namespace {

fs::path with(const fs::path& path, std::string_view ending) {
    fs::path name = path;
    name += ending;
    return name;
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

// What an interrupted replacement left of the file: zeros, unless it is a second name of the one that counts.
Disk::Done take_away(const fs::path& left, const fs::path& path, Disk& disk) {
    if (disk.exists(path)) {
        const auto same = disk.same_file(left, path);
        if (!same) {
            return std::unexpected(same.error());
        }
        if (*same) {
            return disk.remove(left);
        }
    }
    const auto done = overwrite_with_zeros(left, disk);
    return done ? disk.remove(left) : done;
}

// As write_file_atomically(), which would take a draft away that it could not finish, and leave its blocks as they are.
Disk::Done put_in_place(const fs::path& path, std::string_view content, unsigned mode, Disk& disk) {
    const fs::path draft = with(path, unfinished);
    const auto written = [&]() -> Disk::Done {
        const auto file = disk.create(draft, mode);
        if (!file) {
            return std::unexpected(file.error());
        }
        const auto done = (*file)->write(content);
        return done ? (*file)->sync() : done;
    }();
    const auto done = written ? disk.rename(draft, path) : written;
    if (!done) {
        if (disk.exists(draft)) {
            (void)take_away(draft, path, disk);  // what cannot be cleared now is cleared by whoever comes next
        }
        return done;
    }
    return disk.sync_folder(path.parent_path());
}

}  // namespace

std::expected<void, std::string> clear_replaced(const fs::path& path, Disk& disk) {
    const fs::path old = with(path, replaced);
    const fs::path draft = with(path, unfinished);
    const bool has_old = disk.exists(old) && disk.exists(path);
    const bool has_draft = disk.exists(draft);
    if (!has_old && !has_draft) {
        return {};
    }
    // Who was interrupted may not have got as far as making the new file's name safe. Were it lost in a power cut, the
    // old one would have the name again, and must not be zeros then.
    auto done = disk.sync_folder(path.parent_path());
    if (done && has_draft) {
        done = take_away(draft, path, disk);
    }
    if (done && has_old) {
        done = take_away(old, path, disk);
    }
    return done ? disk.sync_folder(path.parent_path()) : done;
}

std::expected<void, std::string> replace_without_trace(const fs::path& path, std::string_view content, unsigned mode,
                                                       Disk& disk) {
    auto done = clear_replaced(path, disk);
    if (done) {
        done = disk.link(path, with(path, replaced));
    }
    // Its name is safe before it is the only one.
    if (done) {
        done = disk.sync_folder(path.parent_path());
    }
    if (done) {
        done = put_in_place(path, content, mode, disk);
    }
    return done ? clear_replaced(path, disk) : done;
}

}  // namespace hubward::storage
