// SPDX-License-Identifier: Apache-2.0
//
// GET /v1/referrals/{id}/details: who the person is. The audit entry is durable before the first
// byte is opened, and without it nothing is.
#include "server/api/handlers.hpp"
#include "server/api/seen.hpp"
#include "server/wire/json_writer.hpp"
#include "server/wire/veil.hpp"

namespace hubward::server::api {

namespace {

// Words that people wrote down later: why it was opened again, declined or given back, and a new address.
// Each is sealed with a key of its own; one that cannot be opened any more is left out.
// A practice reads those of what it may hear of (wire/veil.hpp).
void append_notes(Services& services, const auth::Principal& who, const matcher::ReferralId& id,
                  matcher::ReferralIndex referral, std::string& details) {
    const std::string stream = std::string(matcher::name(who.role)) + "/";
    std::string notes;
    wire::JsonWriter json(notes);
    json.open_array();
    bool any = false;
    for (const storage::StreamEvent& at : services.events.of_referral(referral)) {
        const bool hidden = services.view.look([&](const View& view) {
            return wire::veiled(view.state(), *at.event, stream);
        });
        const std::uint64_t slot = hidden ? 0 : matcher::note_slot_of(*at.event);
        const auto text = slot == 0 ? std::unexpected(storage::VaultError::erased)
                                    : services.vault.open(id, slot, at.entry->payload);
        if (text) {
            json.open_object();
            json.text("at", wire::time_text(at.entry->at));
            json.text("event", matcher::event_name(*at.event));
            if (const auto* reopened = std::get_if<matcher::Reopened>(at.event)) {
                json.integer("episode", reopened->episode);
            }
            json.text("note", *text);
            json.close_object();
            any = true;
        }
    }
    json.close_array();
    if (any && details.ends_with('}')) {
        details.pop_back();
        details += R"(,"notes":)" + notes + "}";
    }
}

}  // namespace

constexpr const char* consent_has_ended =
    "The person's consent to share with a hub has ended. Delete what you copied, and do not contact "
    "the person about this referral.";

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
    append_notes(*services, call.principal, *id, facts->index, *details);
    http::Response response = json(200, *std::move(details));
    response.with("Cache-Control", "no-store");
    co_return response;
}

}  // namespace hubward::server::api
