// SPDX-License-Identifier: Apache-2.0
//
// Words that people wrote down later: why it was opened again, declined, given back or withdrawn, and a new
// address. Reads storage; any I/O thread.
#pragma once

#include <expected>
#include <string>

#include "server/api/services.hpp"
#include "server/auth/principal.hpp"

namespace hubward::server::api {

// The words of one event, opened: empty when it has none, or when their key was destroyed on purpose. Whether the
// reader may see them, and that it is on record, is the caller's to know.
std::expected<std::string, storage::VaultError> note_of(Services& services, const matcher::ReferralId& id, const storage::StreamEvent& at);

// Adds them, oldest first, to the opened details as the member "notes". Each is sealed with a key of its own; one
// whose key was destroyed on purpose is left out. One that cannot be read now may be the new address, or the danger:
// then nothing is added, and what is there is not to be shown as if it were all. A practice reads those of what it may hear of (wire/veil.hpp).
// A hub never reads here what was said with a withdrawal: opened again, the referral may have come to one that never
// had the person. The hub that had has its own door (find_withdrawal).
std::expected<void, storage::VaultError> append_notes(Services& services, const auth::Principal& who, const matcher::ReferralId& id,
                                                      matcher::ReferralIndex referral, std::string& details);

}  // namespace hubward::server::api
