// SPDX-License-Identifier: Apache-2.0
//
// The door of the feed: who may open a connection at all. Streams are asked for one by one later.
#include "server/auth/identify.hpp"
#include "server/feed/feed_session.hpp"
#include "server/wire/json_writer.hpp"

namespace hubward::server::feed {
namespace {

http::Response refusal(const FeedServices& services, std::string_view slug, unsigned status,
                       std::string_view title, std::string_view detail) {
    http::Response response;
    response.status = status;
    response.content_type = "application/problem+json";
    wire::JsonWriter out(response.body);
    out.open_object();
    out.text("type", std::string(services.base_url).append("/problems/").append(slug));
    out.text("title", title);
    out.integer("status", status);
    out.text("detail", detail);
    out.close_object();
    if (status == 401) {
        response.with("WWW-Authenticate", "Bearer");
    }
    return response;
}

// A page of another site can open a WebSocket and the browser would send our cookie with it; the
// Origin is what tells them apart. Programs send none.
bool foreign_origin(const http::Request& request) {
    if (!request.has_header("origin")) {
        return false;
    }
    std::string_view origin = request.header("origin");
    const std::size_t scheme = origin.find("://");
    return scheme == std::string_view::npos || origin.substr(scheme + 3) != request.header("host");
}

std::optional<http::Response> admit(const FeedServices& services, const http::Request& request) {
    if (foreign_origin(request)) {
        return refusal(services, "forbidden", 403, "Your role does not allow this",
                       "Pages of other sites may not open the feed.");
    }
    for (const std::string_view key : {"token", "access_token", "ticket"}) {
        if (request.query_value(key)) {
            return refusal(services, "bad-request", 400, "The request cannot be understood",
                           "Tokens never stand in a URL; use the Authorization header.");
        }
    }
    const bool brings_token =
        request.has_header("authorization") || !request.cookie(auth::session_cookie).empty();
    if (brings_token) {
        const auto principal = auth::identify(request, services.tokens, services.clock.now());
        if (!principal) {
            return refusal(services, "unauthenticated", 401, "No valid token came with the request",
                           auth::explain(principal.error()));
        }
        if (!auth::allowed(principal->role, auth::Permission::feed_read)) {
            return refusal(services, "forbidden", 403, "Your role does not allow this",
                           "This role has no live stream.");
        }
    }
    return std::nullopt;  // without a token: the first frame must bring it
}

std::optional<Identity> identity_of(const FeedServices& services, const http::Request& request) {
    auto principal = auth::identify(request, services.tokens, services.clock.now());
    if (!principal) {
        return std::nullopt;
    }
    Identity identity;
    identity.principal = *std::move(principal);
    constexpr std::size_t scheme = std::string_view("bearer ").size();
    identity.token = auth::came_by_cookie(request)
                         ? std::string(request.cookie(auth::session_cookie))
                         : std::string(request.header("authorization").substr(scheme));
    return identity;
}

http::Task<http::Response> upgrade_required(const FeedServices* services) {
    http::Response response =
        refusal(*services, "bad-request", 426, "The request cannot be understood",
                "This address speaks WebSocket with the subprotocol hubward.feed.v1.");
    response.with("Upgrade", "websocket").with("Connection", "Upgrade");
    co_return response;
}

}  // namespace

std::vector<http::Route> routes(Feed& feed) {
    http::Route route;
    route.verb = http::Verb::get;
    route.pattern = "/v1/feed";
    route.subprotocol = protocol;
    route.admit = [&feed](const http::Request& head) { return admit(feed.services(), head); };
    route.handle = [&feed](http::Request) { return upgrade_required(&feed.services()); };
    route.upgrade = [&feed](http::Request request, std::shared_ptr<http::WebSocket> socket) {
        return FeedSession::run(feed.shared_thread(request.thread), std::move(socket),
                                identity_of(feed.services(), request));
    };
    return {std::move(route)};
}

}  // namespace hubward::server::feed
