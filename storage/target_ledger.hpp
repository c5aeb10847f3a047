// SPDX-License-Identifier: Apache-2.0
//
// Which targets of events have ended and which secrets were replaced, kept beside the master key and never in a
// backup.
//
// A backup that was made before still knows a target that its owner has deleted, and the secret that was
// replaced because it had leaked. Whoever restores it needs the master key, and finds this list beside it:
// a target that ended stays ended, and a secret that was replaced signs nothing any more.
//
//   lines of checksum SP generation SP id (checked_lines.hpp), the newest last; the generation of one that
//   ended is 4294967295
//
// Rewritten as a whole and renamed, so it is whole at every moment; a damaged one refuses the start. Two processes
// may add to it, a server and a restored folder on trial: each takes its turn (files.hpp) and reads the list again
// before it writes. It names nobody: ids are random. One thread at a time.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/disk.hpp"
#include "storage/outbound_book.hpp"
#include "storage/store.hpp"

namespace hubward::storage {

class TargetLedger {
  public:
    // Ten times as many as there can be targets. Beyond it the one that ended first is forgotten: only a backup
    // from before its end could bring it back.
    static constexpr std::size_t entries_max = 10'000;

    // An absent file is an empty list; without a path it lives in memory. The text names the file, what is wrong
    // with it and what to do.
    // StoreError::corrupt or io.
    static std::expected<TargetLedger, StoreFailure> open(std::filesystem::path path, Disk& disk = kernel_disk());

    // Before anybody acts on what was read: whoever wrote the list may have been killed between its rename and the
    // sync, and a power cut would take it back then. Nothing to do where there is none. The text says what to do.
    std::expected<void, std::string> keep_name() const;

    // Durable when they return, with all that others have added since; what this process knows to stand there is
    // not written again. On failure nothing has changed.
    std::expected<void, std::string> ended(std::string_view id) { return raise(id, has_ended); }
    std::expected<void, std::string> rotated(std::string_view id, std::uint32_t generation) {
        return raise(id, generation);
    }

    // Takes out those that ended, and gives the others the newest secret that anybody was shown, without a
    // time of overlap with the one before. True when something changed.
    bool honour(std::vector<OutboundTarget>& targets) const;

  private:
    struct Entry {
        std::string id;
        std::uint32_t generation = 0;  // only rises
        friend bool operator==(const Entry&, const Entry&) = default;
    };
    static constexpr std::uint32_t has_ended = UINT32_MAX;

    TargetLedger(std::filesystem::path path, Disk& disk) : path_(std::move(path)), disk_(&disk) {}
    std::expected<void, std::string> raise(std::string_view id, std::uint32_t generation);
    std::expected<std::vector<Entry>, StoreFailure> read() const;
    // Notes it in the list; false when it stood there, or a later one.
    static bool raise(std::vector<Entry>& entries, std::string_view id, std::uint32_t generation);

    std::filesystem::path path_;  // empty: in memory
    Disk* disk_;
    std::vector<Entry> entries_;  // the newest last
};

// "<master key file>.webhooks"
std::filesystem::path targets_beside(const std::filesystem::path& master_key_file);

}  // namespace hubward::storage
