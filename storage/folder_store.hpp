// SPDX-License-Identifier: Apache-2.0
//
// Store, with the parts that the other files of this room (backup, verify) work on.
#pragma once

#include <atomic>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>

#include "storage/disk.hpp"
#include "storage/high_water.hpp"
#include "storage/journal_log.hpp"
#include "storage/keyring.hpp"
#include "storage/rocks_journal.hpp"
#include "storage/sealing_vault.hpp"
#include "storage/store.hpp"

namespace hubward::storage {

// Where tests put disks in that fail, or a whole simulated world.
struct StoreHooks {
    rocksdb::Env* env = nullptr;     // of the database; null for the library's own
    Disk* disk = nullptr;            // of everything else; null for the kernel's
    bool by_hand = false;            // no thread of the store's own: the caller calls tend()
    std::size_t memtable_bytes = 0;  // smaller ones flush sooner; 0 for the usual size
    Disk* beside_key = nullptr;      // of the list of erasures, beside the master key; null for the kernel's
};

// Names inside a data folder.
struct FolderLayout {
    std::filesystem::path root;
    std::filesystem::path db() const { return root / "db"; }
    std::filesystem::path keyring() const { return root / "keyring"; }
    std::filesystem::path snapshots() const { return root / "snapshots"; }
    std::filesystem::path outbound() const { return root / "outbound"; }  // an OutboundBook's
    std::filesystem::path high_water() const { return root / "high-water"; }
    std::filesystem::path checkpoint() const { return root / "checkpoint.new"; }  // while a backup is made
    std::filesystem::path lock() const { return root / "LOCK"; }
};

class FolderStore final : public Store {
  public:
    static std::expected<std::unique_ptr<FolderStore>, StoreFailure> open(
        const StoreOptions& options, const StoreHooks& hooks = {});
    ~FolderStore() override;

    matcher::Journal& journal() override { return *journal_; }
    EventLog& event_log() override { return *log_; }
    Vault& vault() override { return *vault_; }
    std::expected<Recovered, StoreFailure> recover() override;
    std::vector<matcher::ReferralId> erased_for_good() const override;
    std::expected<matcher::Sequence, StoreFailure> snapshot(std::uint64_t leave_free_bytes) override;
    StoreStats stats() const override;
    bool writable() const override { return journal_->writable() && !options_.read_only; }
    bool seals() const override { return keyring_->gives_keys(); }
    StoreTroubles troubles() override;
    void measure_disk() override;

    RocksJournal& rocks() { return *journal_; }
    Keyring& keyring() { return *keyring_; }
    const FolderLayout& layout() const { return layout_; }
    // By hand: what the store's threads would do now. One thread.
    void tend();
    // The mark that was found at open; nothing for a new folder.
    const std::optional<HighWater>& found_mark() const { return found_mark_; }

  private:
    FolderStore(const StoreOptions& options, const StoreHooks& hooks);
    std::expected<void, StoreFailure> take_folder();
    std::expected<void, StoreFailure> open_journal();
    std::expected<void, StoreFailure> open_keyring();
    std::expected<void, StoreFailure> erase_again();
    std::expected<void, StoreFailure> compare_with_mark();
    std::expected<void, StoreFailure> keep_names();
    std::expected<void, StoreFailure> accept_loss();
    struct Folded {
        Recovered recovered;
        std::filesystem::path image;  // the snapshot it began with; empty: with the first event
    };
    // From disk to a State; with `traces`, to those of all events too.
    std::expected<Folded, StoreFailure> fold(StreamTraces* traces);

    const StoreOptions options_;
    const StoreHooks hooks_;
    Disk& disk_;
    const FolderLayout layout_;
    std::optional<FileHandle> lock_;
    std::optional<HighWater> found_mark_;
    bool mark_unreadable_ = false;
    std::unique_ptr<RocksJournal> journal_;
    std::unique_ptr<JournalLog> log_;
    std::unique_ptr<Keyring> keyring_;
    std::optional<ErasureLedger> ledger_;
    std::unique_ptr<SealingVault> vault_;
    std::unique_ptr<HighWaterKeeper> keeper_;
    // As measured last. Each alone, so relaxed.
    std::atomic<std::uint64_t> disk_bytes_{0};
    std::atomic<std::uint64_t> disk_free_bytes_{0};
};

StoreFailure as_failure(matcher::JournalError error, const FolderLayout& layout);

}  // namespace hubward::storage
