// SPDX-License-Identifier: Apache-2.0
#include "server/api/actions.hpp"

#include <fmt/format.h>

#include "server/api/referral_events.hpp"
#include "server/api/refused_member.hpp"
#include "server/wire/veil.hpp"

namespace hubward::server::api {

matcher::Rejection as_told(const Services& services, matcher::Role to, const matcher::ReferralId& referral,
                           matcher::Rejection rejection) {
    if (to != matcher::Role::practice || rejection.why != matcher::Refused::state_forbids) {
        return rejection;
    }
    const bool shown = services.view.look([&](const View& view) {
        const auto index = view.state().find(referral);
        if (!index) {
            return false;
        }
        matcher::Referral copy = view.state().at(*index);
        wire::veil(copy);
        return copy.status == view.state().at(*index).status;
    });
    return shown ? rejection
                 : matcher::Rejection{.why = rejection.why, .referral_status = matcher::ReferralStatus::unknown};
}

Problem refused_step(Services& services, const auth::Principal& who, matcher::ReferralId referral,
                     const matcher::Rejection& rejection) {
    Problem p = refused(as_told(services, who.role, referral, rejection));
    if (rejection.why == matcher::Refused::version_changed || rejection.why == matcher::Refused::state_forbids) {
        // Two people acting at once should read who was first, not only that somebody was.
        if (const std::string last = last_change(services, who, referral); !last.empty()) {
            p.detail = fmt::format("{} {}", p.detail, last);
        }
    }
    return p;
}

http::Task<std::expected<Done, Problem>> act(Services* services, Call call,
                                             matcher::Command command,
                                             matcher::ReferralId referral, std::string payload) {
    matcher::Envelope letter = envelope(call, command);
    letter.payload = std::move(payload);
    auto done = co_await services->gateway.submit(call.request.thread, std::move(letter));
    if (done) {
        co_return *std::move(done);
    }
    Problem p = refused_step(*services, call.principal, referral, done.error());
    name_member(p, command, done.error(), services->clock.now());
    co_return std::unexpected(std::move(p));
}

}  // namespace hubward::server::api
