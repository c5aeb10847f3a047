// SPDX-License-Identifier: Apache-2.0
#include "server/pages/disclosure.hpp"

namespace hubward::server::pages {

http::Task<std::expected<std::string, unsigned>> disclose(api::Services* services, Visit visit,
                                                          matcher::ReferralId referral) {
    matcher::DiscloseDetails command;
    command.referral = referral;
    matcher::Envelope letter = envelope(*services, visit, command, {});
    const auto done = co_await services->gateway.submit(visit.request.thread, std::move(letter));
    if (!done) {
        using enum matcher::Refused;
        const auto why = done.error().why;
        co_return std::unexpected(why == not_found || why == state_forbids ? 404U
                                  : why == erased                          ? 410U
                                  : why == consent_missing                 ? 403U
                                                                           : 503U);
    }
    const auto facts = services->view.look([&](const View& view) {
        const auto index = view.state().find(referral);
        const matcher::Referral& it = view.state().at(*index);
        return std::pair(it.submitted_at, it.key_slot);
    });
    const auto written = services->events.entry(facts.first);
    if (!written || written->entry == nullptr) {
        co_return std::unexpected(503U);
    }
    auto details = services->vault.open(referral, facts.second, written->entry->payload);
    if (!details) {
        co_return std::unexpected(503U);
    }
    co_return *std::move(details);
}

}  // namespace hubward::server::pages
