// SPDX-License-Identifier: Apache-2.0
//
// One event of a stream as a webhook: a CloudEvents body under the headers of Standard Webhooks.
#pragma once

#include <chrono>

#include "server/outbound/services.hpp"

namespace hubward::server::outbound {

// How long the secret before the last rotation signs as well.
inline constexpr std::chrono::hours rotation_overlap{24};

inline constexpr std::string_view webhook_kind = "webhook";

// The same for each try of the same event, so a receiver knows what it has had.
std::string message_id(std::string_view epoch, std::string_view stream, std::uint64_t seq);

// True when the target wants events of this type, by its index in wire::event_types().
bool wants(const storage::OutboundTarget& target, std::size_t type);

// `services` must outlive it.
Render webhook_messages(const Services& services);

}  // namespace hubward::server::outbound
