// SPDX-License-Identifier: Apache-2.0
//
// The one wrapper between http and every handler.
//
// CSRF: a request by session cookie can only change something by POST with an Idempotency-Key or by
// PUT, and no foreign page can make a browser send either without asking us first (we never say yes).
#include <exception>

#include <fmt/format.h>

#include "server/api/echo.hpp"
#include "server/api/endpoints.hpp"
#include "server/api/headers.hpp"
#include "server/auth/identify.hpp"

namespace hubward::server::api {
namespace {

std::expected<auth::Principal, Problem> admit_caller(const Endpoint& endpoint,
                                                     const Services& services,
                                                     const http::Request& request) {
    if (endpoint.permission == auth::Permission::open ||
        (endpoint.open_to_loopback && request.loopback)) {
        return auth::Principal{};
    }
    auto principal = auth::identify(request, services.tokens, services.clock.outside());
    if (!principal) {
        Problem p = problem("unauthenticated", std::string(auth::explain(principal.error())));
        const bool missing = principal.error() == auth::TokenError::missing;
        p.headers.emplace_back("WWW-Authenticate",
                               missing ? "Bearer realm=\"hubward\""
                                       : "Bearer realm=\"hubward\", error=\"invalid_token\"");
        return std::unexpected(std::move(p));
    }
    if (!auth::allowed(principal->role, endpoint.permission)) {
        return fail("forbidden", fmt::format("The role {} may not do this.",
                                             matcher::name(principal->role)));
    }
    return *std::move(principal);
}

// Everything that can be wrong before the body is there.
std::expected<Call, Problem> admit(const Endpoint& endpoint, const Services& services,
                                   const http::Request& request) {
    auto principal = admit_caller(endpoint, services, request);
    if (!principal) {
        return std::unexpected(std::move(principal.error()));
    }
    Call call;
    call.principal = *std::move(principal);
    if (endpoint.verb == http::Verb::post && !endpoint.only_asks) {
        auto key = idempotency_key(request);
        if (!key) {
            return fail("idempotency-key-missing", key.error());
        }
        call.key_text = *std::move(key);
    }
    if (endpoint.body_max == 0) {
        return call;
    }
    // An action without a body needs no type for it.
    const bool bare_action = endpoint.verb == http::Verb::post && !request.has_header("Content-Type");
    if (!bare_action && !is_json(request.header("Content-Type"))) {
        return fail("unsupported-media-type", "Send Content-Type: application/json.");
    }
    const std::string_view coding = request.header("Content-Encoding");
    if (!coding.empty() && coding != "identity") {
        return fail("unsupported-media-type", "Send the body without Content-Encoding.");
    }
    const auto version = if_match(request);
    if (!version) {
        return fail("bad-request", version.error());
    }
    call.expected_version = *version;
    return call;
}

// The key belongs to its sender: two practices may choose the same text. The hashes are keyed, so
// that the journal does not let anyone try out what a body was.
void blind_key(const storage::Vault& vault, const http::Request& request, Call& call) {
    std::string owner = "request-key/";
    owner.append(matcher::name(call.principal.role)).append("/").append(call.principal.subject);
    const auto key = vault.blind(owner, call.key_text);
    call.key = {key.high, key.low};
    call.fingerprint = vault.blind(request.path, request.body).low;
}

http::Task<http::Response> serve(const Endpoint* endpoint, Services* services,
                                 http::Request request) {
    Echo echo = echo_of(request);
    Outcome outcome;
    try {
        auto call = admit(*endpoint, *services, request);
        if (call) {
            call->trace = echo.incoming;
            if (!call->key_text.empty()) {
                blind_key(services->vault, request, *call);
            }
            call->request = std::move(request);
            Call taken = *std::move(call);
            outcome = co_await endpoint->handler(services, std::move(taken));
        } else {
            outcome = std::unexpected(std::move(call.error()));
        }
    } catch (const std::exception&) {
        // The text of an exception may hold what came in; the operator finds it by the trace id.
        outcome = fail("internal", "The server made a mistake. It is not your fault.");
    }
    co_return finish(std::move(echo), endpoint->pattern, services->base_url, std::move(outcome));
}

}  // namespace

http::Route route(const Endpoint& endpoint, Services& services) {
    http::Route r;
    r.verb = endpoint.verb;
    r.pattern = endpoint.pattern;
    r.body_max = endpoint.body_max;
    const Endpoint* row = &endpoint;
    Services* all = &services;
    if (endpoint.permission != auth::Permission::open || endpoint.body_max != 0) {
        r.admit = [row, all](const http::Request& head) -> std::optional<http::Response> {
            auto call = admit(*row, *all, head);
            if (call) {
                return std::nullopt;
            }
            return finish(echo_of(head), row->pattern, all->base_url,
                          std::unexpected(std::move(call.error())));
        };
    }
    r.handle = [row, all](http::Request request) {
        return serve(row, all, std::move(request));
    };
    return r;
}

}  // namespace hubward::server::api
