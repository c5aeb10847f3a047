// SPDX-License-Identifier: Apache-2.0
//
// A vault for targets that sign nothing and open nothing.
#pragma once

#include "storage/vault.hpp"

namespace hubward::server::outbound {

class NoVault final : public storage::Vault {
  public:
    std::expected<storage::Sealed, storage::VaultError> seal(const matcher::ReferralId&, std::string_view) override {
        return std::unexpected(storage::VaultError::io);
    }
    std::expected<std::string, storage::VaultError> open(const matcher::ReferralId&, std::uint64_t,
                                                         std::string_view) override {
        return std::unexpected(storage::VaultError::io);
    }
    std::expected<void, storage::VaultError> erase(std::uint64_t) override { return {}; }
    std::expected<void, storage::VaultError> erase_for_good(const matcher::ReferralId&, std::uint64_t) override {
        return {};
    }
    matcher::ExternalRef blind(std::string_view, std::string_view) const override { return {}; }
};

}  // namespace hubward::server::outbound
