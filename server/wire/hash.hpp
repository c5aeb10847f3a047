// SPDX-License-Identifier: Apache-2.0
//
// A 128-bit name for a text: BLAKE2b, unkeyed, for things that are public (a hub's slug). Pure.
#pragma once

#include <string_view>

#include "matcher/types.hpp"

namespace hubward::server::wire {

// `domain` keeps names of different kinds apart. Never zero.
matcher::HubId hash128(std::string_view domain, std::string_view text);
// 64-bit fingerprint of a request body, to tell a resend from a mix-up.
std::uint64_t hash64(std::string_view bytes);

}  // namespace hubward::server::wire
