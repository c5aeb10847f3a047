// SPDX-License-Identifier: Apache-2.0
//
// Seals personal details before they enter the core, opens them for those who may read, and
// erases them by forgetting the key.
//
// XChaCha20-Poly1305 (libsodium) under a fresh 256-bit key per referral; the referral's id is part
// of the nonce, so a sealed text cannot be moved to another referral. Keys lie wrapped in the
// keyring, beside the database and never in it: a delete in RocksDB does not erase.
//
// Keys are made and synced ahead of use, so sealing waits for no disk (about 6 µs).
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "matcher/types.hpp"

namespace hubward::storage {

enum class VaultError : std::uint8_t {
    no_key_ready,  // the key maker cannot keep up or the disk is full: tell the caller "busy"
    erased,        // the key was forgotten on purpose
    too_large,     // more than may be opened again, or sealed more than a command carries: never takes a key
    damaged,       // sealed text and key do not agree
    io,
};

struct Sealed {
    std::uint64_t key_slot = 0;  // goes into SubmitReferral
    std::string bytes;           // goes into Envelope::payload
};

class Vault {
  public:
    virtual ~Vault() = default;
    // Any thread. What it gives is at most limits::payload_bytes_max long, so that the journal takes it.
    virtual std::expected<Sealed, VaultError> seal(const matcher::ReferralId& id,
                                                   std::string_view details) = 0;
    virtual std::expected<std::string, VaultError> open(const matcher::ReferralId& id,
                                                        std::uint64_t key_slot,
                                                        std::string_view sealed) = 0;
    // The details of this slot can never be read again, also not from backups of the database.
    // Durable when it returns. Control thread.
    virtual std::expected<void, VaultError> erase(std::uint64_t key_slot) = 0;
    // The same, and written down beside the master key first: a backup that still holds the key loses
    // it when it is restored (erasure_ledger.hpp). Twice is no harm. `damaged` while the key is missing or damaged where it
    // lies, be it cut short or zeros that no erasure wrote, for a backup may hold it and the list could not name it. Control thread.
    virtual std::expected<void, VaultError> erase_for_good(const matcher::ReferralId& id,
                                                           std::uint64_t key_slot) = 0;

    // Keyed hash for a practice's own reference or a request key: equal inputs give equal ids,
    // and nobody without the master key can try inputs out.
    virtual matcher::ExternalRef blind(std::string_view domain, std::string_view text) const = 0;
};

}  // namespace hubward::storage
