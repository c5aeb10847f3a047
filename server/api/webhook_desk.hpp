// SPDX-License-Identifier: Apache-2.0
//
// Webhooks as their people look at them: how each stands, what its receiver did not take and why, and the two
// things that can be done about it. Codes and times only; of a URL the host alone, because its path often is
// the key to somebody's system. I/O threads.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "server/api/services.hpp"
#include "server/auth/principal.hpp"

namespace hubward::server::api {

// An event whose newest try was not taken.
struct FailedEvent {
    std::uint64_t sequence = 0;
    std::string event;         // what happened; empty when the history does not tell any more
    std::string result;        // "not-taken", "timed-out", …
    std::uint32_t status = 0;  // of HTTP; 0: there was no answer
    std::uint32_t attempt = 0; // 0: by hand
    matcher::Timestamp at{};
    bool may_send = false;     // the one whose turn it is comes again by itself
};
struct WebhookLook {
    std::string id;
    std::string host;
    std::string stream;
    bool on = true;
    std::string off_reason;
    unsigned failures = 0;       // tries of the event whose turn it is
    matcher::Timestamp next_try{};
    std::uint64_t behind = 0;    // events that wait
    std::vector<FailedEvent> failed;  // newest try first, as many as asked for
    std::size_t failed_more = 0;
    bool in_trouble() const { return !on || failures != 0; }
};
struct WebhookLooks {
    std::vector<WebhookLook> shown;  // those in trouble first
    std::size_t more = 0;
};
// The principal's own; of ops all.
http::Task<WebhookLooks> look_at_webhooks(Services* services, auth::Principal who, std::size_t webhooks_max,
                                          std::size_t failed_max);

// Why nothing was done.
enum class DeskRefusal : std::uint8_t { not_there, switched_off, not_sent_yet, busy, again };
using DeskAnswer = std::expected<void, DeskRefusal>;
// Sends one event again, once, beside the order. The same key again does nothing more.
http::Task<DeskAnswer> send_again(Services* services, auth::Principal who, std::string id,
                                  std::uint64_t sequence, storage::RequestMark mark);
// Switched on, and tried at once.
http::Task<DeskAnswer> wake_webhook(Services* services, auth::Principal who, std::string id);

}  // namespace hubward::server::api
