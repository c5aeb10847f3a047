// SPDX-License-Identifier: Apache-2.0
//
// FHIR Subscriptions by websocket: $get-ws-binding-token, and the socket that "bind-with-token" is sent to.
//
// A bound socket is a cursor into the stream, like everything else that follows it: it hears of events
// from its binding on, numbered since the Subscription was made, and asks $events for those before. It is
// not acknowledged; a gap in the numbers would say that something was missed, and there is none while the
// socket stands.
#pragma once

#include <vector>

#include "server/api/services.hpp"

namespace hubward::server::api::bars {

inline constexpr std::string_view socket_path = "/FHIR/R4/$subscription-socket";

// POST (and GET) …/Subscription/{id}/$get-ws-binding-token, and the socket itself.
std::vector<http::Route> subscription_socket_routes(Services& services);

}  // namespace hubward::server::api::bars
