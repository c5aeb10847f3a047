// SPDX-License-Identifier: Apache-2.0
#include "server/pages/visit.hpp"

#include <exception>

#include <fmt/format.h>

#include "server/auth/identify.hpp"
#include "server/http/guard.hpp"
#include "server/http/gzip.hpp"

namespace hubward::server::pages {
namespace {

// A new referral with a note of 1,000 letters, each percent-coded, and every box ticked.
constexpr std::size_t form_bytes_max = 24 * 1024;

bool is_form(std::string_view content_type) {
    return content_type.starts_with("application/x-www-form-urlencoded");
}

std::optional<http::Response> refuse(const PageRow& row, const api::Services& services,
                                     const Brand& brand, const http::Request& request) {
    const auto answer = [&](unsigned status) {
        return error_page(style_of(request, brand, services.demo), status);
    };
    if (row.permission != auth::Permission::open) {
        const auto principal = auth::identify(request, services.tokens, services.clock.outside());
        if (!principal) {
            return answer(401);
        }
        if (!auth::allowed(principal->role, row.permission)) {
            return answer(403);
        }
    }
    if (row.verb == http::Verb::post) {
        if (!row.by_link && !from_our_page(request)) {
            return error_page(style_of(request, brand, services.demo), 403, "403.form");
        }
        // A form without fields may come without a type.
        if (request.has_header("content-type") && !is_form(request.header("content-type"))) {
            return answer(415);
        }
    }
    return std::nullopt;
}

// Personal details stand beside nothing that a stranger could choose, so their length tells nothing.
void make_smaller(http::Response& response, bool wanted) {
    constexpr std::size_t worth_it = 1024;
    if (!response.content_type.starts_with("text/html") || response.body.size() < worth_it) {
        return;
    }
    response.with("Vary", "Accept-Encoding, Accept-Language, Cookie");
    if (!wanted) {
        return;
    }
    if (std::string small = http::gzip(response.body); !small.empty()) {
        response.body = std::move(small);
        response.with("Content-Encoding", "gzip");
    }
}

// The form that ends a session lies below its pages, where the browser sends the session's cookie.
std::string log_out_path(const PageRow& row, const http::Request& request) {
    if (!auth::came_by_cookie(request)) {
        return {};
    }
    switch (row.permission) {
        case auth::Permission::page_hub: return fmt::format("/hub/{}/log-out", request.param("slug"));
        case auth::Permission::page_practice: return "/practice/log-out";
        case auth::Permission::page_ops: return "/ops/log-out";
        default: return {};
    }
}

http::Task<http::Response> serve(const PageRow* row, api::Services* services, const Brand* brand,
                                 storage::HubCodes* codes, http::Request request) {
    const bool gzip = http::list_has(request.header("accept-encoding"), "gzip");
    const Language* chosen = find_language(request.query_value("lang").value_or(""));
    Visit visit;
    visit.style = style_of(request, *brand, services->demo);
    visit.codes = codes;
    visit.style.log_out = log_out_path(*row, request);
    if (auto principal = auth::identify(request, services->tokens, services->clock.outside())) {
        visit.principal = *std::move(principal);
    }
    if (row->verb == http::Verb::post) {
        auto form = Form::read(request.body);
        if (!form) {
            co_return error_page(visit.style, 415);
        }
        visit.form = *std::move(form);
    }
    visit.request = std::move(request);
    http::Response response = co_await row->handler(services, std::move(visit));
    if (chosen != nullptr) {
        response.with("Set-Cookie", language_cookie_value(*chosen));
    }
    make_smaller(response, gzip);
    co_return response;
}

}  // namespace

bool from_our_page(const http::Request& request) {
    // No browser sends an Authorization header by itself.
    return !auth::came_by_cookie(request) || says_our_page(request);
}

bool says_our_page(const http::Request& request) {
    if (request.has_header("origin")) {
        const std::string_view origin = request.header("origin");
        const std::size_t scheme = origin.find("://");
        return scheme != std::string_view::npos &&
               origin.substr(scheme + 3) == request.header("host");
    }
    const std::string_view site = request.header("sec-fetch-site");
    return site == "same-origin" || site == "none";
}

http::Route route(const PageRow& row, api::Services& services, std::shared_ptr<const Brand> brand,
                  storage::HubCodes* codes) {
    http::Route made;
    made.verb = row.verb;
    made.pattern = row.pattern;
    made.body_max = row.verb == http::Verb::post ? form_bytes_max : 0;
    const PageRow* kept = &row;
    api::Services* all = &services;
    made.admit = [kept, all, brand](const http::Request& head) {
        return refuse(*kept, *all, *brand, head);
    };
    made.handle = [kept, all, brand, codes](http::Request request) {
        return serve(kept, all, brand.get(), codes, std::move(request));
    };
    return made;
}

matcher::Envelope envelope(const api::Services& services, const Visit& visit,
                           matcher::Command command, std::string_view key) {
    matcher::Envelope letter;
    letter.command = command;
    letter.actor = visit.principal.actor();
    letter.received_ns = visit.request.received_ns;
    letter.trace = visit.trace;
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
