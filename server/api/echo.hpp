// SPDX-License-Identifier: Apache-2.0
//
// What every answer says back: X-Request-Id, X-Correlation-Id, traceparent.
#pragma once

#include <string>
#include <string_view>

#include "server/api/problem.hpp"

namespace hubward::server::api {

// What all answers to one request say back, also the refusals before its body was read.
struct Echo {
    matcher::TraceId incoming;   // zero when none came
    std::string trace;           // 32 hex digits
    std::string request_id;
    std::string correlation_id;  // empty when none came
};
Echo echo_of(const http::Request& request);

// The answer with what it says back; trouble in the shape of the path. base_url may be empty.
http::Response finish(Echo echo, std::string_view path, std::string_view base_url, Outcome outcome);

}  // namespace hubward::server::api
