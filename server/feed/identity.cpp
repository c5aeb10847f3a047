// SPDX-License-Identifier: Apache-2.0
#include "server/feed/identity.hpp"

#include "server/auth/identify.hpp"

namespace hubward::server::feed {

std::optional<Identity> identity_of(const FeedServices& services, const http::Request& request) {
    auto principal = auth::identify(request, services.tokens, services.clock.outside());
    if (!principal) {
        return std::nullopt;
    }
    Identity identity;
    identity.principal = *std::move(principal);
    identity.token = auth::token_of(request);
    return identity;
}

IdentityWatch::IdentityWatch(const FeedServices& services, std::optional<Identity> identity,
                             std::int64_t now_ms)
    : services_(services), identity_(std::move(identity)), checked_ms_(now_ms) {}

IdentityWatch::Verdict IdentityWatch::check(std::int64_t now_ms) {
    const matcher::Timestamp now = services_.clock.outside();
    const matcher::Timestamp expires = identity_->principal.expires;
    if (expires <= now) {
        return {Turn::over, "the access token has expired"};
    }
    // never - now does not overflow: now is after 1970.
    if (!expiry_told_ && expires - now <= services_.times.auth_warning) {
        expiry_told_ = true;
        return {Turn::expiring, {}};
    }
    if (now_ms - checked_ms_ >= services_.times.auth_check.count()) {
        checked_ms_ = now_ms;
        const auto principal = services_.tokens.check(identity_->token, now);
        return principal ? Verdict{Turn::look_again, {}}
                         : Verdict{Turn::over, auth::explain(principal.error())};
    }
    return {};
}

IdentityWatch::Change IdentityWatch::renew(std::string token, std::int64_t now_ms,
                                           std::string_view& why) {
    auto principal = services_.tokens.check(token, services_.clock.outside());
    if (!principal) {
        why = auth::explain(principal.error());
        return Change::bad_token;
    }
    if (identity_ && (identity_->principal.role != principal->role ||
                      identity_->principal.subject != principal->subject)) {
        return Change::another_subject;
    }
    Identity identity;
    identity.principal = *std::move(principal);
    identity.token = std::move(token);
    identity_ = std::move(identity);
    checked_ms_ = now_ms;
    expiry_told_ = false;
    return Change::taken;
}

}  // namespace hubward::server::feed
