// SPDX-License-Identifier: Apache-2.0
//
// Who sent it, and that nobody changed it: the headers of Standard Webhooks, scheme v1.
//
// A secret is worked out from the master key, the target's id and its generation, so it lies on no disk
// and in no backup; only its owner keeps it. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "storage/vault.hpp"

namespace hubward::server::outbound {

// 32 bytes. The generation rises with each rotation.
std::string secret_of(const storage::Vault& vault, std::string_view target,
                      std::uint32_t generation);
// "whsec_" and the bytes in base64, as its owner gets it.
std::string secret_text(std::string_view secret);

// "v1," and the HMAC-SHA256 of id.timestamp.body. id holds no full stop.
std::string signature(std::string_view secret, std::string_view id, std::int64_t timestamp_s,
                      std::string_view body);

}  // namespace hubward::server::outbound
