// SPDX-License-Identifier: Apache-2.0
#include "server/api/call.hpp"

#include <fmt/format.h>

#include "server/api/headers.hpp"

namespace hubward::server::api {
namespace {

// An answer's own headers and those of finish(): room for all at once.
constexpr std::size_t headers_usual = 8;

}  // namespace

matcher::Envelope envelope(const Call& call, matcher::Command command) {
    matcher::Envelope e;
    e.command = command;
    e.actor = call.principal.actor();
    e.key = call.key;
    e.fingerprint = call.fingerprint;
    e.trace = call.trace;
    e.received_ns = call.request.received_ns;
    return e;
}

http::Response json(unsigned status, std::string body) {
    http::Response response;
    response.status = status;
    response.content_type = "application/json";
    response.body = std::move(body);
    response.headers.reserve(headers_usual);
    return response;
}

std::string version_tag(std::uint32_t version) { return fmt::format("\"{}\"", version); }

bool not_modified(const http::Request& request, std::string_view tag) {
    return lists_tag(request.header("If-None-Match"), tag);
}

}  // namespace hubward::server::api
