// SPDX-License-Identifier: Apache-2.0
#include "storage/store.hpp"

#include <system_error>
#include <vector>

#include "matcher/kill_point.hpp"
#include "storage/folder_store.hpp"

namespace hubward::storage {

namespace fs = std::filesystem;

namespace {

std::unexpected<StoreFailure> failure(StoreError why, std::string text) {
    return std::unexpected(StoreFailure{why, std::move(text)});
}

StoreError as_store_error(OpenFailure::Why why) {
    switch (why) {
        case OpenFailure::Why::locked:
            return StoreError::locked;
        case OpenFailure::Why::missing:
            return StoreError::missing;
        case OpenFailure::Why::corrupt:
            return StoreError::corrupt;
        case OpenFailure::Why::too_new:
            return StoreError::too_new;
        case OpenFailure::Why::io:
            return StoreError::io;
    }
    return StoreError::io;
}

}  // namespace

std::expected<std::unique_ptr<Store>, StoreFailure> Store::open(const StoreOptions& options) {
    auto opened = FolderStore::open(options);
    if (!opened) {
        return std::unexpected(opened.error());
    }
    return std::unique_ptr<Store>(*std::move(opened));
}

// The order is a promise: the journal is made before the keyring and the keyring before the first
// mark, so a part that is missing while a later one exists was lost, and is never made anew.
std::expected<std::unique_ptr<FolderStore>, StoreFailure> FolderStore::open(
    const StoreOptions& options, const StoreHooks& hooks) {
    std::unique_ptr<FolderStore> store(new FolderStore(options, hooks));
    for (const auto step : {&FolderStore::take_folder, &FolderStore::open_journal,
                            &FolderStore::open_keyring, &FolderStore::compare_with_mark}) {
        if (auto done = (*store.*step)(); !done) {
            return std::unexpected(done.error());
        }
        matcher::kill_point("store.opening");
    }
    if (!options.read_only) {
        if (auto named = store->keep_names(); !named) {
            return std::unexpected(named.error());
        }
        store->keeper_ = std::make_unique<HighWaterKeeper>(store->layout_.high_water(),
                                                           store->disk_, hooks.by_hand);
        // What a kill kept from the mark was acknowledged, and is missed from now on, not from the next append on.
        if (const JournalEnd found = store->journal_->end(); found.number > store->found_mark_->number) {
            store->keeper_->raise(HighWater{found.number, found.chain_head});
        }
    }
    store->journal_->observe(
        [raw = store.get()](const matcher::SharedBatch& batch, const JournalEnd& end) {
            raw->log_->learn(batch);
            raw->keeper_->raise({end.number, end.chain_head});
        });
    return store;
}

FolderStore::FolderStore(const StoreOptions& options, const StoreHooks& hooks)
    : options_(options),
      hooks_(hooks),
      disk_(hooks.disk != nullptr ? *hooks.disk : kernel_disk()),
      layout_{options.folder} {}

FolderStore::~FolderStore() {
    if (journal_ == nullptr || options_.read_only) {
        return;
    }
    matcher::kill_point("store.closing");
    keeper_.reset();  // writes the last mark
    matcher::kill_point("store.marked");
    if (journal_->writable() && !hooks_.by_hand) {
        journal_->flush();
    }
}

// An earlier start may have ended between a name and its sync. This one has found the name and believes in it, so
// before anything is acknowledged it is made safe: a power cut that took it would look like loss.
std::expected<void, StoreFailure> FolderStore::keep_names() {
    std::vector<fs::path> folders = {layout_.keyring(), layout_.root};
    if (disk_.exists(layout_.outbound())) {
        folders.push_back(layout_.outbound());
    }
    for (const fs::path& folder : folders) {
        if (auto synced = disk_.sync_folder(folder); !synced) {
            return failure(StoreError::io, synced.error());
        }
    }
    // The folder's own name, as a restore may have left it. What may not be opened above it was not ours to name.
    const fs::path root = fs::absolute(layout_.root / "").lexically_normal().parent_path();
    (void)disk_.sync_folder(root.parent_path());
    return {};
}

void FolderStore::tend() {
    keeper_->tend();
    keyring_->tend();
}

std::expected<void, StoreFailure> FolderStore::take_folder() {
    const bool make = options_.create && !options_.read_only;
    if (!make && !disk_.exists(layout_.root)) {
        return failure(StoreError::missing,
                       "the data folder " + layout_.root.string() + " does not exist");
    }
    if (make && !disk_.exists(layout_.db())) {
        if (auto made = make_folders_durably(layout_.root, disk_); !made) {
            return failure(StoreError::io, made.error());
        }
    }
    if (!options_.read_only) {
        auto locked = disk_.lock(layout_.lock());
        if (!locked) {
            return failure(StoreError::io, locked.error());
        }
        if (!*locked) {
            return failure(StoreError::locked,
                           "another process uses " + layout_.root.string() + "; stop it first");
        }
        lock_ = *std::move(locked);
        // What a backup that was killed left behind. It only takes room, so nobody is refused for it.
        if (disk_.exists(layout_.checkpoint())) {
            (void)disk_.remove_all(layout_.checkpoint());
        }
    }
    // Before the database: a mark written meanwhile by a running server must not look like loss.
    auto mark = read_high_water(layout_.high_water(), disk_);
    if (mark) {
        found_mark_ = *mark;
    } else if (mark.error().why == StoreError::io) {
        return std::unexpected(mark.error());  // it may be whole: see that the disk can be read
    } else if (options_.accept_loss) {
        mark_unreadable_ = true;
    } else {
        return failure(StoreError::corrupt,
                       mark.error().text +
                           "; start once with --set storage.accept_loss=true to make it anew from what "
                           "the database holds");
    }
    return {};
}

std::expected<void, StoreFailure> FolderStore::open_journal() {
    const bool later_parts_exist = found_mark_ || disk_.exists(layout_.keyring() / "check");
    JournalOptions options;
    options.folder = layout_.db();
    options.create = options_.create && !later_parts_exist;
    options.read_only = options_.read_only;
    options.sync = options_.sync;
    options.env = hooks_.env;
    options.disk = &disk_;
    options.by_hand = hooks_.by_hand;
    options.memtable_bytes = hooks_.memtable_bytes;
    auto opened = RocksJournal::open(options);
    if (!opened) {
        const StoreError why = as_store_error(opened.error().why);
        if (why == StoreError::missing && later_parts_exist) {
            // There is a folder, and its database is gone.
            return failure(StoreError::lost_data, opened.error().text + "; restore a backup");
        }
        return failure(why, opened.error().text);
    }
    journal_ = *std::move(opened);
    log_ = std::make_unique<JournalLog>(*journal_);
    return {};
}

std::expected<void, StoreFailure> FolderStore::open_keyring() {
    std::error_code ignored;
    if (!fs::exists(options_.master_key_file, ignored)) {
        return failure(StoreError::no_master_key, "there is no master key at " +
                                                      options_.master_key_file.string() +
                                                      "; make one with `hubward keys init`");
    }
    const auto master = read_master_key(options_.master_key_file);
    if (!master) {
        return failure(StoreError::no_master_key, master.error());
    }
    const bool create = options_.create && journal_->end().number == 0;
    auto keyring = Keyring::open(layout_.keyring(), *master, create, options_.read_only, disk_,
                                 hooks_.by_hand);
    if (!keyring) {
        return std::unexpected(keyring.error());
    }
    keyring_ = *std::move(keyring);
    auto ledger = ErasureLedger::open(erasures_beside(options_.master_key_file),
                                      hooks_.beside_key != nullptr ? *hooks_.beside_key : kernel_disk());
    if (!ledger) {
        return std::unexpected(ledger.error());
    }
    ledger_ = *std::move(ledger);
    vault_ = std::make_unique<SealingVault>(*keyring_, *ledger_, *master);
    if (options_.read_only) {
        return {};
    }
    if (auto kept = ledger_->keep_name(); !kept) {
        return failure(StoreError::io, kept.error());
    }
    return erase_again();
}

// A restored backup may hold keys that were destroyed after it was made. They go before anything of
// the folder can be read.
std::expected<void, StoreFailure> FolderStore::erase_again() {
    for (const ErasedKey& key : ledger_->keys()) {
        const auto is_back = keyring_->holds(key.slot, key.mark);
        if (!is_back && is_back.error() == KeyError::io) {
            return failure(StoreError::io,
                           "whether a key that was destroyed is back cannot be read in " +
                               keyring_->file_of(key.slot).string() +
                               "; see that the disk and the file can be read, or put the file back from a backup");
        }
        if (is_back && *is_back && !keyring_->erase(key.slot)) {
            return failure(StoreError::io,
                           "a key that was destroyed is back in " + keyring_->file_of(key.slot).string() +
                               " and cannot be destroyed again; see that the disk has room and that the file and "
                               "its folder can be written, then start again");
        }
    }
    return {};
}

std::vector<matcher::ReferralId> FolderStore::erased_for_good() const {
    std::vector<matcher::ReferralId> referrals;
    for (const ErasedKey& key : ledger_->keys()) {
        if (referrals.empty() || referrals.back() != key.referral) {
            referrals.push_back(key.referral);
        }
    }
    return referrals;
}

std::expected<void, StoreFailure> FolderStore::compare_with_mark() {
    const JournalEnd end = journal_->end();
    if (!found_mark_) {
        if (options_.read_only && end.number == 0) {
            return {};
        }
        if (end.number != 0 && !options_.accept_loss) {
            return failure(StoreError::corrupt,
                           layout_.high_water().string() +
                               " is missing; start once with --set storage.accept_loss=true to make it anew from "
                               "what the database holds");
        }
        return accept_loss();
    }
    if (end.number < found_mark_->number) {
        if (options_.accept_loss) {
            return accept_loss();
        }
        return failure(StoreError::lost_data,
                       layout_.db().string() + " ends at event " + std::to_string(end.number) +
                           ", yet event " + std::to_string(found_mark_->number) +
                           " was acknowledged; restore a backup, or start once with "
                           "--set storage.accept_loss=true to go on without the events between");
    }
    const auto chain = journal_->chain_at(found_mark_->number);
    // Nothing is known of a history that cannot be read: it may be whole, so nobody is told to give it up, and it
    // keeps its epoch.
    if (!chain && chain.error() == matcher::JournalError::unavailable) {
        return failure(StoreError::io, "whether " + layout_.db().string() + " holds what was acknowledged cannot be "
                                           "read; look at the disk, and start again");
    }
    if (!chain || *chain != found_mark_->chain_head) {
        if (options_.accept_loss) {
            return accept_loss();
        }
        return failure(StoreError::corrupt,
                       layout_.db().string() + " holds another history than " +
                           layout_.high_water().string() +
                           " remembers; restore a backup, or start once with --set storage.accept_loss=true");
    }
    return {};
}

// The present end becomes the mark. A history that lost something is a new one: feeds must notice.
std::expected<void, StoreFailure> FolderStore::accept_loss() {
    if (options_.read_only) {
        return {};
    }
    const bool lost = found_mark_.has_value() || mark_unreadable_ || journal_->end().number != 0;
    if (lost && !journal_->renew_epoch()) {
        return failure(StoreError::io, "cannot write to " + layout_.db().string());
    }
    const JournalEnd end = journal_->end();
    const HighWater mark{end.number, end.chain_head};
    if (auto written = write_high_water(layout_.high_water(), mark, disk_); !written) {
        return failure(StoreError::io, written.error());
    }
    found_mark_ = mark;
    return {};
}

StoreStats FolderStore::stats() const {
    StoreStats stats;
    const RocksJournal::Stats journal = journal_->stats();
    stats.appends = journal.appends;
    stats.appended_bytes = journal.appended_bytes;
    stats.sync_failures = journal.sync_failures;
    stats.memtable_bytes = journal.memtable_bytes;
    stats.block_cache_bytes = journal.block_cache_bytes;
    stats.disk_bytes = disk_bytes_.load(std::memory_order_relaxed);
    stats.disk_free_bytes = disk_free_bytes_.load(std::memory_order_relaxed);
    stats.writable = writable();
    stats.vault_errors = vault_->errors();
    stats.unreadable_reads = log_->unreadable().reads();
    return stats;
}

StoreTroubles FolderStore::troubles() {
    StoreTroubles troubles;
    Keyring::Stock keys = keyring_->stock();
    troubles.keys = std::move(keys.trouble);
    troubles.keys_left = keys.left;
    if (keeper_ != nullptr) {
        if (auto late = keeper_->late()) {
            troubles.mark = std::move(late->why);
            troubles.mark_late = late->since;
        }
    }
    troubles.unreadable = log_->unreadable().take();
    return troubles;
}

void FolderStore::measure_disk() {
    std::uint64_t bytes = 0;
    std::error_code failed;
    for (fs::recursive_directory_iterator it(layout_.root, failed), end; !failed && it != end;
         it.increment(failed)) {
        std::error_code gone;  // files come and go while we look
        if (it->is_regular_file(gone)) {
            const auto size = it->file_size(gone);
            bytes += gone ? 0 : size;
        }
    }
    disk_bytes_.store(bytes, std::memory_order_relaxed);
    const fs::space_info space = fs::space(layout_.root, failed);
    disk_free_bytes_.store(failed ? 0 : space.available, std::memory_order_relaxed);
}

}  // namespace hubward::storage
