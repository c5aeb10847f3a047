// SPDX-License-Identifier: Apache-2.0
//
// From a request to the principal who sent it. Any thread; no disk; about 2 µs.
#pragma once

#include <expected>
#include <string>

#include "server/auth/token.hpp"
#include "server/http/message.hpp"

namespace hubward::server::auth {

inline constexpr std::string_view session_cookie = "hubward_session";

// The token of "Authorization: Bearer …", else of the session cookie; both are the same kind of
// token. An Authorization header that is not a good bearer token is an error even when the cookie
// is good: the caller meant what it said.
std::expected<Principal, TokenError> identify(const http::Request& request, const Tokens& tokens,
                                              matcher::Timestamp now);

// The token by which identify() knows the caller, as it came; empty for none. Whatever outlives the request keeps it,
// and asks again from time to time whether it is still good.
std::string_view token_of(const http::Request& request);

// True when the principal came by cookie, so that a form needs its protection against forgery.
bool came_by_cookie(const http::Request& request);

// How many sessions the browser sent: one cookie for each path that its pages are below.
std::size_t sessions_sent(const http::Request& request);

// One sentence for the problem's detail: what is wrong and what to do.
std::string_view explain(TokenError error);

}  // namespace hubward::server::auth
