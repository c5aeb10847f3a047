// SPDX-License-Identifier: Apache-2.0
#include "server/auth/enter.hpp"

#include <fmt/format.h>
#include "server/auth/base64url.hpp"
#include "server/auth/identify.hpp"

namespace hubward::server::auth {
namespace {

// A coroutine with parameters and no captures: a lambda's captures would die before its frame.
http::Task<http::Response> at_once(http::Response response) { co_return response; }

}  // namespace

std::string EnterLinks::add(std::function<std::string()> session, std::string page, std::string cookie_path) {
    const std::string code = random_code();
    std::lock_guard lock(mutex_);
    links_.emplace(code, Entry{std::move(session), std::move(page), std::move(cookie_path)});
    return "/enter/" + code;
}

http::Route EnterLinks::route() {
    http::Route route;
    route.verb = http::Verb::get;
    route.pattern = "/enter/{code}";
    route.handle = [this](http::Request request) { return at_once(enter(request.param("code"))); };
    return route;
}

http::Response EnterLinks::enter(std::string_view code) const {
    http::Response response;
    response.with("Cache-Control", "no-store");
    std::lock_guard lock(mutex_);
    const auto at = links_.find(code);
    if (at == links_.end()) {
        response.status = 404;
        response.content_type = "text/plain; charset=utf-8";
        response.body = "This link is not known here. It stops working when the server ends; "
                        "take a new one from its output.\n";
        return response;
    }
    response.status = 303;
    response.with("Location", at->second.page);
    response.with("Set-Cookie", session_cookie_value(at->second.session(), at->second.cookie_path));
    return response;
}

std::string session_cookie_value(std::string_view token, std::string_view path, bool https) {
    return fmt::format("{}={}; Path={}; HttpOnly; SameSite=Strict{}", session_cookie, token, path, https ? "; Secure" : "");
}

std::string ended_session_cookie_value(std::string_view path) {
    return fmt::format("{}=; Path={}; HttpOnly; SameSite=Strict; Max-Age=0", session_cookie, path);
}

}  // namespace hubward::server::auth
