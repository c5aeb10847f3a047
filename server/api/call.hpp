// SPDX-License-Identifier: Apache-2.0
//
// One request on its way through a handler: who asks, under which key, on which version.
#pragma once

#include <cstdint>
#include <string>

#include "matcher/command.hpp"
#include "server/api/problem.hpp"
#include "server/api/services.hpp"
#include "server/auth/principal.hpp"
#include "server/http/message.hpp"
#include "server/http/task.hpp"

namespace hubward::server::api {

struct Call {
    http::Request request;
    auth::Principal principal;           // role `system` without a token (open endpoints only)
    matcher::TraceId trace;              // zero when no traceparent came in
    std::string key_text;                // Idempotency-Key; empty unless the endpoint takes one
    matcher::RequestKey key;             // … blinded, together with who sent it; zero for none
    std::uint64_t fingerprint = 0;
    std::uint32_t expected_version = 0;  // from If-Match; 0 for none or "*"
};

// An If-Match that no version can ever meet (a tag that we never gave out).
inline constexpr std::uint32_t no_such_version = 0xffff'ffff;

// The command with all that the call says about itself.
matcher::Envelope envelope(const Call& call, matcher::Command command);

using Handler = http::Task<Outcome> (*)(Services*, Call);

// Small answers that many handlers give.
http::Response json(unsigned status, std::string body);
std::string version_tag(std::uint32_t version);  // "\"7\""
// True when If-None-Match names the tag, so the answer is 304.
bool not_modified(const http::Request& request, std::string_view tag);

}  // namespace hubward::server::api
