// SPDX-License-Identifier: Apache-2.0
//
// The start page, and the files that pages need.
#include "server/http/guard.hpp"
#include "server/pages/assets.hpp"
#include "server/pages/handlers.hpp"
#include "server/pages/page.hpp"
#include "server/pages/texts.hpp"

namespace hubward::server::pages {

http::Task<http::Response> get_home(api::Services*, Visit visit) {
    Model content;
    if (visit.principal.role == matcher::Role::hub) {
        content.set("hub", "/hub/" + visit.principal.subject);
    }
    content.set("ops", auth::allowed(visit.principal.role, auth::Permission::page_ops));
    co_return page(200, "home", text("page", "tagline"), std::move(content), Model());
}

http::Task<http::Response> get_asset(api::Services*, Visit visit) {
    const Asset* found = asset_at(visit.request.path);
    if (found == nullptr) {
        co_return error_page(404);
    }
    http::Response response;
    response.content_type = found->media_type;
    response.with("Cache-Control", "public, max-age=31536000, immutable")
        .with("Vary", "Accept-Encoding")
        .with("X-Content-Type-Options", "nosniff")
        .with("Cross-Origin-Resource-Policy", "same-origin");
    if (!found->gzip.empty() && http::list_has(visit.request.header("accept-encoding"), "gzip")) {
        response.with("Content-Encoding", "gzip");
        response.body = found->gzip;
    } else {
        response.body = found->bytes;
    }
    co_return response;
}

}  // namespace hubward::server::pages
