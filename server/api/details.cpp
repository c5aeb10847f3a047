// SPDX-License-Identifier: Apache-2.0
//
// GET /v1/referrals/{id}/details: who the person is. The audit entry is durable before the first
// byte is opened, and without it nothing is.
#include "server/api/handlers.hpp"
#include "server/api/notes.hpp"
#include "server/api/seen.hpp"

namespace hubward::server::api {

http::Task<Outcome> get_details(Services* services, Call call) {
    const auto id = wire::parse_id(call.request.param("id"));
    const auto facts = id ? facts_for(*services, call.principal, *id) : std::nullopt;
    if (!facts) {
        co_return fail("not-found", "There is no such referral, or it is not yours to see.");
    }
    matcher::DiscloseDetails command;
    command.referral = *id;
    matcher::Envelope letter = envelope(call, command);
    const auto done = co_await services->gateway.submit(call.request.thread, std::move(letter));
    if (!done) {
        if (done.error().why == matcher::Refused::not_found &&
            call.principal.role == matcher::Role::hub) {
            if (!facts->referral.consents.given.has(matcher::Purpose::share_with_hub)) {
                co_return fail("consent-ended", consent_has_ended);
            }
            co_return fail("forbidden", "A hub may read the details while it supports the person: "
                                        "accept the offer first.");
        }
        if (done.error().why == matcher::Refused::consent_missing) {
            co_return fail("consent-ended", consent_has_ended);
        }
        co_return std::unexpected(refused(done.error()));
    }
    const auto written = services->events.entry(facts->referral.submitted_at);
    if (!written || written->entry == nullptr) {
        co_return fail("storage-unavailable", "The sealed details could not be read.");
    }
    auto details =
        services->vault.open(*id, facts->referral.key_slot, written->entry->payload);
    if (!details) {
        co_return std::unexpected(sealing_failed(details.error()));
    }
    if (const auto added = append_notes(*services, call.principal, *id, facts->index, *details); !added) {
        co_return std::unexpected(sealing_failed(added.error()));
    }
    http::Response response = json(200, *std::move(details));
    response.with("Cache-Control", "no-store");
    co_return response;
}

}  // namespace hubward::server::api
