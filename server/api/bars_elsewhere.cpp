// SPDX-License-Identifier: Apache-2.0
//
// Everything below the FHIR base that no route serves: 501 for what the standard knows and we do
// not do, 405 for a wrong method, 400 for a missing id, 404 for the rest.
#include <array>

#include "server/api/bars_call.hpp"
#include "server/api/bars_handlers.hpp"

namespace hubward::server::api::bars {
namespace {

struct Known {
    std::string_view resource;
    std::string_view allow;     // of the address itself; empty: not served
    std::string_view allow_id;  // of "…/{id}"
    bool writable = false;      // the standard lets senders write it, provisionally
};
constexpr std::string_view reads = "GET, HEAD, OPTIONS";
constexpr std::array<Known, 12> known{{
    {"$process-message", "POST, OPTIONS", "", false},
    {"metadata", reads, "", false},
    {"MessageDefinition", reads, "", false},
    {"ServiceRequest", reads, reads, true},
    {"Task", reads, reads, false},
    {"HealthcareService", reads, reads, false},
    {"$outbox", reads, "", false},
    {"Subscription", "GET, HEAD, POST, OPTIONS", "GET, HEAD, DELETE, OPTIONS", false},
    {"Slot", "", "", true},
    {"Appointment", "", "", true},
    {"DocumentReference", "", "", true},
    {"Endpoint", "", "", true},
}};

http::Response wrong_method(std::string_view allow) {
    auto response = told({405, "not-supported", "This address does not take that method.", {}});
    response.with("Allow", std::string(allow));
    return response;
}

}  // namespace

http::Response anything_else(const http::Request& head) {
    const auto rest = head.param("path");
    const auto slash = rest.find('/');
    const auto resource = rest.substr(0, slash);
    const auto id = slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
    for (const auto& row : known) {
        if (row.resource != resource) {
            continue;
        }
        const bool reading = head.verb == http::Verb::get;
        if (reading && slash != std::string_view::npos && id.empty() && !row.allow_id.empty()) {
            return told({400, "required", "The id of the resource is missing.", {}});
        }
        if (row.allow.empty() || (row.writable && !reading)) {
            return told({501, "not-supported", "This interaction is not served here.", {}});
        }
        if (slash == std::string_view::npos) {
            return wrong_method(row.allow);
        }
        if (!row.allow_id.empty() && id.find('/') == std::string_view::npos) {
            return wrong_method(row.allow_id);
        }
    }
    return told({404, "not-found", "There is nothing at this address.", {}});
}

}  // namespace hubward::server::api::bars
