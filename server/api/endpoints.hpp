// SPDX-License-Identifier: Apache-2.0
//
// THE table: every verb and path of the API, who may use it, and the coroutine that answers it.
//
// One wrapper turns a row into an http::Route. Before the body is read it finds out who calls, and
// whether that role may; behind the handler it adds the headers that every answer has. docs/
// openapi.json, docs/PERMISSIONS.md and the tests of every route are compared with this table.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "server/api/call.hpp"

namespace hubward::server::api {

struct Endpoint {
    http::Verb verb = http::Verb::get;
    std::string_view pattern;
    auth::Permission permission = auth::Permission::open;
    std::size_t body_max = 0;       // bytes; 0: takes no body
    Handler handler = nullptr;
    std::string_view operation_id;  // as in docs/openapi.json
    bool open_to_loopback = false;  // a caller on this machine needs no token
    bool only_asks = false;         // a POST that changes nothing: there is nothing to do twice
};

std::span<const Endpoint> endpoints();

// The row as http serves it. `services` must outlive the route.
http::Route route(const Endpoint& endpoint, Services& services);

}  // namespace hubward::server::api
