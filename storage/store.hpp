// SPDX-License-Identifier: Apache-2.0
//
// One data folder: opened, recovered, watched. Everything durable is below it, except the master
// key.
//
//   <folder>/db/          RocksDB: the journal and the index of what it holds
//   <folder>/keyring/     wrapped keys of sealed details (storage/keyring.hpp)
//   <folder>/snapshots/   images of the state, each up to a number
//   <folder>/high-water   the newest number and chain head that were ever acknowledged
//   <folder>/LOCK         one process at a time
//
// and beside the master key <master key file>.erasures, the list of keys destroyed on purpose.
#pragma once

#include <chrono>
#include <expected>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "matcher/journal.hpp"
#include "matcher/state.hpp"

namespace hubward::storage {

class EventLog;
class Vault;

struct StoreOptions {
    std::filesystem::path folder;
    std::filesystem::path master_key_file;  // 32 random bytes; made by `hubward keys init`
    bool create = true;
    bool read_only = false;    // inspect, verify: no lock is taken over, nothing is written
    bool accept_loss = false;  // start although the high-water file names more than is there
    // Test only: acknowledge without syncing. The control arm of every durability test.
    bool sync = true;
    std::size_t snapshot_every = 1'000'000;  // events between two snapshots
};

enum class StoreError : std::uint8_t {
    locked,   // another process has the folder
    missing,  // no such folder and create is false
    no_master_key,
    wrong_master_key,
    corrupt,    // damaged file; `text` names it and the next step
    lost_data,  // the journal ends before the high-water mark; see accept_loss
    too_new,    // written by a later version of Hubward
    io,
};
struct StoreFailure {
    StoreError why = StoreError::io;
    std::string text;  // what happened, to which file, what to do; no personal data
};

struct Recovered {
    matcher::State state;
    matcher::Sequence from_snapshot = 0;  // 0: folded from the first event
    std::uint64_t events_folded = 0;
    std::vector<std::string> notes;  // for the log: snapshots that were passed over, and why
};

// What operators watch. Plain copies, taken at the call.
struct StoreStats {
    std::uint64_t appends = 0;
    std::uint64_t appended_bytes = 0;
    std::uint64_t sync_failures = 0;
    // As measure_disk() found them last; 0 before.
    std::uint64_t disk_bytes = 0;
    std::uint64_t disk_free_bytes = 0;
    // Of the database, in memory; both have their bounds (rocks_options.cpp).
    std::uint64_t memtable_bytes = 0;     // what is on disk in its log alone
    std::uint64_t block_cache_bytes = 0;  // what was read
    bool writable = true;  // false while the disk is full or after a failed sync
    std::uint64_t vault_errors = 0;      // details that could not be sealed or opened; not those that were erased
    std::uint64_t unreadable_reads = 0;  // reads of the journal that came to nothing
};

// Where the journal could not be read for somebody who wanted a part of it.
struct UnreadableEvent {
    matcher::Sequence number = 0;
    matcher::JournalError why = matcher::JournalError::unavailable;
    friend bool operator==(const UnreadableEvent&, const UnreadableEvent&) = default;
};

// What ends nothing and goes on unseen, so that somebody has to tell of it.
struct StoreTroubles {
    std::string keys;                       // why the newest try to make keys for details failed; empty: it did not
    std::size_t keys_left = 0;              // and how many there are
    std::string mark;                       // why the mark of acknowledged events is not written; empty: it is
    std::chrono::nanoseconds mark_late{};   // and for how long it has not been
    std::vector<UnreadableEvent> unreadable;  // found since the call before, each once
};

class Store {
  public:
    static std::expected<std::unique_ptr<Store>, StoreFailure> open(const StoreOptions& options);
    virtual ~Store() = default;

    // The journal on this folder. Lives as long as the store.
    virtual matcher::Journal& journal() = 0;
    // Reads entries by number and by stream. Any thread.
    virtual EventLog& event_log() = 0;
    // Seals and opens personal details. Any thread.
    virtual Vault& vault() = 0;

    // Newest snapshot plus the journal behind it, up to the tail. Blocks for about a second per
    // million events. Control thread, or the engine thread after `unavailable`.
    virtual std::expected<Recovered, StoreFailure> recover() = 0;
    // Writes a snapshot up to the durable tail by folding beside the running engine; the engine is
    // not disturbed. Any one thread at a time.
    // An image that would leave less than `leave_free_bytes` on the disk is not written. Writing one takes about
    // three seconds and a further copy of the state per million referrals.
    virtual std::expected<matcher::Sequence, StoreFailure> snapshot(std::uint64_t leave_free_bytes) = 0;

    // Whose details were destroyed, as the list beside the master key says. After an old backup was
    // restored the journal may not know all of them.
    virtual std::vector<matcher::ReferralId> erased_for_good() const = 0;

    virtual StoreStats stats() const = 0;
    // Whether the journal takes new events now, as stats() says it. Never waits, for a disk or for anybody, so it
    // is for those who are asked by strangers. Any thread.
    virtual bool writable() const = 0;
    // Whether new details can be sealed: a key is ready, or one is being made. As writable().
    virtual bool seals() const = 0;
    // Never waits for a disk. Any one thread at a time.
    virtual StoreTroubles troubles() = 0;
    // Looks how much the folder takes and how much its disk has left. Asks for every file, one after the other, and
    // waits as long as the disk does: on a thread that may. Any one thread at a time.
    virtual void measure_disk() = 0;
};

}  // namespace hubward::storage
