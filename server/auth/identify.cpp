// SPDX-License-Identifier: Apache-2.0
#include "server/auth/identify.hpp"

#include <algorithm>
#include <ranges>

namespace hubward::server::auth {
namespace {

constexpr std::string_view scheme = "bearer ";

bool same_ignoring_case(std::string_view a, std::string_view lower) {
    return std::ranges::equal(a, lower, [](char x, char y) {
        return (x >= 'A' && x <= 'Z' ? static_cast<char>(x - 'A' + 'a') : x) == y;
    });
}

}  // namespace

std::expected<Principal, TokenError> identify(const http::Request& request, const Tokens& tokens,
                                              matcher::Timestamp now) {
    if (request.has_header("authorization")) {
        const std::string_view value = request.header("authorization");
        if (value.size() <= scheme.size() ||
            !same_ignoring_case(value.substr(0, scheme.size()), scheme)) {
            return std::unexpected(TokenError::malformed);
        }
        return tokens.check(value.substr(scheme.size()), now);
    }
    const std::string_view cookie = request.cookie(session_cookie);
    if (cookie.empty()) {
        return std::unexpected(TokenError::missing);
    }
    return tokens.check(cookie, now);
}

std::string_view token_of(const http::Request& request) {
    const std::string_view header = request.header("authorization");
    return header.size() > scheme.size() ? header.substr(scheme.size()) : request.cookie(session_cookie);
}

bool came_by_cookie(const http::Request& request) {
    return !request.has_header("authorization") && !request.cookie(session_cookie).empty();
}

std::size_t sessions_sent(const http::Request& request) {
    std::size_t sent = 0;
    for (const http::Header& header : request.headers) {
        if (!same_ignoring_case(header.name, "cookie")) {
            continue;
        }
        for (const auto part : std::views::split(header.value, ';')) {
            std::string_view pair(part);
            pair.remove_prefix(std::min(pair.find_first_not_of(' '), pair.size()));
            sent += pair.starts_with(session_cookie) && pair.substr(session_cookie.size()).starts_with('=') ? 1U : 0U;
        }
    }
    return sent;
}

std::string_view explain(TokenError error) {
    switch (error) {
        case TokenError::missing:
            return "Send an access token as \"Authorization: Bearer …\".";
        case TokenError::malformed:
            return "The access token does not have the form of one; check that it was copied whole.";
        case TokenError::forged:
            return "The access token was not made by this server; ask its operator for a new one.";
        case TokenError::expired:
            return "The access token has expired; ask the server's operator for a new one.";
        case TokenError::revoked:
            return "The access token was revoked; ask the server's operator for a new one.";
    }
    return {};
}

}  // namespace hubward::server::auth
