// SPDX-License-Identifier: Apache-2.0
//
// From the disk to a State: the newest snapshot that can be trusted, and the journal behind it.
#include <chrono>

#include "matcher/apply.hpp"
#include "matcher/kill_point.hpp"
#include "storage/folder_store.hpp"
#include "storage/snapshot.hpp"

namespace hubward::storage {

namespace fs = std::filesystem;

namespace {

// What a start has read is gathered into streams beside the running server: not at once, for the start itself has use
// for both processors.
constexpr std::chrono::milliseconds streams_wait_for_the_start{250};

struct Image {
    fs::path file;
    matcher::State state;
};

// The newest image that is whole and stands for the history that this journal holds.
std::optional<Image> usable_snapshot(RocksJournal& journal, const FolderLayout& layout, Disk& disk, bool one_thread,
                                     std::vector<std::string>& notes) {
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
        return Image{file.path, std::move(snapshot->state)};
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

std::expected<FolderStore::Folded, StoreFailure> FolderStore::fold(StreamTraces* traces) {
    Folded folded;
    Recovered& recovered = folded.recovered;
    if (auto image = usable_snapshot(*journal_, layout_, disk_, hooks_.by_hand, recovered.notes)) {
        auto written = traces != nullptr ? read_traces(image->file, disk_) : StreamTraces();
        if (written) {
            recovered.state = std::move(image->state);
            recovered.from_snapshot = recovered.state.last;
            folded.image = image->file;
        } else {
            recovered.notes.push_back(written.error() + " and was passed over");
        }
        if (traces != nullptr && written) {
            *traces = *std::move(written);
        }
    }
    const auto read = journal_->read(recovered.state.last, journal_->end().number,
                                     [&](const matcher::SharedBatch& batch) {
                                         for (const matcher::Entry& entry : batch->entries) {
                                             matcher::apply(recovered.state, *batch, entry);
                                         }
                                         recovered.events_folded += batch->count;
                                         if (traces != nullptr) {
                                             traces->add(*batch);
                                         }
                                         log_->learn(batch);
                                         return true;
                                     });
    if (!read) {
        return std::unexpected(as_failure(read.error(), layout_));
    }
    matcher::kill_point("recovery.folded");
    return folded;
}

std::expected<Recovered, StoreFailure> FolderStore::recover() {
    auto folded = fold(nullptr);
    if (!folded) {
        return std::unexpected(folded.error());
    }
    if (!folded->image.empty()) {
        log_->begin_with([file = folded->image, disk = &disk_]() -> std::optional<StreamIndex> {
            auto index = read_stream_index(file, *disk);
            return index ? std::optional(*std::move(index)) : std::nullopt;
        });
    }
    if (!hooks_.by_hand && !options_.read_only) {
        log_->catch_up_beside(streams_wait_for_the_start);
    }
    return std::move(folded->recovered);
}

std::expected<matcher::Sequence, StoreFailure> FolderStore::snapshot(std::uint64_t leave_free_bytes) {
    StreamTraces traces;
    const auto folded = fold(&traces);
    if (!folded) {
        return std::unexpected(folded.error());
    }
    const matcher::State& state = folded->recovered.state;
    const matcher::Sequence number = state.last;
    if (number == folded->recovered.from_snapshot) {
        return number;  // nothing has happened since the last one
    }
    const auto chain = journal_->chain_at(number);
    if (!chain) {
        return std::unexpected(as_failure(chain.error(), layout_));
    }
    auto written = write_snapshot(layout_.snapshots(), state, traces, *chain, disk_, leave_free_bytes);
    if (!written) {
        return std::unexpected(StoreFailure{StoreError::io, written.error()});
    }
    if (auto sealed = journal_->seal(number); !sealed) {
        return std::unexpected(as_failure(sealed.error(), layout_));
    }
    return number;
}

}  // namespace hubward::storage
