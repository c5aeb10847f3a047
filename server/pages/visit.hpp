// SPDX-License-Identifier: Apache-2.0
//
// One request for a page on its way through a handler, and the wrapper that every page route has.
//
// The wrapper finds out who comes, whether that role may, and for a form whether it comes from one
// of our own pages; what fails is answered by a friendly page before the body is read. It keeps a
// chosen language in a cookie and makes the HTML smaller on its way out.
#pragma once

#include <memory>
#include <string_view>

#include "matcher/command.hpp"
#include "server/api/services.hpp"
#include "server/auth/principal.hpp"
#include "server/http/server.hpp"
#include "server/pages/form.hpp"
#include "server/pages/page.hpp"
#include "storage/hub_codes.hpp"

namespace hubward::server::pages {

struct Visit {
    http::Request request;
    auth::Principal principal;  // role `system` for a stranger on an open page
    Form form;                  // of a POST
    Style style;
    storage::HubCodes* codes = nullptr;  // of the hubs; null: none can be set here
    matcher::TraceId trace;     // of a link, so that the journal tells by which one it was done

    const Words& words() const { return *style.words; }
};
using Handler = http::Task<http::Response> (*)(api::Services*, Visit);

struct PageRow {
    http::Verb verb = http::Verb::get;
    std::string_view pattern;
    auth::Permission permission = auth::Permission::open;
    Handler handler = nullptr;
    // The address holds the right to act (a one-link answer), so no cookie can be abused, and its page
    // keeps the address from everybody: browsers then say "null" for where a form comes from.
    bool by_link = false;
};
http::Route route(const PageRow& row, api::Services& services, std::shared_ptr<const Brand> brand,
                  storage::HubCodes* codes);

// The command with all that the visit says about itself; `key` is the form's idempotency key.
matcher::Envelope envelope(const api::Services& services, const Visit& visit,
                           matcher::Command command, std::string_view key);

// True when the request of a form comes from a page of this server. Browsers always say so, by
// Origin or Sec-Fetch-Site; a request by cookie that says neither is refused.
bool from_our_page(const http::Request& request);
// … or say by themselves that it does not; for forms that need no cookie.
bool says_our_page(const http::Request& request);

}  // namespace hubward::server::pages
