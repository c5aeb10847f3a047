// SPDX-License-Identifier: Apache-2.0
//
// One ServiceRequest by its id, and what the server says about itself.
#include "server/api/bars_handlers.hpp"
#include "server/api/bars_stored.hpp"
#include "server/wire/fhir/capability.hpp"
#include "server/wire/fhir/definitions.hpp"
#include "server/wire/referral_json.hpp"

namespace hubward::server::api::bars {
namespace {

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
    return find_referral(services, *caller, *id);
}

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
    const auto trouble = co_await note_disclosure(services, request.thread, std::move(letter));
    if (trouble) {
        co_return told(*trouble);
    }
    const auto details = open_details(*services, *referral);
    if (!details) {
        co_return told(details.error());
    }
    co_return fhir(200, service_request_now(*services, *referral, *details));
}

http::Task<http::Response> get_metadata(Services* services, http::Request request) {
    if (auto trouble = check_accept(headers_of(request))) {
        co_return told(*trouble);
    }
    co_return fhir(200, wire::fhir::encode_capability(services->fhir, services->base_url));
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
    auto bundle = wire::fhir::encode_definitions(contexts, services->fhir, services->base_url);
    co_return bundle ? fhir(200, *std::move(bundle)) : told(bundle.error());
}

}  // namespace hubward::server::api::bars
