// SPDX-License-Identifier: Apache-2.0
//
// The proof that a data folder is what it says: everything is derived once more from the first
// event and compared.
#include <algorithm>
#include <map>
#include <span>

#include "matcher/apply.hpp"
#include "storage/event_log.hpp"
#include "storage/folder_store.hpp"
#include "storage/snapshot.hpp"
#include "storage/upkeep.hpp"

namespace hubward::storage {

namespace {

// Walks the records in order and keeps what the next one must agree with.
class Walk {
  public:
    Walk(FolderStore& store, const Progress& progress)
        : store_(store), progress_(progress), end_(store.rocks().end().number) {
        for (const SnapshotFile& file : list_snapshots(store.layout().snapshots())) {
            snapshots_[file.number] = file.path;
        }
    }

    bool record(matcher::Sequence key, std::string_view bytes) {
        const auto record = decode(bytes);
        if (!record) {
            return fault(key, std::string(text(record.error())));
        }
        const RecordHead& head = record->head;
        if (head.first != key || key != state_.last + 1) {
            return fault(key, "its number does not follow on " + std::to_string(state_.last));
        }
        if (head.previous != chain_ || !chain_holds(bytes)) {
            return fault(key, "the chain is broken: a record was changed, cut out or put in");
        }
        chain_ = head.own;
        for (const matcher::Entry& entry : record->batch->entries) {
            matcher::apply(state_, *record->batch, entry);
            if (!sealed(entry)) {
                return fault(entry.number, "its sealed details and their key do not agree");
            }
            if (!sealed_note(*record->batch, entry)) {
                return fault(entry.number, "its sealed note and its key do not agree");
            }
        }
        if (!streams_.feed(*record->batch)) {
            return fault(key, "the numbers of a stream have a hole");
        }
        ++report_.batches;
        report_.events += head.count;
        if (progress_ && report_.batches % 1024 == 0) {
            progress_(head.last(), end_);
        }
        return compare_snapshot() && compare_mark();
    }

    std::expected<VerifyReport, StoreFailure> finish() {
        if (fault_.empty() && state_.last != end_) {
            fault(state_.last + 1, "the journal ends too early");
        }
        if (!fault_.empty()) {
            return std::unexpected(StoreFailure{StoreError::corrupt, fault_});
        }
        report_.state_hash = state_.state_hash();
        report_.chain_head = hex(view(chain_));
        if (progress_) {
            progress_(end_, end_);
        }
        return report_;
    }

  private:
    bool fault(matcher::Sequence number, const std::string& what) {
        fault_ = "event " + std::to_string(number) + " in " + store_.layout().db().string() + ": " +
                 what + "; restore a backup";
        return false;
    }

    // A key that was erased on purpose is as it should be.
    bool sealed(const matcher::Entry& entry) {
        const auto* submit = std::get_if<matcher::SubmitReferral>(&entry.command);
        return submit == nullptr || entry.payload.empty() || opens(submit->id, submit->key_slot, entry.payload);
    }

    // Words that came later have a key of their own, often in a shard that holds no details.
    bool sealed_note(const matcher::Batch& batch, const matcher::Entry& entry) {
        const auto said = std::span(batch.events).subspan(entry.event_first, entry.event_count);
        return std::ranges::all_of(said, [&](const matcher::Event& event) {
            const std::uint64_t slot = matcher::note_slot_of(event);
            const auto about = streams_of(event).referral;
            return slot == 0 || (about && opens(state_.at(*about).id, slot, entry.payload));
        });
    }

    bool opens(const matcher::ReferralId& id, std::uint64_t slot, std::string_view payload) {
        const auto words = store_.vault().open(id, slot, payload);
        if (words) {
            ++report_.sealed;
        }
        return words || words.error() == VaultError::erased;
    }

    bool compare_snapshot() {
        const auto at = snapshots_.find(state_.last);
        if (at == snapshots_.end()) {
            return true;
        }
        const auto snapshot = read_snapshot(at->second);
        if (!snapshot) {
            fault_ = snapshot.error() + "; remove it, the journal holds all it held";
            return false;
        }
        if (snapshot->chain_head != chain_ || snapshot->state.state_hash() != state_.state_hash()) {
            fault_ = at->second.string() + " differs from what the events lead to; remove it";
            return false;
        }
        const auto streams = read_stream_index(at->second);
        if (!streams || *streams != streams_) {
            fault_ = at->second.string() + " has other streams than the events lead to; remove it";
            return false;
        }
        report_.snapshot = state_.last;
        return true;
    }

    bool compare_mark() {
        const auto& mark = store_.found_mark();
        return !mark || mark->number != state_.last || mark->chain_head == chain_ ||
               fault(state_.last, "the high-water file remembers another history");
    }

    FolderStore& store_;
    const Progress& progress_;
    const matcher::Sequence end_;
    std::map<matcher::Sequence, std::filesystem::path> snapshots_;
    matcher::State state_;
    StreamIndex streams_;
    Digest chain_{};
    VerifyReport report_;
    std::string fault_;
};

}  // namespace

std::expected<VerifyReport, StoreFailure> verify(const StoreOptions& options,
                                                 const Progress& progress) {
    StoreOptions looking = options;
    looking.read_only = true;
    looking.create = false;
    auto store = FolderStore::open(looking);
    if (!store) {
        return std::unexpected(store.error());
    }
    if (auto files = (*store)->rocks().verify_files(); !files) {
        return std::unexpected(StoreFailure{StoreError::corrupt, files.error()});
    }
    if (auto keys = (*store)->keyring().verify(); !keys) {
        return std::unexpected(StoreFailure{StoreError::corrupt, keys.error()});
    }
    Walk walk(**store, progress);
    const auto read = (*store)->rocks().read_raw(
        [&](matcher::Sequence key, std::string_view bytes) { return walk.record(key, bytes); });
    if (!read) {
        return std::unexpected(as_failure(read.error(), (*store)->layout()));
    }
    return walk.finish();
}

}  // namespace hubward::storage
