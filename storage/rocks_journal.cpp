// SPDX-License-Identifier: Apache-2.0
#include "storage/rocks_journal.hpp"

#include <rocksdb/db.h>
#include <rocksdb/utilities/checkpoint.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "matcher/kill_point.hpp"
#include "storage/follower.hpp"
#include "storage/recent_batches.hpp"
#include "storage/rocks_open.hpp"
#include "storage/rocks_options.hpp"

namespace hubward::storage {

using matcher::Append;
using matcher::Batch;
using matcher::Claim;
using matcher::JournalError;
using matcher::kill_point;
using matcher::Resolution;
using matcher::Sequence;
using matcher::SharedBatch;

namespace {

Sequence number_of(const rocksdb::Slice& key) {
    Sequence n = 0;
    for (std::size_t i = 0; i < key.size() && i < 8; ++i) {
        n = n << 8 | static_cast<unsigned char>(key[i]);
    }
    return n;
}

std::string_view view(const rocksdb::Slice& slice) {
    return {slice.data(), slice.size()};
}

JournalError read_error(const rocksdb::Status& status) {
    return status.IsIOError() ? JournalError::unavailable : JournalError::corrupt;
}

// A reader who wants more than this goes through the journal; fewer are looked up.
constexpr Sequence few_events = 64;

}  // namespace

struct RocksJournal::Impl {
    JournalOptions options;
    OpenDatabase database;

    // Held while a record is written or the term changes: control thread against engine thread.
    std::mutex writing;
    std::uint64_t term = 0;  // under writing
    bool dead = false;       // under writing; a sync failed
    // Under writing, kept for their memory: a record is some hundred kilobytes, and taking that from
    // the kernel anew and giving it back costs a page fault for each four of them.
    std::string room;
    rocksdb::WriteBatch letter;

    mutable std::mutex looking;
    std::condition_variable durable;
    JournalEnd end;        // under looking
    RecentBatches recent;  // under looking
    std::string epoch;     // under looking

    Observer observer;
    std::atomic<std::uint64_t> appends{0};
    std::atomic<std::uint64_t> appended_bytes{0};
    std::atomic<std::uint64_t> sync_failures{0};
    std::atomic<bool> writable{true};  // false for good once a sync has failed

    rocksdb::DB& db() { return *database.db; }
    rocksdb::ColumnFamilyHandle* events() { return database.events; }

    // On the record that holds `number`, or the first one when the journal begins later.
    std::unique_ptr<rocksdb::Iterator> seek(Sequence number, const rocksdb::ReadOptions& how) {
        std::unique_ptr<rocksdb::Iterator> it(db().NewIterator(how, events()));
        it->SeekForPrev(record_key(number));
        if (!it->Valid() && it->status().ok()) {
            it->SeekToFirst();
        }
        return it;
    }

    rocksdb::Status put(const rocksdb::Slice& key, const rocksdb::Slice& value,
                        rocksdb::ColumnFamilyHandle* family) {
        rocksdb::WriteOptions o;
        o.sync = options.sync;
        return db().Put(o, family, key, value);
    }

    rocksdb::Status put_event(const rocksdb::Slice& key, const rocksdb::Slice& value) {
        rocksdb::WriteOptions o;
        o.sync = options.sync;
        letter.Clear();
        rocksdb::Status status = letter.Put(events(), key, value);
        return status.ok() ? db().Write(o, &letter) : status;
    }
};

std::expected<std::unique_ptr<RocksJournal>, OpenFailure> RocksJournal::open(
    const JournalOptions& options) {
    auto impl = std::make_unique<Impl>();
    impl->options = options;
    auto opened = open_database(options);
    if (!opened) {
        return std::unexpected(opened.error());
    }
    impl->database = std::move(*opened);
    impl->term = impl->database.term;
    impl->epoch = impl->database.epoch;
    impl->end = impl->database.end;
    return std::unique_ptr<RocksJournal>(new RocksJournal(std::move(impl)));
}

RocksJournal::RocksJournal(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

RocksJournal::~RocksJournal() = default;

std::expected<Claim, JournalError> RocksJournal::claim(std::string_view /*owner*/,
                                                       std::chrono::seconds /*lease*/) {
    // The folder's lock already keeps other processes out; the term keeps out our own past.
    const std::lock_guard writing(impl_->writing);
    if (impl_->dead || impl_->options.read_only) {
        return std::unexpected(JournalError::unavailable);
    }
    const std::uint64_t next = impl_->term + 1;
    kill_point("journal.before-claim");
    if (!impl_->put(meta::term, std::to_string(next), impl_->db().DefaultColumnFamily()).ok()) {
        return std::unexpected(JournalError::unavailable);
    }
    kill_point("journal.claimed");
    impl_->term = next;
    return Claim{next, tail()};
}

void RocksJournal::append(const Claim& claim, SharedBatch batch, Done done) {
    Append result = Append::fenced;
    {
        const std::lock_guard writing(impl_->writing);
        if (claim.term == impl_->term) {
            result = write(*batch, &batch);
        }
    }
    done(result, end().number);
}

// With `writing` held.
Append RocksJournal::write(const Batch& batch, const SharedBatch* shared) {
    Impl& my = *impl_;
    const JournalEnd before = end();
    if (my.dead || my.options.read_only || batch.first != before.number + 1) {
        return Append::refused;
    }
    auto record = encode(batch, my.term, before.chain_head, std::move(my.room));
    if (!record) {
        return Append::refused;
    }
    matcher::about_to_commit(batch.last(), storage::view(record->own));
    kill_point("journal.before-write");
    const rocksdb::Status status = my.put_event(record_key(batch.first), record->bytes);
    kill_point("journal.written");
    const std::size_t record_bytes = record->bytes.size();
    my.room = std::move(record->bytes);
    if (status.IsNoSpace()) {
        return Append::unavailable;
    }
    if (!status.ok()) {
        my.dead = true;
        my.writable.store(false, std::memory_order_relaxed);
        my.sync_failures.fetch_add(1, std::memory_order_relaxed);
        return Append::unknown;
    }
    my.database.full->store(false, std::memory_order_relaxed);
    my.appends.fetch_add(1, std::memory_order_relaxed);
    my.appended_bytes.fetch_add(record_bytes, std::memory_order_relaxed);
    const SharedBatch kept = shared != nullptr ? *shared : std::make_shared<const Batch>(batch);
    const JournalEnd now{batch.last(), record->own};
    {
        const std::lock_guard looking(my.looking);
        my.end = now;
        my.recent.add(kept);
    }
    my.durable.notify_all();
    kill_point("journal.published");
    if (my.observer) {
        my.observer(kept, now);
    }
    kill_point("journal.observed");
    return Append::durable;
}

Resolution RocksJournal::resolve(const Claim& claim, const Batch& batch) {
    Impl& my = *impl_;
    const std::lock_guard writing(my.writing);
    if (my.dead) {
        return Resolution::unavailable;  // only a new handle can believe what it reads
    }
    if (batch.first > end().number) {
        if (claim.term != my.term) {
            return Resolution::foreign;
        }
        // The same bytes at the same number once more: the chain makes a second sending harmless.
        switch (write(batch, nullptr)) {
            case Append::durable:
                return Resolution::written;
            case Append::refused:
                return Resolution::foreign;
            case Append::fenced:
            case Append::unknown:
            case Append::unavailable:
                return Resolution::unavailable;
        }
    }
    std::string stored;
    const rocksdb::Status status =
        my.db().Get(look_up_options(), my.events(), record_key(batch.first), &stored);
    if (status.IsNotFound()) {
        return Resolution::foreign;  // the number lies inside somebody else's batch
    }
    const auto head = status.ok() ? decode_head(stored) : std::unexpected(RecordError::checksum);
    if (!head) {
        return Resolution::unavailable;
    }
    const auto own = encode(batch, claim.term, head->previous);
    return own && own->bytes == stored ? Resolution::written : Resolution::foreign;
}

std::expected<bool, JournalError> RocksJournal::renew(const Claim& claim) {
    const std::lock_guard writing(impl_->writing);
    if (impl_->dead) {
        return std::unexpected(JournalError::unavailable);
    }
    return claim.term == impl_->term;
}

void RocksJournal::release(Claim&& claim) {
    // Nobody else can wait for this folder while we hold its lock; the term just ends.
    claim.term = 0;
}

std::expected<void, JournalError> RocksJournal::read(Sequence after, Sequence upto,
                                                     const Sink& sink) {
    Impl& my = *impl_;
    std::vector<SharedBatch> at_hand;
    {
        const std::lock_guard looking(my.looking);
        upto = std::min(upto, my.end.number);  // never what is written and not yet synced
        if (after >= upto) {
            return {};
        }
        at_hand = my.recent.after(after, upto);
    }
    if (!at_hand.empty()) {
        for (const SharedBatch& batch : at_hand) {
            if (!sink(batch)) {
                return {};
            }
        }
        return {};
    }
    auto it = my.seek(after + 1, upto - after <= few_events ? look_up_options() : scan_options());
    Sequence expected = 0;
    Digest previous{};
    for (; it->Valid(); it->Next()) {
        const Sequence key = number_of(it->key());
        if (key > upto) {
            return {};
        }
        const auto record = decode(view(it->value()));
        if (!record || record->head.first != key) {
            return std::unexpected(JournalError::corrupt);
        }
        if (expected == 0 && key > after + 1) {
            return std::unexpected(JournalError::truncated);
        }
        if (expected != 0 && (key != expected || record->head.previous != previous)) {
            return std::unexpected(JournalError::corrupt);
        }
        expected = record->head.last() + 1;
        previous = record->head.own;
        if (record->head.last() > after && !sink(record->batch)) {
            return {};
        }
    }
    if (!it->status().ok()) {
        return std::unexpected(read_error(it->status()));
    }
    // The end was known when we began, so running out before it is a hole.
    return expected > upto ? std::expected<void, JournalError>{}
                           : std::unexpected(JournalError::corrupt);
}

std::unique_ptr<matcher::Journal::Subscription> RocksJournal::follow(Sequence after, Sink sink) {
    return start_follower(*this, after, std::move(sink));
}

std::expected<void, JournalError> RocksJournal::seal(Sequence number) {
    const std::lock_guard writing(impl_->writing);
    if (number > end().number) {
        return std::unexpected(JournalError::truncated);
    }
    kill_point("journal.before-seal");
    if (impl_->dead || impl_->options.read_only ||
        !impl_->put(meta::sealed, std::to_string(number), impl_->db().DefaultColumnFamily()).ok()) {
        return std::unexpected(JournalError::unavailable);
    }
    kill_point("journal.sealed");
    return {};
}

matcher::Tail RocksJournal::tail() const {
    const std::lock_guard looking(impl_->looking);
    return {impl_->epoch, impl_->end.number};
}

void RocksJournal::observe(Observer observer) {
    impl_->observer = std::move(observer);
}

JournalEnd RocksJournal::end() const {
    const std::lock_guard looking(impl_->looking);
    return impl_->end;
}

std::expected<Digest, JournalError> RocksJournal::chain_at(Sequence number) {
    if (number == 0) {
        return Digest{};
    }
    auto it = impl_->seek(number, look_up_options());
    if (!it->Valid()) {
        return std::unexpected(it->status().ok() ? JournalError::truncated
                                                 : read_error(it->status()));
    }
    const auto head = decode_head(view(it->value()));
    if (!head) {
        return std::unexpected(JournalError::corrupt);
    }
    if (head->last() != number) {
        return std::unexpected(JournalError::truncated);
    }
    return head->own;
}

std::expected<SharedBatch, JournalError> RocksJournal::batch_with(Sequence number) {
    SharedBatch found;
    auto result = read(number - 1, number, [&](const SharedBatch& batch) {
        found = batch;
        return false;
    });
    if (!result) {
        return std::unexpected(result.error());
    }
    return found;
}

std::expected<void, JournalError> RocksJournal::read_raw(const RawSink& sink) {
    std::unique_ptr<rocksdb::Iterator> it(impl_->db().NewIterator(scan_options(), impl_->events()));
    for (it->SeekToFirst(); it->Valid(); it->Next()) {
        if (!sink(number_of(it->key()), view(it->value()))) {
            return {};
        }
    }
    if (!it->status().ok()) {
        return std::unexpected(read_error(it->status()));
    }
    return {};
}

std::expected<void, std::string> RocksJournal::verify_files() {
    const rocksdb::Status status = impl_->db().VerifyChecksum();
    if (!status.ok()) {
        return std::unexpected(status.ToString());
    }
    return {};
}

std::expected<void, JournalError> RocksJournal::renew_epoch() {
    const std::lock_guard writing(impl_->writing);
    const std::string epoch = fresh_epoch();
    if (!impl_->put(meta::epoch, epoch, impl_->db().DefaultColumnFamily()).ok()) {
        return std::unexpected(JournalError::unavailable);
    }
    kill_point("journal.epoch-renewed");
    const std::lock_guard looking(impl_->looking);
    impl_->epoch = epoch;
    return {};
}

std::expected<void, std::string> RocksJournal::checkpoint(const std::filesystem::path& target) {
    rocksdb::Checkpoint* made = nullptr;
    rocksdb::Status status = rocksdb::Checkpoint::Create(&impl_->db(), &made);
    const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
    if (status.ok()) {
        status = checkpoint->CreateCheckpoint(target.string());
    }
    if (!status.ok()) {
        return std::unexpected(status.ToString());
    }
    kill_point("journal.checkpoint-made");
    return {};
}

void RocksJournal::flush() {
    kill_point("journal.before-flush");
    rocksdb::FlushOptions o;
    o.wait = true;
    // What does not get into files stays in the log: nothing is lost when this fails.
    impl_->db()
        .Flush(o, {impl_->db().DefaultColumnFamily(), impl_->events()})
        .PermitUncheckedError();
    kill_point("journal.flushed");
}

RocksJournal::Stats RocksJournal::stats() const {
    std::uint64_t memtables = 0;  // and stays so where the library does not know
    std::uint64_t blocks = 0;
    impl_->db().GetAggregatedIntProperty(rocksdb::DB::Properties::kSizeAllMemTables, &memtables);
    impl_->db().GetIntProperty(impl_->events(), rocksdb::DB::Properties::kBlockCacheUsage, &blocks);
    return {impl_->appends.load(std::memory_order_relaxed),
            impl_->appended_bytes.load(std::memory_order_relaxed),
            impl_->sync_failures.load(std::memory_order_relaxed), memtables, blocks, writable()};
}

bool RocksJournal::writable() const {
    return impl_->writable.load(std::memory_order_relaxed) && !impl_->database.full->load(std::memory_order_relaxed);
}

bool RocksJournal::wait_beyond(Sequence number, std::chrono::milliseconds most,
                               const std::atomic<bool>& stop) {
    std::unique_lock looking(impl_->looking);
    return impl_->durable.wait_for(looking, most, [&] {
        return stop.load(std::memory_order_relaxed) || impl_->end.number > number;
    });
}

void RocksJournal::wake_all() {
    // Taking the mutex once orders us behind a follower that has looked and is about to sleep.
    {
        const std::lock_guard looking(impl_->looking);
    }
    impl_->durable.notify_all();
}

}  // namespace hubward::storage
