// SPDX-License-Identifier: Apache-2.0
#include "server/pages/disclosure.hpp"

#include <tuple>

#include "server/api/notes.hpp"
#include "server/api/withdrawal.hpp"
#include "server/wire/fhir/withdrawal.hpp"

namespace hubward::server::pages {
http::Task<unsigned> note_reading(api::Services* services, Visit visit, matcher::DiscloseDetails command) {
    matcher::Envelope letter = envelope(*services, visit, command, {});
    const auto done = co_await services->gateway.submit(visit.request.thread, std::move(letter));
    if (done) {
        co_return 0U;
    }
    using enum matcher::Refused;
    const auto why = done.error().why;
    co_return why == not_found || why == state_forbids ? 404U
        : why == erased                                ? 410U
        : why == consent_missing                       ? 403U
                                                       : 503U;
}

http::Task<std::expected<std::string, unsigned>> disclose(api::Services* services, Visit visit,
                                                          matcher::ReferralId referral) {
    const auth::Principal who = visit.principal;
    const matcher::DiscloseDetails command{referral};
    if (const unsigned refused = co_await note_reading(services, std::move(visit), command); refused != 0) {
        co_return std::unexpected(refused);
    }
    const auto facts = services->view.look([&](const View& view) {
        const auto index = view.state().find(referral);
        const matcher::Referral& it = view.state().at(*index);
        return std::tuple(*index, it.submitted_at, it.key_slot);
    });
    const auto [index, submitted_at, key_slot] = facts;
    const auto written = services->events.entry(submitted_at);
    if (!written || written->entry == nullptr) {
        co_return std::unexpected(503U);
    }
    auto details = services->vault.open(referral, key_slot, written->entry->payload);
    if (!details) {
        co_return std::unexpected(503U);
    }
    if (!api::append_notes(*services, who, referral, index, *details)) {
        co_return std::unexpected(503U);
    }
    co_return *std::move(details);
}

http::Task<std::expected<std::string, unsigned>> disclose_withdrawal(api::Services* services,
                                                                     Visit visit,
                                                                     matcher::ReferralId referral) {
    const auth::Principal who = visit.principal;
    const auto index = services->view.look([&](const View& view) { return view.state().find(referral); });
    const auto withdrawal = index ? api::find_withdrawal(*services, who, *index) : std::nullopt;
    if (!withdrawal) {
        co_return std::unexpected(404U);
    }
    const matcher::DiscloseDetails command{referral, true};
    if (const unsigned refused = co_await note_reading(services, std::move(visit), command); refused != 0) {
        co_return std::unexpected(refused);
    }
    const auto document = api::open_withdrawal(*services, referral, *withdrawal);
    if (!document) {
        co_return std::unexpected(503U);
    }
    co_return wire::fhir::withdrawal_note(*document);
}

}  // namespace hubward::server::pages
