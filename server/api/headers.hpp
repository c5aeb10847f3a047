// SPDX-License-Identifier: Apache-2.0
//
// The request headers that mean the same at every endpoint. Pure; any thread.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "matcher/types.hpp"
#include "server/http/message.hpp"

namespace hubward::server::api {

// The key without the quotes of the draft's form: "abc" and abc are the same key. Text of the error
// says what is wrong.
std::expected<std::string, std::string> idempotency_key(const http::Request& request);

// The version that If-Match names: 0 for no header or "*", 0xffffffff for a tag we never gave out.
// Error: not an entity tag, a weak one, or several (the core compares with one version).
std::expected<std::uint32_t, std::string> if_match(const http::Request& request);

// If-None-Match by weak comparison (RFC 9110 §13.1.2); "*" matches everything.
bool lists_tag(std::string_view if_none_match, std::string_view tag);

// Trace id of a W3C traceparent; nothing when absent or malformed (then a new trace begins).
std::optional<matcher::TraceId> trace_of(std::string_view traceparent);

// X-Request-Id, X-Correlation-Id: visible ASCII, at most 128 bytes; anything else is not echoed.
bool may_echo(std::string_view id);

// "application/json" with or without parameters that change nothing (charset=utf-8).
bool is_json(std::string_view content_type);

}  // namespace hubward::server::api
