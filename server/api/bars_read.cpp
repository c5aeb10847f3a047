// SPDX-License-Identifier: Apache-2.0
//
// What practices may read below the FHIR base, and how everything else there is refused.
#include <array>

#include <fmt/format.h>

#include "server/api/bars_call.hpp"
#include "server/api/bars_handlers.hpp"
#include "server/wire/fhir/answer.hpp"
#include "server/wire/fhir/capability.hpp"
#include "server/wire/fhir/systems.hpp"
#include "server/wire/identifiers.hpp"
#include "server/wire/referral_json.hpp"

namespace hubward::server::api::bars {
namespace {

Trouble no_such_request() {
    return {404, "not-found", "There is no such ServiceRequest of this practice here.", {}};
}

std::expected<Caller, Trouble> reader_of(const http::Request& request, const Services& services) {
    const auto headers = headers_of(request);
    if (auto trouble = check_transaction_ids(headers)) {
        return std::unexpected(*std::move(trouble));
    }
    if (auto trouble = check_accept(headers)) {
        return std::unexpected(*std::move(trouble));
    }
    return caller_of(request, services, auth::Permission::referral_read);
}

// The caller's referral that came in by BaRS.
std::expected<matcher::Referral, Trouble> find(const Services& services, const Caller& caller,
                                               const matcher::ReferralId& id) {
    return services.view.look([&](const View& view) -> std::expected<matcher::Referral, Trouble> {
        const auto index = view.state().find(id);
        if (!index) {
            return std::unexpected(no_such_request());
        }
        const auto& referral = view.state().at(*index);
        if (referral.source != matcher::Source::bars ||
            (!caller.practice.empty() && referral.practice.view() != caller.practice)) {
            return std::unexpected(no_such_request());
        }
        return referral;
    });
}

std::expected<matcher::Referral, Trouble> asked_for(const Services& services,
                                                    const http::Request& request) {
    const auto caller = reader_of(request, services);
    if (!caller) {
        return std::unexpected(caller.error());
    }
    const auto id = wire::parse_id(request.param("id"));
    if (!id) {
        return std::unexpected(Trouble{400, "value", "The id of a ServiceRequest is a UUID here.", {}});
    }
    return find(services, *caller, *id);
}

// Opens the sealed message; its audit entry is durable already.
http::Response opened(Services& services, const matcher::Referral& referral) {
    const auto written = services.events.entry(referral.submitted_at);
    if (!written || written->entry == nullptr) {
        return told(sealing_failed(storage::VaultError::io));
    }
    const auto details =
        services.vault.open(referral.id, referral.key_slot, written->entry->payload);
    if (!details) {
        return told(sealing_failed(details.error()));
    }
    auto body = wire::fhir::encode_service_request(wire::fhir::bundle_in(*details), referral);
    return body.empty() ? told(no_such_request()) : fhir(200, std::move(body));
}

struct Known {
    std::string_view resource;
    std::string_view allow;  // empty: known to the standard, not served here
};
constexpr std::array<Known, 9> known{{
    {"$process-message", "POST, OPTIONS"},
    {"metadata", "GET, HEAD, OPTIONS"},
    {"MessageDefinition", "GET, HEAD, OPTIONS"},
    {"ServiceRequest", ""},
    {"Slot", ""},
    {"Appointment", ""},
    {"DocumentReference", ""},
    {"HealthcareService", ""},
    {"Endpoint", ""},
}};

}  // namespace

http::Task<http::Response> read_service_request(Services* services, http::Request request) {
    const auto referral = asked_for(*services, request);
    if (!referral) {
        co_return told(referral.error());
    }
    matcher::DiscloseDetails command;
    command.referral = referral->id;
    const std::string practice(referral->practice.view());
    matcher::Envelope letter = envelope(*services, request, practice, command);
    const auto done = co_await services->gateway.submit(request.thread, std::move(letter));
    if (!done) {
        co_return told(refused(done.error()));
    }
    co_return opened(*services, *referral);
}

// Search by a person's identifier would need an index of people; there is none, on purpose
// (docs/PRIVACY.md). A malformed question is told so first.
http::Task<http::Response> search_service_requests(Services* services, http::Request request) {
    const auto caller = reader_of(request, *services);
    if (!caller) {
        co_return told(caller.error());
    }
    const auto token = request.query_value("patient:identifier");
    if (!token || token->empty()) {
        co_return told({400, "required", "The query parameter patient:identifier is missing.", {}});
    }
    const auto value = wire::fhir::token_value(*token, wire::fhir::nhs_number_system);
    if (!wire::nhs_number_digits(value.value_or(*token))) {
        co_return told({400, "value", "An NHS number has ten digits.", {}});
    }
    co_return told({501, "not-supported", "Search by person is not served here; read by id.", {}});
}

http::Task<http::Response> get_metadata(Services* services, http::Request request) {
    if (auto trouble = check_accept(headers_of(request))) {
        co_return told(*trouble);
    }
    co_return fhir(200, wire::fhir::encode_capability(services->base_url));
}

http::Task<http::Response> get_definitions(Services* services, http::Request request) {
    const auto headers = headers_of(request);
    if (auto trouble = check_accept(headers)) {
        co_return told(*trouble);
    }
    std::vector<std::string_view> contexts;
    for (const auto& [key, value] : request.query) {
        if (key == "context") {
            contexts.emplace_back(value);
        }
    }
    auto bundle =
        wire::fhir::encode_definitions(contexts, served_by(*services), services->base_url);
    co_return bundle ? fhir(200, *std::move(bundle)) : told(bundle.error());
}

http::Task<http::Response> anything_else(Services*, http::Request request) {
    const auto rest = request.param("path");
    const auto resource = rest.substr(0, rest.find('/'));
    if (rest == "ServiceRequest/" && request.verb == http::Verb::get) {
        co_return told({400, "required", "The id of the ServiceRequest is missing.", {}});
    }
    for (const auto& row : known) {
        if (row.resource != resource) {
            continue;
        }
        if (row.allow.empty()) {
            co_return told({501, "not-supported", "This interaction is not served here.", {}});
        }
        if (rest == resource) {
            auto response =
                told({405, "not-supported", "This address does not take that method.", {}});
            response.with("Allow", std::string(row.allow));
            co_return response;
        }
    }
    co_return told({404, "not-found", "There is nothing at this address.", {}});
}

}  // namespace hubward::server::api::bars
