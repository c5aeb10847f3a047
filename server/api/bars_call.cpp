// SPDX-License-Identifier: Apache-2.0
#include "server/api/bars_call.hpp"

#include <fmt/format.h>

#include "server/api/headers.hpp"
#include "server/auth/identify.hpp"

namespace hubward::server::api::bars {

bool needs_no_token(const http::Request& request, const Services& services) {
    return services.demo && request.loopback && !request.has_header("Authorization");
}

std::expected<Caller, Trouble> caller_of(const http::Request& request, const Services& services,
                                         auth::Permission permission) {
    if (needs_no_token(request, services)) {
        return Caller{};
    }
    const auto principal = auth::identify(request, services.tokens, services.clock.outside());
    if (!principal) {
        return std::unexpected(
            Trouble{401, "security", std::string(auth::explain(principal.error())), {}});
    }
    if (principal->role != matcher::Role::practice || !auth::allowed(principal->role, permission)) {
        return std::unexpected(Trouble{403, "forbidden", "Only a practice may do this.", {}});
    }
    return Caller{principal->subject};
}

wire::fhir::Headers headers_of(const http::Request& request) {
    wire::fhir::Headers headers;
    headers.request_id = request.header("X-Request-Id");
    headers.correlation_id = request.header("X-Correlation-Id");
    headers.target = request.header("NHSD-Target-Identifier");
    headers.organisation = request.header("NHSD-End-User-Organisation");
    headers.accept = request.header("Accept");
    headers.content_type = request.header("Content-Type");
    headers.format = request.query_value("_format").value_or(std::string_view());
    return headers;
}

http::Response fhir(unsigned status, std::string body) {
    http::Response response;
    response.status = status;
    response.content_type = "application/fhir+json; fhirVersion=4.0; charset=utf-8";
    response.body = std::move(body);
    response.with("Cache-Control", "no-store");
    return response;
}

http::Response told(const Trouble& trouble) {
    auto response = fhir(trouble.status, wire::fhir::encode_outcome(trouble));
    if (trouble.status == 401) {
        response.with("WWW-Authenticate", "Bearer realm=\"hubward\"");
    }
    if (trouble.status == 503) {
        response.with("Retry-After", "5");
    }
    return response;
}

Trouble refused(const matcher::Rejection& rejection) {
    switch (rejection.why) {
        using enum matcher::Refused;
        case not_found:
            return {404, "not-found", "There is no such referral of this practice here.", {}};
        case live_duplicate:
            return {400, "invariant",
                    "A message with this Bundle.id was taken under another X-Request-Id.", "Bundle.id"};
        case key_reused:
            return {400, "invariant", "This X-Request-Id was used for another message.", {}};
        case state_forbids:
            if (rejection.referral_status == matcher::ReferralStatus::unknown) {  // the person does not share it
                return {409, "conflict", "The referral can no longer be changed.", "ServiceRequest.status"};
            }
            return {409, "conflict",
                    fmt::format("The referral is {} and can no longer be changed.",
                                matcher::name(rejection.referral_status)),
                    "ServiceRequest.status"};
        case version_changed:
            return {409, "conflict", "The referral was changed in the meantime.", {}};
        case consent_missing:
            return {400, "invariant", "Consent to share with a hub is missing.", "Consent"};
        case too_large:
            return sealing_failed(storage::VaultError::too_large);
        case erased:
            return {410, "deleted", "The person's details were destroyed.", {}};
        case needs_missing:
        case reason_invalid:
        case outcome_invalid:
        case units_out_of_range:
        case policy_invalid:
        case choice_not_possible:
        case date_invalid:
        case no_unit_left:
        case no_hub_can:
        case care_invalid:
        case calendar_invalid:
        case note_missing:
        case consent_invalid:
        case measure_invalid:
        case need_invalid:
        case reserve_invalid:
        case session_invalid:
        case onward_invalid:
            return {400, "invariant", "The referral breaks a rule of this server.", {}};
        case busy:
        case full:
        case journal_failed:
        case stopping:
            return {503, "transient",
                    "Nothing is known to be stored. Send the same message again with the same "
                    "X-Request-Id.",
                    {}};
        case id_taken:
            break;
    }
    return {500, "exception", "The server made a mistake. Send the same message again.", {}};
}

Trouble refused(const matcher::Rejection& rejection, std::int64_t waited_ns,
                std::chrono::milliseconds deadline) {
    if (rejection.why == matcher::Refused::journal_failed &&
        std::chrono::nanoseconds(waited_ns) >= deadline) {
        return {408, "timeout",
                "The message was not processed in time. Send it again with the same X-Request-Id.",
                {}};
    }
    return refused(rejection);
}

Trouble sealing_failed(storage::VaultError error) {
    switch (error) {
        case storage::VaultError::erased:
            return {404, "not-found", "The details of this referral were erased.", {}};
        case storage::VaultError::too_large:
            return {413, "too-long",
                    "What this message says is too much to keep: sealed it may take 1 MiB, with the words made "
                    "for hub staff. Nothing was stored. Send fewer or shorter elements.",
                    "Bundle.entry"};
        case storage::VaultError::damaged:
            return {500, "exception", "The details of this referral cannot be opened.", {}};
        case storage::VaultError::no_key_ready:
        case storage::VaultError::io:
            break;
    }
    return {503, "transient", "Nothing was stored. Send the same message again.", {}};
}

matcher::Envelope envelope(const Services& services, const http::Request& request,
                           const std::string& practice, matcher::Command command) {
    matcher::Envelope letter;
    letter.command = command;
    letter.actor.role = matcher::Role::practice;
    letter.actor.subject = matcher::HubSlug(practice);
    if (request.verb == http::Verb::post) {
        const auto key = services.vault.blind(
            "bars", fmt::format("{}/{}", practice, request.header("X-Request-Id")));
        letter.key = {key.high, key.low};
        letter.fingerprint = services.vault.blind("bars-body", request.body).low;
    }
    if (const auto trace = trace_of(request.header("traceparent"))) {
        letter.trace = *trace;
    }
    letter.received_ns = request.received_ns;
    return letter;
}

}  // namespace hubward::server::api::bars
