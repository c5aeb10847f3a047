// SPDX-License-Identifier: Apache-2.0
//
// What operators do to a data folder: back up, restore, verify, look inside.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "matcher/event.hpp"
#include "storage/files.hpp"
#include "storage/store.hpp"

namespace hubward::storage {

using Progress = std::function<void(std::uint64_t done, std::uint64_t of)>;
// The same, asked after every file: false breaks the copy off.
using KeepOn = std::function<bool(std::uint64_t done, std::uint64_t of)>;

struct BackupReport {
    matcher::Sequence number = 0;  // the backup holds all events up to here
    std::uint64_t bytes = 0;
};
// While the store runs: a checkpoint, copied with the keyring and a manifest of checksums. `target`
// must not exist, and does not before all of it is on disk: whatever is left of a copy that ended half way
// is named <target>.partial. The master key is not part of a backup.
std::expected<BackupReport, StoreFailure> backup(Store& store, const std::filesystem::path& target,
                                                 const KeepOn& keep_on, Disk& disk = kernel_disk());
// Checks the backup against its manifest, then fills `folder`, which must not exist or be empty.
// The history gets a new epoch when events were acknowledged after the backup was taken, so feed
// clients notice.
std::expected<BackupReport, StoreFailure> restore(const std::filesystem::path& backup,
                                                  const std::filesystem::path& folder,
                                                  const Progress& progress, Disk& disk = kernel_disk());

struct VerifyReport {
    std::uint64_t batches = 0;
    std::uint64_t events = 0;
    std::uint64_t sealed = 0;        // sealed details whose key exists
    std::uint64_t state_hash = 0;    // folded from the first event
    std::string chain_head;          // hex
    matcher::Sequence snapshot = 0;  // newest snapshot, found equal to the fold at its number
};
// Reads every record, checks checksums, the chain, numbers without holes, the snapshot against a
// fold from the first event, the invariants of the state, and the high-water file.
std::expected<VerifyReport, StoreFailure> verify(const StoreOptions& options,
                                                 const Progress& progress);

// One decision worked out again from the events before it.
struct DecisionReport {
    bool is_decision = false;            // false: no such event, or it is no Offered
    matcher::Offered made;               // as the journal holds it
    matcher::Timestamp at{};
    std::string hub;                     // slug
    std::vector<std::string> different;  // fields that come out differently today; empty: the same
};
// `number` is that of the Offered event. Reads the journal up to it; changes nothing. A decision of an
// older engine_version may differ without being wrong.
std::expected<DecisionReport, StoreFailure> verify_decision(const StoreOptions& options,
                                                            matcher::Sequence number);

}  // namespace hubward::storage
