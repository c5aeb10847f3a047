// SPDX-License-Identifier: Apache-2.0
//
// A copy of the folder while it is in use, and the way back.
//
// The order makes the copy whole: first the journal as it stands (a checkpoint), then the keyring,
// which holds every key of that journal because keys are synced before they are used, then the
// newest snapshot that is not ahead of it, then who is sent events and how far each has got: not behind the
// copied journal, so nothing of it is sent twice after a restore. Both ways work under another name and rename at the end,
// so a folder with the right name is complete; every name in it is synced before it gets that name.
#include <algorithm>

#include "matcher/kill_point.hpp"
#include "storage/disk.hpp"
#include "storage/folder_store.hpp"
#include "storage/manifest.hpp"
#include "storage/snapshot.hpp"
#include "storage/upkeep.hpp"
#include "storage/without_trace.hpp"

namespace hubward::storage {

namespace fs = std::filesystem;
using matcher::kill_point;

namespace {

std::unexpected<StoreFailure> failure(StoreError why, std::string text) {
    return std::unexpected(StoreFailure{why, std::move(text)});
}
std::unexpected<StoreFailure> io(std::string text) {
    return failure(StoreError::io, std::move(text));
}

fs::path with_suffix(fs::path path, const char* suffix) {
    if (!path.has_filename()) {
        path = path.parent_path();  // "backup/" names the folder "backup"
    }
    path += suffix;
    return path;
}

// Removes a half-made folder unless it was finished.
class Unfinished {
  public:
    explicit Unfinished(fs::path path) : path_(std::move(path)) { remove(); }
    ~Unfinished() { remove(); }
    Unfinished(const Unfinished&) = delete;
    Unfinished& operator=(const Unfinished&) = delete;
    const fs::path& path() const { return path_; }

  private:
    void remove() const {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    fs::path path_;
};

// A copy under way: where to, and how far it is.
struct Copy {
    Disk& disk;
    const KeepOn& keep_on;
    std::uint64_t of = 0;
    std::uint64_t done = 0;

    bool is_broken_off() const { return keep_on && !keep_on(std::min(done, of), of); }
};

// Copies every file of one folder, without the folders in it.
std::expected<void, std::string> copy_files(const fs::path& from, const fs::path& to, Copy& copy) {
    if (auto made = copy.disk.make_folders(to); !made) {
        return made;
    }
    std::error_code failed;
    for (fs::directory_iterator it(from, failed), end; !failed && it != end; it.increment(failed)) {
        std::error_code unknown;  // a file that is gone already is passed over below
        if (!it->is_regular_file(unknown) || it->path().extension() == ".new" || it->path().extension() == replaced) {
            if (unknown && unknown != std::errc::no_such_file_or_directory) {
                return std::unexpected("cannot read " + it->path().string());
            }
            continue;
        }
        const auto copied = copy_file_durably(it->path(), to / it->path().filename(), copy.disk);
        if (!copied) {
            std::error_code gone;
            if (!fs::exists(it->path(), gone)) {
                continue;  // the attempts of a target that was deleted meanwhile
            }
            return std::unexpected(copied.error());
        }
        copy.done += *copied;
        kill_point("backup.copied");
        if (copy.is_broken_off()) {
            return std::unexpected("the copy was broken off; take the backup again");
        }
    }
    if (failed) {
        return std::unexpected("cannot list " + from.string() + ": " + failed.message());
    }
    return copy.disk.sync_folder(to);
}

std::uint64_t bytes_below(const fs::path& folder) {
    std::uint64_t total = 0;
    std::error_code failed;
    for (fs::directory_iterator it(folder, failed), end; !failed && it != end;
         it.increment(failed)) {
        std::error_code gone;
        const auto size = it->file_size(gone);
        total += gone ? 0 : size;
    }
    return total;
}

// Where the copied journal ends.
std::expected<JournalEnd, StoreFailure> end_of(const fs::path& db) {
    JournalOptions options;
    options.folder = db;
    options.read_only = true;
    const auto opened = RocksJournal::open(options);
    if (!opened) {
        return failure(StoreError::corrupt, "the copy does not open: " + opened.error().text);
    }
    return (*opened)->end();
}

std::expected<void, std::string> put_in_place(const fs::path& from, const fs::path& to, Disk& disk) {
    auto done = disk.sync_folder(from);
    if (done) {
        done = disk.rename(from, to);
    }
    return done ? disk.sync_folder(fs::absolute(from).parent_path()) : done;
}

}  // namespace

std::expected<BackupReport, StoreFailure> backup(Store& store, const fs::path& target,
                                                 const KeepOn& keep_on, Disk& disk) {
    auto* folder = dynamic_cast<FolderStore*>(&store);
    if (folder == nullptr) {
        return io("this store has no folder to copy");
    }
    std::error_code failed;
    if (fs::exists(target, failed)) {
        return io(target.string() + " exists; name a new folder");
    }
    const FolderLayout from = folder->layout();
    const Unfinished still(from.checkpoint());
    if (auto made = folder->rocks().checkpoint(still.path()); !made) {
        return io("cannot take a checkpoint: " + made.error());
    }
    const Unfinished making(with_suffix(target, ".partial"));
    const FolderLayout to{making.path()};
    if (auto made = make_folders_durably(to.root, disk); !made) {
        return io(made.error());
    }
    Copy copy{.disk = disk, .keep_on = keep_on};
    copy.of = bytes_below(still.path()) + bytes_below(from.keyring()) + bytes_below(from.outbound());
    if (auto copied = copy_files(still.path(), to.db(), copy); !copied) {
        return io(copied.error());
    }
    {
        const auto held = folder->keyring().hold_still();
        if (auto copied = copy_files(from.keyring(), to.keyring(), copy); !copied) {
            return io(copied.error());
        }
    }
    const auto end = end_of(to.db());
    if (!end) {
        return std::unexpected(end.error());
    }
    for (const SnapshotFile& snapshot : list_snapshots(from.snapshots())) {
        if (snapshot.number <= end->number) {
            // Without it the journal is folded from its first event: slower, and just as right.
            if (disk.make_folders(to.snapshots())) {
                (void)copy_file_durably(snapshot.path, to.snapshots() / snapshot.path.filename(), disk);
            }
            // But the manifest will name it, if it is there now.
            if (auto synced = disk.sync_folder(to.snapshots()); !synced) {
                return io(synced.error());
            }
            break;
        }
    }
    // A line that is being written is torn in the copy, and read as after a power cut. Where the disk does not say
    // whether there is such a folder, listing it says why: without it the copy would not be whole.
    if (fs::exists(from.outbound(), failed) || failed) {
        if (auto copied = copy_files(from.outbound(), to.outbound(), copy); !copied) {
            return io(copied.error());
        }
    }
    if (auto marked = write_high_water(to.high_water(), {end->number, end->chain_head}, disk); !marked) {
        return io(marked.error());
    }
    kill_point("backup.marked");
    const auto manifest = list_files(to.root, end->number, [&] { return !copy.is_broken_off(); });
    if (!manifest) {
        return io(manifest.error());
    }
    auto written = write_file_atomically(to.root / manifest_name, to_text(*manifest), 0640, disk);
    if (written) {
        written = put_in_place(to.root, target, disk);
    }
    if (!written) {
        return io(written.error());
    }
    kill_point("backup.named");
    return BackupReport{end->number, manifest->bytes()};
}

std::expected<BackupReport, StoreFailure> restore(const fs::path& backup, const fs::path& folder,
                                                  const Progress& progress, Disk& disk) {
    std::error_code failed;
    if (fs::exists(folder, failed) && !fs::is_empty(folder, failed)) {
        return io(folder.string() + " is not empty; name a new folder");
    }
    const auto text = read_file(backup / manifest_name);
    if (!text) {
        return failure(StoreError::missing, text.error());
    }
    const auto manifest = parse_manifest(*text);
    if (!manifest) {
        return failure(StoreError::corrupt, backup.string() + ": " + manifest.error());
    }
    const Unfinished making(with_suffix(folder, ".partial"));
    if (auto made = make_folders_durably(making.path(), disk); !made) {
        return io(made.error());
    }
    std::uint64_t done = 0;
    for (const Manifest::File& file : manifest->files) {
        const fs::path to = making.path() / file.path;
        if (auto made = disk.make_folders(to.parent_path()); !made) {
            return io(made.error());
        }
        const auto copied = copy_file_durably(backup / file.path, to, disk);
        if (!copied) {
            // A file that is gone makes this no backup; one that cannot be copied now may be whole.
            return failure(fs::exists(backup / file.path, failed) || failed ? StoreError::io : StoreError::corrupt,
                           copied.error());
        }
        const auto digest = blake2b_of_file(to);
        if (!digest || *copied != file.bytes || hex(view(*digest)) != file.digest) {
            return failure(StoreError::corrupt,
                           (backup / file.path).string() + " is damaged; use another backup");
        }
        if (auto synced = disk.sync_folder(to.parent_path()); !synced) {
            return io(synced.error());
        }
        done += *copied;
        kill_point("restore.copied");
        if (progress) {
            progress(done, manifest->bytes());
        }
    }
    {
        // Nobody can tell from here whether events were acknowledged after the backup was taken, so
        // the history counts as another one and every feed client begins anew.
        JournalOptions options;
        options.folder = making.path() / "db";
        options.create = false;
        const auto journal = RocksJournal::open(options);
        if (!journal) {
            return failure(StoreError::corrupt, journal.error().text);
        }
        if ((*journal)->end().number != manifest->number || !(*journal)->renew_epoch()) {
            return failure(StoreError::corrupt,
                           backup.string() + " does not end where its manifest says");
        }
    }
    kill_point("restore.whole");
    fs::remove(folder, failed);  // an empty one
    if (auto placed = put_in_place(making.path(), folder, disk); !placed) {
        return io(placed.error());
    }
    kill_point("restore.named");
    return BackupReport{manifest->number, manifest->bytes()};
}

}  // namespace hubward::storage
