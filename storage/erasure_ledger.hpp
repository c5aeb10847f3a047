// SPDX-License-Identifier: Apache-2.0
//
// Which keys were destroyed on purpose, kept beside the master key and never in a backup.
//
// A backup that was made before an erasure holds the key still. Whoever restores it needs the master
// key, and finds this list beside it: every key on it is destroyed again before the folder opens.
// Each line names the key by a hash of its wrapped bytes, because a folder that was restored may give
// a slot number out once more, to somebody else.
//
//   "hubward erasures 1\n" · n × (16 bytes referral, u64 slot, 32 bytes hash) · 32 bytes BLAKE2b-256
//
// Rewritten as a whole and renamed, so it is whole at every moment; a damaged one refuses the start. A restored
// folder on trial has the same master key as the server it came from, so two processes may add to it: each takes
// its turn (files.hpp) and reads the list again before it writes. One thread at a time.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <vector>

#include "matcher/types.hpp"
#include "storage/disk.hpp"
#include "storage/hash.hpp"
#include "storage/store.hpp"

namespace hubward::storage {

struct ErasedKey {
    matcher::ReferralId referral;
    std::uint64_t slot = 0;
    Digest mark{};  // of the wrapped key that lay there
    friend bool operator==(const ErasedKey&, const ErasedKey&) = default;
};

class ErasureLedger {
  public:
    // An absent file is an empty list. StoreError::corrupt or io; the text names the file and what is wrong with it.
    static std::expected<ErasureLedger, StoreFailure> open(std::filesystem::path path,
                                                          Disk& disk = kernel_disk());

    // Before anybody acts on what was read: whoever wrote the list may have been killed between its rename and the
    // sync, and a power cut would take it back then. Nothing to do where there is none. The text says what to do.
    std::expected<void, std::string> keep_name() const;

    // Durable when it returns, with all that others have added since. A key that this process knows to stand there is
    // not written again. On failure keys() is as it was.
    std::expected<void, std::string> add(const ErasedKey& key);
    const std::vector<ErasedKey>& keys() const { return keys_; }
    // This process knows that the list names the key which the referral had there.
    bool holds(const matcher::ReferralId& referral, std::uint64_t slot) const;

  private:
    ErasureLedger(std::filesystem::path path, Disk& disk) : path_(std::move(path)), disk_(&disk) {}
    std::expected<std::vector<ErasedKey>, StoreFailure> read() const;

    std::filesystem::path path_;
    Disk* disk_;
    std::vector<ErasedKey> keys_;
};

// "<master key file>.erasures"
std::filesystem::path erasures_beside(const std::filesystem::path& master_key_file);

}  // namespace hubward::storage
