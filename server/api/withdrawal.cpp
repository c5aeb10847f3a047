// SPDX-License-Identifier: Apache-2.0
//
// POST /v1/referrals/{id}/withdraw, and GET /v1/referrals/{id}/withdrawal: what was said with it. The
// words may name the person, so they are sealed, and opened on record, like the details.
#include "server/api/withdrawal.hpp"

#include "server/api/answered.hpp"
#include "server/api/handlers.hpp"
#include "server/api/seen.hpp"
#include "server/api/steps.hpp"
#include "server/api/word_body.hpp"
#include "server/wire/fhir/withdrawal.hpp"
#include "server/wire/json_writer.hpp"

namespace hubward::server::api {

std::optional<Withdrawal> find_withdrawal(Services& services, const auth::Principal& who,
                                          matcher::ReferralIndex referral) {
    const bool is_hub = who.role == matcher::Role::hub;
    std::optional<Withdrawal> found;
    std::optional<Withdrawal> last;  // which may have cost this hub a person, or not
    matcher::Sequence written = 0;
    for (const storage::StreamEvent& at : services.events.deeds_of_referral(referral, 0)) {
        if (const auto* withdrawn = std::get_if<matcher::Withdrawn>(at.event)) {
            last.reset();
            if (withdrawn->note_slot != 0) {
                last = Withdrawal{at.entry->at, withdrawn->reason, withdrawn->note_slot,
                                  std::string(at.entry->payload)};
                written = at.entry->number;
                found = is_hub ? found : last;
            }
        }
        const auto* cancelled = std::get_if<matcher::OfferCancelled>(at.event);
        if (is_hub && last && cancelled != nullptr && at.entry->number == written) {
            const bool had_the_person = services.view.look([&](const View& view) {
                return view.state().at(cancelled->on.offer).taken &&
                       own_hub(who, view.state().at(cancelled->on.hub).profile);
            });
            found = had_the_person ? last : found;
        }
    }
    return found;
}

std::expected<std::string, storage::VaultError> open_withdrawal(Services& services,
                                                                const matcher::ReferralId& id,
                                                                const Withdrawal& withdrawal) {
    return services.vault.open(id, withdrawal.key_slot, withdrawal.sealed);
}

http::Task<Outcome> withdraw_referral(Services* services, Call call) {
    const auto id = own_referral(*services, call);
    if (!id) {
        co_return fail("not-found", no_such_referral);
    }
    const auto body = decode_withdrawal(call.request.body);
    if (!body) {
        co_return std::unexpected(faulty(body.error()));
    }
    matcher::WithdrawReferral command{*id, body->reason, call.expected_version};
    std::string payload;
    if (!body->note.empty()) {
        if (const auto first = answered_before(*services, call.key, call.fingerprint)) {
            co_return referral_after(*services, call, *id, *first);
        }
        auto sealed = services->vault.seal(*id, wire::fhir::withdrawal_of(body->note));
        if (!sealed) {
            co_return std::unexpected(sealing_failed(sealed.error()));
        }
        command.note_slot = sealed->key_slot;
        payload = std::move(sealed->bytes);
    }
    Call taken = std::move(call);
    co_return co_await act_on_referral(services, std::move(taken), command, *id, std::move(payload));
}

http::Task<Outcome> get_withdrawal(Services* services, Call call) {
    const auto id = wire::parse_id(call.request.param("id"));
    const auto facts = id ? facts_for(*services, call.principal, *id) : std::nullopt;
    if (!facts) {
        co_return fail("not-found", no_such_referral);
    }
    const auto withdrawal = find_withdrawal(*services, call.principal, facts->index);
    if (!withdrawal && call.principal.role == matcher::Role::hub) {
        co_return fail("forbidden", "A hub may read what was said when a referral was withdrawn that it "
                                    "had accepted. Here that was not so, or nothing was said.");
    }
    if (!withdrawal) {
        co_return fail("not-found", "Nothing was said when this referral was withdrawn, or it was not withdrawn.");
    }
    const matcher::DiscloseDetails command{*id, true};
    matcher::Envelope letter = envelope(call, command);
    const auto done = co_await services->gateway.submit(call.request.thread, std::move(letter));
    if (!done && done.error().why == matcher::Refused::consent_missing) {
        co_return fail("consent-ended", consent_has_ended);
    }
    if (!done) {
        co_return std::unexpected(refused(done.error()));
    }
    const auto document = open_withdrawal(*services, *id, *withdrawal);
    if (!document) {
        co_return std::unexpected(sealing_failed(document.error()));
    }
    std::string body;
    wire::JsonWriter json_out(body);
    json_out.open_object();
    json_out.text("at", wire::time_text(withdrawal->at));
    json_out.text("reason", matcher::name(withdrawal->reason));
    json_out.text("note", wire::fhir::withdrawal_note(*document));
    // A hub needs to know what was said to it, not once more who the person is.
    if (const auto bundle = wire::fhir::withdrawal_bundle(*document);
        !bundle.empty() && call.principal.role == matcher::Role::practice) {
        json_out.raw("bundle", bundle);
    }
    json_out.close_object();
    http::Response response = json(200, std::move(body));
    response.with("Cache-Control", "no-store");
    co_return response;
}

}  // namespace hubward::server::api
