// SPDX-License-Identifier: Apache-2.0
#include "server/api/bars.hpp"
#include "server/api/endpoints.hpp"
#include "server/api/services.hpp"
#include "server/api/subscription_socket.hpp"

namespace hubward::server::api {

std::vector<http::Route> routes(Services& services) {
    std::vector<http::Route> all;
    for (const Endpoint& endpoint : endpoints()) {
        all.push_back(route(endpoint, services));
    }
    for (http::Route& bars : bars_routes(services)) {
        all.push_back(std::move(bars));
    }
    for (http::Route& socket : bars::subscription_socket_routes(services)) {
        all.push_back(std::move(socket));
    }
    return all;
}

}  // namespace hubward::server::api
