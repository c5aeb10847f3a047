// SPDX-License-Identifier: Apache-2.0
//
// Logging in: who holds an access token gives it to this browser, which keeps a session of its own (auth/sessions.hpp).
// A link made by `hubward token mint --link` holds the token behind a "#". Browsers send that part to nobody, so it
// stands in no log; the page's script puts it into the field, and without a script people paste the link.
#include <algorithm>

#include <fmt/format.h>

#include "server/auth/enter.hpp"
#include "server/auth/sessions.hpp"
#include "server/pages/assets.hpp"
#include "server/pages/handlers.hpp"

namespace hubward::server::pages {
namespace {

// Where the work of each role begins; empty for one that has no pages.
std::string first_page(const auth::Principal& principal) {
    switch (principal.role) {
        case matcher::Role::hub: return fmt::format("/hub/{}", principal.subject);
        case matcher::Role::practice: return "/practice";
        case matcher::Role::place:
        case matcher::Role::ops: return "/ops";
        case matcher::Role::system: break;
    }
    return {};
}

// The token out of what was pasted: alone, or at the end of its link, with the blanks that a copy brings along.
std::string_view token_in(std::string_view pasted) {
    constexpr std::string_view blanks = " \t\r\n";
    const std::size_t mark = pasted.rfind('#');
    std::string_view token = mark == pasted.npos ? pasted : pasted.substr(mark + 1);
    token.remove_prefix(std::min(token.find_first_not_of(blanks), token.size()));
    return token.substr(0, token.find_last_not_of(blanks) + 1);
}

std::string_view text_of(auth::TokenError error) {
    switch (error) {
        case auth::TokenError::missing: return "en_missing";
        case auth::TokenError::malformed: return "en_malformed";
        case auth::TokenError::forged: return "en_forged";
        case auth::TokenError::expired: return "en_expired";
        case auth::TokenError::revoked: return "en_revoked";
    }
    return {};
}

// What was typed is never shown again: a page can be left open, and printed.
http::Response log_in_page(const Style& style, const std::vector<FieldFault>& faults) {
    Model content;
    set_faults(content, *style.words, faults);
    Model frame;
    frame.set("script", std::string_view(asset("enter").path));
    return page(style, faults.empty() ? 200 : 422, "enter", style.words->text("page", "log_in"), std::move(content),
                std::move(frame));
}

}  // namespace

http::Task<http::Response> get_enter(api::Services*, Visit visit) { co_return log_in_page(visit.style, {}); }

http::Task<http::Response> log_in(api::Services* services, Visit visit) {
    // Another site must not log anybody in as somebody else, cookie or none.
    if (!says_our_page(visit.request)) {
        co_return error_page(visit.style, 403, "403.form");
    }
    const matcher::Timestamp now = services->clock.outside();
    const auto principal = services->tokens.check(token_in(visit.form.value("token")), now);
    if (!principal) {
        co_return log_in_page(visit.style, {{"token", text_of(principal.error())}});
    }
    http::Response response = see_other(first_page(*principal));
    // What the browser itself sees; a proxy in front may have ended the TLS.
    const std::string_view origin = visit.request.header("origin");
    const bool https = (origin.empty() ? std::string_view(services->base_url) : origin).starts_with("https://");
    const std::string session = auth::sessions(services->tokens).begin(*principal, now);
    response.with("Set-Cookie", auth::session_cookie_value(session, "/", https));
    co_return response;
}

}  // namespace hubward::server::pages
