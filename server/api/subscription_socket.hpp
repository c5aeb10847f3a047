// SPDX-License-Identifier: Apache-2.0
//
// FHIR Subscriptions by websocket: $get-ws-binding-token, and the socket that "bind-with-token" is sent to.
//
// A bound socket is a cursor into the stream, like everything else that follows it: it hears of events
// from its binding on, numbered since the Subscription was made, and asks $events for those before. It is
// not acknowledged; a gap in the numbers would say that something was missed, and there is none while the
// socket stands.
#pragma once

#include <chrono>
#include <vector>

#include "server/api/services.hpp"

namespace hubward::server::api::bars {

inline constexpr std::string_view socket_path = "/FHIR/R4/$subscription-socket";

// Every wait of a socket; tests shorten them. That its peer is still there http finds out by itself.
struct SocketTimes {
    // The upgrade needs no token, so whoever names none so soon after it is sent away (1008), whatever else it sends.
    std::chrono::milliseconds bind_within{10'000};
    // How soon the end of the Subscription, or of the token that it was asked with, ends a binding.
    std::chrono::milliseconds still_allowed_every{2'000};
    std::chrono::milliseconds look_every{100};  // for new events
};

// POST (and GET) …/Subscription/{id}/$get-ws-binding-token, and the socket itself.
std::vector<http::Route> subscription_socket_routes(Services& services, SocketTimes times = {});

}  // namespace hubward::server::api::bars
