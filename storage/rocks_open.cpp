// SPDX-License-Identifier: Apache-2.0
#include "storage/rocks_open.hpp"

#include <rocksdb/env.h>
#include <rocksdb/listener.h>
#include <sodium.h>

#include <charconv>
#include <utility>

#include "matcher/kill_point.hpp"
#include "storage/disk.hpp"
#include "storage/rocks_options.hpp"
#include "storage/torn_tail.hpp"

namespace hubward::storage {

namespace fs = std::filesystem;
using Why = OpenFailure::Why;

namespace {

Disk& disk_of(const JournalOptions& options) {
    return options.disk != nullptr ? *options.disk : kernel_disk();
}

std::unexpected<OpenFailure> failure(Why why, std::string text) {
    return std::unexpected(OpenFailure{why, std::move(text)});
}

// RocksDB has no code for it, only how its text begins. The rest of the text is a path, which may hold any word.
bool held_by_another(const rocksdb::Status& status) {
    const std::string_view said = status.getState() != nullptr ? status.getState() : "";
    return status.IsIOError() &&
           (said.starts_with("While lock file") || said.starts_with("lock hold by current process"));
}

std::unexpected<OpenFailure> failure(const rocksdb::Status& status, const fs::path& folder) {
    const std::string text = folder.string() + ": " + status.ToString();
    if (held_by_another(status)) {
        return failure(Why::locked, text);
    }
    if (status.IsIOError() && !status.IsPathNotFound()) {
        return failure(Why::io, text);
    }
    return failure(Why::corrupt, text +
                                     "; restore a backup (`hubward restore`), and keep this "
                                     "folder for `hubward inspect`");
}

// Keeps `full` true while the database takes nothing for want of room. It looks for room by itself, every five
// seconds; whoever asks whether it may be written to hears of that without having to write first.
class Fullness final : public rocksdb::EventListener {
  public:
    explicit Fullness(std::shared_ptr<std::atomic<bool>> full) : full_(std::move(full)) {}
    void OnBackgroundError(rocksdb::BackgroundErrorReason /*reason*/, rocksdb::Status* error) override {
        if (error->IsNoSpace() && error->severity() >= rocksdb::Status::Severity::kHardError) {
            full_->store(true, std::memory_order_relaxed);
        }
    }
    void OnErrorRecoveryEnd(const rocksdb::BackgroundErrorRecoveryInfo& now) override {
        if (now.new_bg_error.ok()) {
            full_->store(false, std::memory_order_relaxed);
        }
    }

  private:
    std::shared_ptr<std::atomic<bool>> full_;
};

std::expected<OpenDatabase, OpenFailure> open_plain(const JournalOptions& options,
                                                    const fs::path& folder, bool create,
                                                    bool past_torn_tail = false) {
    rocksdb::DBOptions settings = database_options();
    if (past_torn_tail) {
        settings.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
    }
    settings.create_if_missing = create;
    settings.create_missing_column_families = create;
    if (options.env != nullptr) {
        settings.env = options.env;
    }
    if (options.by_hand) {
        settings.max_file_opening_threads = 1;
    }
    // Background work gives way to the threads that people wait for.
    settings.env->LowerThreadPoolCPUPriority(rocksdb::Env::LOW, rocksdb::CpuPriority::kLow)
        .PermitUncheckedError();
    settings.env->LowerThreadPoolCPUPriority(rocksdb::Env::BOTTOM, rocksdb::CpuPriority::kLow)
        .PermitUncheckedError();
    rocksdb::ColumnFamilyOptions of_events = event_family_options();
    if (options.memtable_bytes != 0) {
        of_events.write_buffer_size = options.memtable_bytes;
    }
    const std::vector<rocksdb::ColumnFamilyDescriptor> families = {
        {rocksdb::kDefaultColumnFamilyName, rocksdb::ColumnFamilyOptions()}, {"event", of_events}};
    OpenDatabase opened;
    settings.listeners.push_back(std::make_shared<Fullness>(opened.full));
    rocksdb::DB* db = nullptr;
    const rocksdb::Status status =
        options.read_only
            ? rocksdb::DB::OpenForReadOnly(settings, folder.string(), families, &opened.handles,
                                           &db)
            : rocksdb::DB::Open(settings, folder.string(), families, &opened.handles, &db);
    opened.db.reset(db);
    if (!status.ok()) {
        return failure(status, folder);
    }
    opened.events = opened.handles.at(1);
    return opened;
}

// Made under another name and then renamed: a folder with the right name is complete, and whatever
// is missing from it later was lost and is never quietly made anew.
std::expected<void, OpenFailure> create_database(const JournalOptions& options) {
    fs::path making = options.folder;
    making += ".new";
    Disk& disk = disk_of(options);
    (void)disk.remove_all(making);
    if (auto folder = disk.make_folders(making); !folder) {
        return failure(Why::io, folder.error());
    }
    matcher::kill_point("database.folder-made");
    {
        auto made = open_plain(options, making, true);
        if (!made) {
            return std::unexpected(made.error());
        }
        matcher::kill_point("database.empty");
        rocksdb::WriteOptions synced;
        synced.sync = true;
        auto* meta_family = made->db->DefaultColumnFamily();
        for (const auto& [key, value] :
             {std::pair<const char*, std::string>{meta::format, std::to_string(folder_format)},
              {meta::epoch, fresh_epoch()},
              {meta::term, "0"}}) {
            if (const auto status = made->db->Put(synced, meta_family, key, value); !status.ok()) {
                return failure(status, making);
            }
        }
    }
    matcher::kill_point("database.filled");
    auto named = disk.rename(making, options.folder);
    if (named) {
        matcher::kill_point("database.named");
        named = disk.sync_folder(options.folder.parent_path());
    }
    if (!named) {
        return failure(Why::io, named.error());
    }
    return {};
}

std::expected<std::string, OpenFailure> read_meta(OpenDatabase& opened, const char* key,
                                                  const fs::path& folder) {
    std::string value;
    const auto status = opened.db->Get(rocksdb::ReadOptions(), key, &value);
    if (status.IsNotFound()) {
        return failure(Why::corrupt, folder.string() + ": the key '" + key + "' is missing");
    }
    if (!status.ok()) {
        return failure(status, folder);
    }
    return value;
}

std::expected<std::uint64_t, OpenFailure> read_number(OpenDatabase& opened, const char* key,
                                                      const fs::path& folder) {
    const auto text = read_meta(opened, key, folder);
    if (!text) {
        return std::unexpected(text.error());
    }
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
    if (error != std::errc() || end != text->data() + text->size()) {
        return failure(Why::corrupt, folder.string() + ": the key '" + key + "' holds no number");
    }
    return number;
}

std::expected<JournalEnd, OpenFailure> read_end(OpenDatabase& opened, const fs::path& folder) {
    const std::unique_ptr<rocksdb::Iterator> it(
        opened.db->NewIterator(rocksdb::ReadOptions(), opened.events));
    it->SeekToLast();
    if (!it->status().ok()) {
        return failure(it->status(), folder);
    }
    if (!it->Valid()) {
        return JournalEnd{};
    }
    const auto head = decode_head({it->value().data(), it->value().size()});
    if (!head) {
        const bool new_one = head.error() == RecordError::unknown_version;
        return failure(new_one ? Why::too_new : Why::corrupt,
                       folder.string() + ": the newest record is unreadable, " +
                           std::string(text(head.error())));
    }
    if (it->key() != rocksdb::Slice(record_key(head->first))) {
        return failure(Why::corrupt, folder.string() + ": the newest record is out of place");
    }
    return JournalEnd{head->last(), head->own};
}

}  // namespace

OpenDatabase::~OpenDatabase() {
    if (db != nullptr) {
        for (rocksdb::ColumnFamilyHandle* handle : handles) {
            db->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
        }
        db->Close().PermitUncheckedError();
    }
}

std::expected<OpenDatabase, OpenFailure> open_database(const JournalOptions& options) {
    if (!disk_of(options).exists(options.folder)) {
        if (!options.create || options.read_only) {
            return failure(Why::missing, options.folder.string() + " does not exist");
        }
        if (auto made = create_database(options); !made) {
            return std::unexpected(made.error());
        }
    }
    auto opened = open_plain(options, options.folder, false);
    if (!opened && opened.error().why == Why::corrupt && !options.read_only) {
        const auto cut = cut_torn_tails(options.folder, disk_of(options));
        if (!cut) {
            // It may be no damage at all: nobody is sent for a backup over a disk that is full.
            return failure(Why::io, cut.error());
        }
        if (*cut) {
            opened = open_plain(options, options.folder, false);
        }
    }
    if (!opened && opened.error().why == Why::corrupt && options.read_only &&
        last_write_is_torn(options.folder, disk_of(options))) {
        opened = open_plain(options, options.folder, false, true);
    }
    if (!opened) {
        return opened;
    }
    const auto format = read_number(*opened, meta::format, options.folder);
    if (!format) {
        return std::unexpected(format.error());
    }
    if (*format > folder_format) {
        return failure(Why::too_new, options.folder.string() + " has format " +
                                         std::to_string(*format) + ", this Hubward reads up to " +
                                         std::to_string(folder_format));
    }
    const auto epoch = read_meta(*opened, meta::epoch, options.folder);
    const auto term = read_number(*opened, meta::term, options.folder);
    const auto end = read_end(*opened, options.folder);
    if (!epoch || !term || !end) {
        return std::unexpected(!epoch ? epoch.error() : !term ? term.error() : end.error());
    }
    opened->epoch = *epoch;
    opened->term = *term;
    opened->end = *end;
    return opened;
}

std::string record_key(matcher::Sequence number) {
    std::string key(8, '\0');
    for (std::size_t i = 0; i < 8; ++i) {
        key[7 - i] = static_cast<char>(static_cast<unsigned char>(number >> (8 * i)));
    }
    return key;
}

std::string fresh_epoch() {
    need_sodium();
    std::string random(8, '\0');
    randombytes_buf(random.data(), random.size());
    return hex(random);
}

}  // namespace hubward::storage
