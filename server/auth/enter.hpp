// SPDX-License-Identifier: Apache-2.0
//
// The demo's links that log a browser in: GET /enter/{code} sets the session cookie and goes on to a page.
//
// A code is 128 random bits, kept in memory only and good while the process runs. The token itself
// never stands in a URL, where proxies and histories would keep it.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "server/http/server.hpp"

namespace hubward::server::auth {

class EnterLinks {
  public:
    // Path of a new link, "/enter/…". `page` is a path of this server. Whoever comes gets a token of
    // their own from `session`, so that logging out ends one session and no other. The cookie is sent
    // to `cookie_path` and below only, so that one browser can be two people on different pages. Any
    // thread; so must `session` be.
    std::string add(std::function<std::string()> session, std::string page, std::string cookie_path = "/");
    // Serves the links. The links must outlive the server.
    http::Route route();

  private:
    struct Entry {
        std::function<std::string()> session;
        std::string page;
        std::string cookie_path;
    };
    http::Response enter(std::string_view code) const;

    mutable std::mutex mutex_;
    std::map<std::string, Entry, std::less<>> links_;
};

// The value of Set-Cookie that starts a session with this token, and of the one that ends it. `https`: browsers
// then send it over https alone.
std::string session_cookie_value(std::string_view token, std::string_view path = "/", bool https = false);
std::string ended_session_cookie_value(std::string_view path = "/");

}  // namespace hubward::server::auth
