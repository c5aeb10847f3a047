// SPDX-License-Identifier: Apache-2.0
//
// The start page, and the files that pages need.
#include "server/http/guard.hpp"
#include "server/pages/assets.hpp"
#include "server/pages/handlers.hpp"

namespace hubward::server::pages {

http::Task<http::Response> get_home(api::Services*, Visit visit) {
    Model content;
    if (visit.principal.role == matcher::Role::hub) {
        content.set("hub", "/hub/" + visit.principal.subject);
    }
    content.set("log_in", visit.principal.role == matcher::Role::system);
    content.set("practice", auth::allowed(visit.principal.role, auth::Permission::page_practice));
    content.set("ops", auth::allowed(visit.principal.role, auth::Permission::page_ops));
    Model frame;
    frame.set("flash", flash_of(visit));
    co_return page(visit.style, 200, "home", visit.words().text("page", "tagline"), std::move(content),
                   std::move(frame));
}

http::Task<http::Response> get_asset(api::Services*, Visit visit) {
    const Brand& brand = *visit.style.brand;
    const std::string_view path = visit.request.path;
    const Asset* found = asset_at(path);
    const bool mark = path == brand.mark_path;
    if (found == nullptr && !mark && path != brand.style_path) {
        co_return error_page(visit.style, 404);
    }
    http::Response response;
    response.with("Cache-Control", "public, max-age=31536000, immutable")
        .with("Cross-Origin-Resource-Policy", "same-origin");
    if (found == nullptr) {
        response.content_type = mark ? "image/svg+xml" : "text/css; charset=utf-8";
        response.body = mark ? brand.mark : brand.style;
        co_return response;
    }
    response.content_type = found->media_type;
    response.with("Vary", "Accept-Encoding");
    const std::string_view takes = visit.request.header("accept-encoding");
    if (http::list_has(takes, "br")) {
        response.with("Content-Encoding", "br");
        response.body = found->brotli;
    } else if (http::list_has(takes, "gzip")) {
        response.with("Content-Encoding", "gzip");
        response.body = found->gzip;
    } else {
        response.body = found->bytes;
    }
    co_return response;
}

}  // namespace hubward::server::pages
