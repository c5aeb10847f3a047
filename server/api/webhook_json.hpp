// SPDX-License-Identifier: Apache-2.0
//
// Webhooks as documents: what comes in, how a target stands, what was tried. Pure; any thread.
#pragma once

#include <expected>
#include <span>
#include <string>
#include <string_view>

#include "server/outbound/outbound.hpp"
#include "server/wire/fault.hpp"

namespace hubward::server::api {

struct WebhookBody {
    std::string url;    // not looked at yet
    std::string types;  // known ones, with commas between; empty: all
};
std::expected<WebhookBody, wire::Faults> decode_webhook(std::string_view body);
// {"sequence": 42}
std::expected<std::uint64_t, wire::Faults> decode_resend(std::string_view body);

// secret: only in the answer that makes it; empty otherwise.
std::string encode_webhook(const outbound::TargetNow& now, std::string_view secret);
std::string encode_deliveries(const outbound::TargetNow& now,
                              std::span<const storage::OutboundAttempt> attempts);

}  // namespace hubward::server::api
