// SPDX-License-Identifier: Apache-2.0
//
// What handlers may use. App owns all of it; everything outlives every request.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "matcher/clock.hpp"
#include "server/api/hub_names.hpp"
#include "server/auth/token.hpp"
#include "server/gateway.hpp"
#include "server/http/server.hpp"
#include "server/outbound/outbound.hpp"
#include "server/view.hpp"
#include "server/wire/fhir/served.hpp"
#include "server/wire/gazetteer.hpp"
#include "storage/event_log.hpp"
#include "storage/vault.hpp"

namespace hubward::server::metrics {
class Recent;
}

namespace hubward::server::api {

struct Services {
    Gateway& gateway;
    View& view;
    storage::EventLog& events;
    storage::Vault& vault;
    auth::Tokens& tokens;
    matcher::Clock& clock;
    const wire::Gazetteer& gazetteer;
    outbound::Outbound& outbound;
    std::string base_url;          // "http://127.0.0.1:8080", for links and problem types
    bool demo = false;             // loopback may post to the FHIR base without a token
    wire::fhir::Served fhir;       // what practice systems may send by BaRS
    std::chrono::milliseconds answer_deadline{5000};  // of the gateway
    // /metrics, in what the Accept header asks for: body and media type. Empty: plain text.
    std::function<std::pair<std::string, std::string_view>(std::string_view accept)> metrics;
    const metrics::Recent* recent = nullptr;  // the last 15 minutes, for the page of the operators
    std::function<std::string(bool& ready)> readiness;  // named checks as JSON
    std::shared_ptr<HubNames> hub_names = std::make_shared<HubNames>();
    // Referrals refused for want of consent: all that is kept of them. Relaxed: a number for people.
    std::shared_ptr<std::atomic<std::uint64_t>> without_consent =
        std::make_shared<std::atomic<std::uint64_t>>(0);
};

// Every route of the API, the FHIR base, health and problem pages. Pages and feed add their own.
std::vector<http::Route> routes(Services& services);
// Answers that http gives by itself (guard, 404, 405), in the shape of the path they belong to.
http::Refusal refusals();
// The same, with absolute problem types. `services` must outlive the server.
http::Refusal refusals(const Services& services);

}  // namespace hubward::server::api
