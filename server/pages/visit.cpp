// SPDX-License-Identifier: Apache-2.0
#include "server/pages/visit.hpp"

#include <exception>

#include <fmt/format.h>

#include "server/auth/identify.hpp"
#include "server/pages/page.hpp"

namespace hubward::server::pages {
namespace {

// A handful of short fields.
constexpr std::size_t form_bytes_max = 8 * 1024;

bool is_form(std::string_view content_type) {
    return content_type.starts_with("application/x-www-form-urlencoded");
}

std::optional<http::Response> refuse(const PageRow& row, const api::Services& services,
                                     const http::Request& request) {
    if (row.permission != auth::Permission::open) {
        const auto principal = auth::identify(request, services.tokens, services.clock.now());
        if (!principal) {
            return error_page(401);
        }
        if (!auth::allowed(principal->role, row.permission)) {
            return error_page(403);
        }
    }
    if (row.verb == http::Verb::post) {
        if (!from_our_page(request)) {
            return error_page(403, "403.form");
        }
        // A form without fields may come without a type.
        if (request.has_header("content-type") && !is_form(request.header("content-type"))) {
            return error_page(415);
        }
    }
    return std::nullopt;
}

http::Task<http::Response> serve(const PageRow* row, api::Services* services,
                                 http::Request request) {
    Visit visit;
    if (auto principal = auth::identify(request, services->tokens, services->clock.now())) {
        visit.principal = *std::move(principal);
    }
    if (row->verb == http::Verb::post) {
        auto form = Form::read(request.body);
        if (!form) {
            co_return error_page(415);
        }
        visit.form = *std::move(form);
    }
    visit.request = std::move(request);
    co_return co_await row->handler(services, std::move(visit));
}

}  // namespace

bool from_our_page(const http::Request& request) {
    if (!auth::came_by_cookie(request)) {
        return true;  // no browser sends an Authorization header by itself
    }
    if (request.has_header("origin")) {
        const std::string_view origin = request.header("origin");
        const std::size_t scheme = origin.find("://");
        return scheme != std::string_view::npos &&
               origin.substr(scheme + 3) == request.header("host");
    }
    const std::string_view site = request.header("sec-fetch-site");
    return site == "same-origin" || site == "none";
}

http::Route route(const PageRow& row, api::Services& services) {
    http::Route made;
    made.verb = row.verb;
    made.pattern = row.pattern;
    made.body_max = row.verb == http::Verb::post ? form_bytes_max : 0;
    const PageRow* kept = &row;
    api::Services* all = &services;
    made.admit = [kept, all](const http::Request& head) { return refuse(*kept, *all, head); };
    made.handle = [kept, all](http::Request request) {
        return serve(kept, all, std::move(request));
    };
    return made;
}

matcher::Envelope envelope(const api::Services& services, const Visit& visit,
                           matcher::Command command, std::string_view key) {
    matcher::Envelope letter;
    letter.command = command;
    letter.actor = visit.principal.actor();
    letter.received_ns = visit.request.received_ns;
    if (!key.empty()) {
        const auto blind = services.vault.blind(
            fmt::format("page-key/{}/{}", matcher::name(visit.principal.role),
                        visit.principal.subject),
            key);
        letter.key = {blind.high, blind.low};
        letter.fingerprint = services.vault.blind(visit.request.path, visit.request.body).low;
    }
    return letter;
}

}  // namespace hubward::server::pages
