// SPDX-License-Identifier: Apache-2.0
//
// What was said when a referral was withdrawn, for those who may read it. Reads storage; any I/O thread.
#pragma once

#include <expected>
#include <optional>
#include <string>

#include "server/api/services.hpp"
#include "server/auth/principal.hpp"

namespace hubward::server::api {

// Sealed as it lies in the journal.
struct Withdrawal {
    matcher::Timestamp at{};
    matcher::Reason reason = matcher::Reason::none;
    std::uint64_t key_slot = 0;
    std::string sealed;
};

// Of the last withdrawal with words; nothing when there was none. A hub finds only one by which it lost a
// person whom it had.
std::optional<Withdrawal> find_withdrawal(Services& services, const auth::Principal& who,
                                          matcher::ReferralIndex referral);
// The document of wire/fhir/withdrawal.hpp. Whoever shows it has noted the disclosure before.
std::expected<std::string, storage::VaultError> open_withdrawal(Services& services,
                                                                const matcher::ReferralId& id,
                                                                const Withdrawal& withdrawal);

}  // namespace hubward::server::api
