// SPDX-License-Identifier: Apache-2.0
#include "server/api/actions.hpp"

#include <fmt/format.h>

#include "server/api/referral_events.hpp"

namespace hubward::server::api {

http::Task<std::expected<Done, Problem>> act(Services* services, Call call,
                                             matcher::Command command,
                                             matcher::ReferralId referral, std::string payload) {
    matcher::Envelope letter = envelope(call, command);
    letter.payload = std::move(payload);
    auto done = co_await services->gateway.submit(call.request.thread, std::move(letter));
    if (done) {
        co_return *std::move(done);
    }
    Problem p = refused(done.error());
    const auto why = done.error().why;
    if (why == matcher::Refused::version_changed || why == matcher::Refused::state_forbids) {
        // Two people acting at once should read who was first, not only that somebody was.
        if (const std::string last = last_change(*services, call.principal, referral);
            !last.empty()) {
            p.detail = fmt::format("{} {}", p.detail, last);
        }
    }
    co_return std::unexpected(std::move(p));
}

}  // namespace hubward::server::api
