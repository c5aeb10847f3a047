// SPDX-License-Identifier: Apache-2.0
//
// From the disk to a State: the newest snapshot that can be trusted, and the journal behind it.
#include <chrono>

#include "matcher/apply.hpp"
#include "matcher/kill_point.hpp"
#include "storage/folder_store.hpp"
#include "storage/snapshot.hpp"

namespace hubward::storage {

namespace {

// A snapshot holds no streams, so they are gathered from the journal beside the running server: later
// than this, for until then the start itself has use for the processor and the disk.
constexpr std::chrono::milliseconds streams_wait_for_the_start{2'000};

// The newest image that is whole and stands for the history that this journal holds.
std::optional<matcher::State> usable_snapshot(RocksJournal& journal, const FolderLayout& layout,
                                              Disk& disk, bool one_thread, std::vector<std::string>& notes) {
    for (const SnapshotFile& file : list_snapshots(layout.snapshots(), disk)) {
        if (file.number > journal.end().number) {
            notes.push_back(file.path.string() + " is ahead of the journal and was passed over");
            continue;
        }
        auto snapshot = read_snapshot(file.path, disk, one_thread);
        if (!snapshot) {
            notes.push_back(snapshot.error() + " and was passed over");
            continue;
        }
        const auto chain = journal.chain_at(file.number);
        if (snapshot->state.last != file.number || !chain || *chain != snapshot->chain_head) {
            notes.push_back(file.path.string() + " is of another history and was passed over");
            continue;
        }
        return std::move(snapshot->state);
    }
    return std::nullopt;
}

}  // namespace

StoreFailure as_failure(matcher::JournalError error, const FolderLayout& layout) {
    switch (error) {
        case matcher::JournalError::corrupt:
        case matcher::JournalError::truncated:
            return {StoreError::corrupt, layout.db().string() +
                                             " is damaged; run `hubward verify`, then restore a "
                                             "backup"};
        case matcher::JournalError::held:
        case matcher::JournalError::unavailable:
        case matcher::JournalError::fenced:
            break;
    }
    return {StoreError::io, layout.db().string() + " cannot be read or written now"};
}

std::expected<Recovered, StoreFailure> FolderStore::recover() {
    Recovered recovered;
    if (auto state = usable_snapshot(*journal_, layout_, disk_, hooks_.by_hand, recovered.notes)) {
        recovered.state = *std::move(state);
        recovered.from_snapshot = recovered.state.last;
    }
    const auto read = journal_->read(recovered.state.last, journal_->end().number,
                                     [&](const matcher::SharedBatch& batch) {
                                         for (const matcher::Entry& entry : batch->entries) {
                                             matcher::apply(recovered.state, *batch, entry);
                                         }
                                         recovered.events_folded += batch->count;
                                         log_->learn(batch);
                                         return true;
                                     });
    if (!read) {
        return std::unexpected(as_failure(read.error(), layout_));
    }
    matcher::kill_point("recovery.folded");
    if (!hooks_.by_hand && !options_.read_only) {
        log_->catch_up_beside(streams_wait_for_the_start);
    }
    return recovered;
}

std::expected<matcher::Sequence, StoreFailure> FolderStore::snapshot(std::uint64_t leave_free_bytes) {
    const auto folded = recover();
    if (!folded) {
        return std::unexpected(folded.error());
    }
    const matcher::Sequence number = folded->state.last;
    if (number == folded->from_snapshot) {
        return number;  // nothing has happened since the last one
    }
    const auto chain = journal_->chain_at(number);
    if (!chain) {
        return std::unexpected(as_failure(chain.error(), layout_));
    }
    auto written = write_snapshot(layout_.snapshots(), folded->state, *chain, disk_, leave_free_bytes);
    if (!written) {
        return std::unexpected(StoreFailure{StoreError::io, written.error()});
    }
    if (auto sealed = journal_->seal(number); !sealed) {
        return std::unexpected(as_failure(sealed.error(), layout_));
    }
    return number;
}

}  // namespace hubward::storage
