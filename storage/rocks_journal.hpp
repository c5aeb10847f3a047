// SPDX-License-Identifier: Apache-2.0
//
// The Journal on this machine's disk: one RocksDB record and one sync per batch.
//
// append() runs on the caller's thread and answers before it returns (window 1): with one writer
// the wait is the disk's, and a hand-over would only add to it.
//
// A failed sync is final for this handle. The kernel may have dropped the pages it could not write
// and still answer the next sync with success, so nothing after it can be believed: that append is
// `unknown`, every later one `refused`, until the process opens the folder anew. A full disk is
// different: the batch was surely not written (`unavailable`). RocksDB looks every 5 s and goes on
// by itself once a memtable's worth of space (64 MB) is free.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <expected>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "matcher/journal.hpp"
#include "storage/record.hpp"

namespace rocksdb {
class Env;
}

namespace hubward::storage {

class Disk;

struct JournalOptions {
    std::filesystem::path folder;  // of the database alone
    bool create = true;
    bool read_only = false;
    bool sync = true;                // false only for the control arm of durability tests
    rocksdb::Env* env = nullptr;     // tests put failing disks in here; null for the real one
    Disk* disk = nullptr;            // for the folder around the database; null for the kernel's
    bool by_hand = false;            // opens files one after the other: a simulation has one thread
    std::size_t memtable_bytes = 0;  // 0 for the usual size
};

// Why the database did not open.
struct OpenFailure {
    enum class Why : std::uint8_t { locked, missing, corrupt, too_new, io } why = Why::io;
    std::string text;
};

// What the journal knows of its end.
struct JournalEnd {
    matcher::Sequence number = 0;
    Digest chain_head{};
};

class RocksJournal final : public matcher::Journal {
  public:
    // Called on the appending thread after each durable batch. Must be short.
    using Observer = std::function<void(const matcher::SharedBatch&, const JournalEnd&)>;

    static std::expected<std::unique_ptr<RocksJournal>, OpenFailure> open(
        const JournalOptions& options);
    ~RocksJournal() override;

    std::expected<matcher::Claim, matcher::JournalError> claim(std::string_view owner,
                                                               std::chrono::seconds lease) override;
    void append(const matcher::Claim& claim, matcher::SharedBatch batch, Done done) override;
    matcher::Resolution resolve(const matcher::Claim& claim, const matcher::Batch& batch) override;
    std::expected<bool, matcher::JournalError> renew(const matcher::Claim& claim) override;
    void release(matcher::Claim&& claim) override;
    std::expected<void, matcher::JournalError> read(matcher::Sequence after, matcher::Sequence upto,
                                                    const Sink& sink) override;
    std::unique_ptr<Subscription> follow(matcher::Sequence after, Sink sink) override;
    std::expected<void, matcher::JournalError> seal(matcher::Sequence number) override;
    matcher::Tail tail() const override;

    // --- for the other files of this room ---

    // Set once, before the first append.
    void observe(Observer observer);
    JournalEnd end() const;
    // The record that ends exactly at `number`: its chain hash. Nothing when there is none.
    std::expected<Digest, matcher::JournalError> chain_at(matcher::Sequence number);
    // The batch that holds event `number`; null when the journal ends before it.
    std::expected<matcher::SharedBatch, matcher::JournalError> batch_with(matcher::Sequence number);
    // Every record's bytes in order, with the number they are stored under. False stops.
    using RawSink = std::function<bool(matcher::Sequence key, std::string_view bytes)>;
    std::expected<void, matcher::JournalError> read_raw(const RawSink& sink);
    // Checks every block of every file of the database. The text says what is wrong.
    std::expected<void, std::string> verify_files();
    // Starts a new history from the present end: readers of the old one must begin anew.
    std::expected<void, matcher::JournalError> renew_epoch();
    // A copy in `target`, which must not exist, while appends go on.
    std::expected<void, std::string> checkpoint(const std::filesystem::path& target);
    // Puts what is in memory into files, so that the next open has nothing to replay.
    void flush();

    struct Stats {
        std::uint64_t appends = 0;
        std::uint64_t appended_bytes = 0;
        std::uint64_t sync_failures = 0;
        std::uint64_t memtable_bytes = 0;
        std::uint64_t block_cache_bytes = 0;
        bool writable = true;
    };
    Stats stats() const;
    // That of stats() alone: two numbers in memory, so anybody may ask often. Any thread.
    bool writable() const;

    // Waits until the durable tail is beyond `number` or the time is over; for followers.
    bool wait_beyond(matcher::Sequence number, std::chrono::milliseconds most,
                     const std::atomic<bool>& stop);
    void wake_all();

  private:
    struct Impl;
    explicit RocksJournal(std::unique_ptr<Impl> impl);
    matcher::Append write(const matcher::Batch& batch, const matcher::SharedBatch* shared);

    std::unique_ptr<Impl> impl_;
};

}  // namespace hubward::storage
