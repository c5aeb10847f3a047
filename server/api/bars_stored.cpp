// SPDX-License-Identifier: Apache-2.0
#include "server/api/bars_stored.hpp"

#include "server/api/withdrawal.hpp"
#include "server/auth/identify.hpp"
#include "server/wire/fhir/answer.hpp"
#include "server/wire/fhir/withdrawal.hpp"
#include "server/wire/veil.hpp"

namespace hubward::server::api::bars {
namespace {

Trouble no_such_request() {
    return {404, "not-found", "There is no such ServiceRequest of this practice here.", {}};
}

}  // namespace

std::expected<matcher::Referral, Trouble> find_referral(const Services& services,
                                                        const Caller& caller,
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
        matcher::Referral copy = referral;
        if (!caller.practice.empty()) {
            wire::veil(copy);
        }
        return copy;
    });
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

std::expected<auth::Principal, Trouble> principal_of(const http::Request& request,
                                                     const Services& services) {
    if (auto trouble = check_accept(headers_of(request))) {
        return std::unexpected(*std::move(trouble));
    }
    if (needs_no_token(request, services)) {
        auth::Principal all;
        all.role = matcher::Role::ops;
        return all;
    }
    auto principal = auth::identify(request, services.tokens, services.clock.outside());
    if (!principal) {
        return std::unexpected(
            Trouble{401, "security", std::string(auth::explain(principal.error())), {}});
    }
    return *std::move(principal);
}

http::Task<std::optional<Trouble>> note_disclosure(Services* services, unsigned thread,
                                                   matcher::Envelope letter) {
    const auto done = co_await services->gateway.submit(thread, std::move(letter));
    if (!done) {
        co_return refused(done.error());
    }
    co_return std::nullopt;
}

std::expected<std::string, Trouble> open_details(Services& services,
                                                 const matcher::Referral& referral) {
    const auto written = services.events.entry(referral.submitted_at);
    if (!written || written->entry == nullptr) {
        return std::unexpected(sealing_failed(storage::VaultError::io));
    }
    auto details = services.vault.open(referral.id, referral.key_slot, written->entry->payload);
    if (!details) {
        return std::unexpected(sealing_failed(details.error()));
    }
    return *std::move(details);
}

std::string service_request_now(Services& services, const matcher::Referral& referral,
                                std::string_view details) {
    const auto index = services.view.look([&](const View& view) { return view.state().find(referral.id); });
    auth::Principal practice;
    practice.role = matcher::Role::practice;
    practice.subject = referral.practice.view();
    const bool ended = referral.status == matcher::ReferralStatus::revoked ||
                       referral.status == matcher::ReferralStatus::entered_in_error;
    const auto withdrawal = ended && index ? find_withdrawal(services, practice, *index) : std::nullopt;
    std::string said;
    if (withdrawal) {
        said = open_withdrawal(services, referral.id, *withdrawal).value_or(std::string());
    }
    return wire::fhir::encode_service_request(wire::fhir::bundle_in(details), referral,
                                              wire::fhir::withdrawal_bundle(said));
}

}  // namespace hubward::server::api::bars
