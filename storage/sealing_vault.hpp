// SPDX-License-Identifier: Apache-2.0
//
// Vault over a Keyring. Sealed text, for good:
//
//   form byte · XChaCha20-Poly1305 of the details, compressed with zstd (form 1) or as they are
//   (form 2, short ones); the nonce is the 16 bytes of the referral's id and the 8 bytes of the
//   slot, the form byte is the associated data
//
// Compressed first, because sealed text does not compress any more. Any thread.
#pragma once

#include <atomic>

#include "storage/erasure_ledger.hpp"
#include "storage/keyring.hpp"
#include "storage/vault.hpp"

namespace hubward::storage {

class SealingVault final : public Vault {
  public:
    // `keyring` and `ledger` must outlive the vault.
    SealingVault(Keyring& keyring, ErasureLedger& ledger, const SecretKey& master);

    std::expected<Sealed, VaultError> seal(const matcher::ReferralId& id,
                                           std::string_view details) override;
    std::expected<std::string, VaultError> open(const matcher::ReferralId& id,
                                                std::uint64_t key_slot,
                                                std::string_view sealed) override;
    std::expected<void, VaultError> erase(std::uint64_t key_slot) override;
    std::expected<void, VaultError> erase_for_good(const matcher::ReferralId& id,
                                                   std::uint64_t key_slot) override;
    matcher::ExternalRef blind(std::string_view domain, std::string_view text) const override;

    // Details that could not be sealed or opened since the start. Neither those that were erased nor those that were
    // too large: those are answers, not faults. Any thread.
    std::uint64_t errors() const { return errors_.load(std::memory_order_relaxed); }

  private:
    std::expected<Sealed, VaultError> do_seal(const matcher::ReferralId& id, std::string_view details);
    std::expected<std::string, VaultError> do_open(const matcher::ReferralId& id, std::uint64_t key_slot,
                                                   std::string_view sealed);

    Keyring& keyring_;
    ErasureLedger& ledger_;
    const SecretKey blinding_;
    std::atomic<std::uint64_t> errors_{0};  // relaxed: a counter that orders nothing
};

}  // namespace hubward::storage
