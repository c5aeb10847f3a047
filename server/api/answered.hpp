// SPDX-License-Identifier: Apache-2.0
//
// A request that was answered before gets that answer again, out of storage: it needs no room on the disk, no key
// of the keyring and no cell of the ring, so a nearly full disk or a crowd does not stand before it, and it takes
// nothing from anybody. To be asked before details are sealed and before Gateway::turned_away.
#pragma once

#include <expected>
#include <optional>

#include "matcher/command.hpp"
#include "matcher/rejection.hpp"
#include "server/api/services.hpp"

namespace hubward::server::api {

// What Gateway::submit answered with under this key, or why it will not be used for this body. Nothing for a
// request without a key or with a new one, for one whose first request is still on its way, and for one whose
// entry cannot be read: those are Gateway::submit's to tell apart. Any thread.
std::optional<std::expected<Done, matcher::Rejection>> answered_before(const Services& services,
                                                                       matcher::RequestKey key,
                                                                       std::uint64_t fingerprint);

}  // namespace hubward::server::api
