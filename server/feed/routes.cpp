// SPDX-License-Identifier: Apache-2.0
//
// The doors of the feed: who may come in at all, and by which of the three ways.
#include "server/auth/identify.hpp"
#include "server/feed/access.hpp"
#include "server/feed/event_stream.hpp"
#include "server/feed/feed_session.hpp"
#include "server/feed/long_poll.hpp"
#include "server/feed/refusal.hpp"
#include "server/wire/json_writer.hpp"

namespace hubward::server::feed {
namespace {

using Refused = std::optional<Trouble>;

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

// What every way in asks. Without any token the WebSocket may still bring one in its first frame.
Refused admit(const FeedServices& services, const http::Request& request, bool token_now) {
    if (foreign_origin(request)) {
        return forbidden("Pages of other sites may not open the feed.");
    }
    for (const std::string_view key : {"token", "access_token", "ticket"}) {
        if (request.query_value(key)) {
            return bad_request("Tokens never stand in a URL; use the Authorization header.");
        }
    }
    if (!token_now && !request.has_header("authorization") &&
        request.cookie(auth::session_cookie).empty()) {
        return std::nullopt;
    }
    const auto principal = auth::identify(request, services.tokens, services.clock.outside());
    if (!principal) {
        return unauthenticated(std::string(auth::explain(principal.error())));
    }
    if (!auth::allowed(principal->role, auth::Permission::feed_read)) {
        return forbidden("This role has no live stream.");
    }
    return std::nullopt;
}

std::optional<http::Response> answered(const FeedServices& services, const Refused& refused) {
    return refused ? std::optional(refusal(services.base_url, *refused)) : std::nullopt;
}

bool exists(const FeedServices& services, std::string_view stream) {
    constexpr std::string_view hub = "hub/";
    if (stream.starts_with(hub)) {
        return services.view.look(
            [&](const View& v) { return v.hub_by_slug(stream.substr(hub.size())).has_value(); });
    }
    return stream.starts_with("practice/") || stream.starts_with("place/") || stream == "ops";
}

Refused admit_reader(const FeedServices& services, const http::Request& request) {
    if (Refused refused = admit(services, request, true)) {
        return refused;
    }
    const auto wanted = read_stream_request(request);
    if (!wanted) {
        return bad_request(wanted.error());
    }
    const auto identity = identity_of(services, request);
    // What is not there and what is another's look alike.
    if (!identity || !may_hear(identity->principal, wanted->stream, services.view) ||
        !exists(services, wanted->stream)) {
        return no_such_stream();
    }
    return std::nullopt;
}

http::Task<http::Response> at_once(http::Response response) { co_return response; }

http::Route websocket_route(Feed& feed) {
    http::Route route;
    route.verb = http::Verb::get;
    route.pattern = "/v1/feed";
    route.subprotocol = protocol;
    route.admit = [&feed](const http::Request& head) {
        return answered(feed.services(), admit(feed.services(), head, false));
    };
    route.handle = [&feed](http::Request) {
        Trouble trouble = bad_request(
            "This address speaks WebSocket with the subprotocol hubward.feed.v1. For event streams and "
            "long polls there is GET /v1/streams/{stream}/events.");
        trouble.status = 426;
        http::Response response = refusal(feed.services().base_url, trouble);
        response.with("Upgrade", "websocket").with("Connection", "Upgrade");
        return at_once(std::move(response));
    };
    route.upgrade = [&feed](http::Request request, std::shared_ptr<http::WebSocket> socket) {
        return FeedSession::run(feed.shared_thread(request.thread), std::move(socket),
                                identity_of(feed.services(), request));
    };
    return route;
}

http::Task<http::Response> read_events(Feed* feed, http::Request request) {
    // Between admit and here nothing waited; a token that ended this moment is still refused.
    auto identity = identity_of(feed->services(), request);
    auto wanted = read_stream_request(request);
    if (!identity || !wanted) {
        return at_once(refusal(feed->services().base_url,
                               unauthenticated("The access token is not good any more.")));
    }
    return long_poll(feed->shared_thread(request.thread), *std::move(identity), *std::move(wanted),
                     request.target.substr(0, request.target.find('?')));
}

http::Task<void> nothing() { co_return; }

http::Task<void> stream_events(Feed* feed, http::Request request,
                               std::shared_ptr<http::OutStream> out) {
    auto identity = identity_of(feed->services(), request);
    auto wanted = read_stream_request(request);
    if (!identity || !wanted) {
        return nothing();  // the token ended this moment; the stream closes and says so next time
    }
    return EventStream::run(feed->shared_thread(request.thread), std::move(out),
                            *std::move(identity), *std::move(wanted));
}

http::Route stream_route(Feed& feed, std::string_view pattern) {
    http::Route route;
    route.verb = http::Verb::get;
    route.pattern = pattern;
    route.admit = [&feed](const http::Request& head) {
        return answered(feed.services(), admit_reader(feed.services(), head));
    };
    route.handle = [&feed](http::Request request) { return read_events(&feed, std::move(request)); };
    route.stream_type = event_stream_type;
    route.stream = [&feed](http::Request request, std::shared_ptr<http::OutStream> out) {
        return stream_events(&feed, std::move(request), std::move(out));
    };
    return route;
}

http::Response issue_ticket(Feed& feed, const http::Request& request) {
    auto identity = identity_of(feed.services(), request);
    if (!identity) {
        return refusal(feed.services().base_url, unauthenticated("The access token is not good any more."));
    }
    const std::int64_t now_ms = feed.services().clock.steady_ns() / 1'000'000;
    const auto ticket = feed.shared().tickets.issue(identity->principal, std::move(identity->token), now_ms);
    if (!ticket) {
        Trouble busy{"busy", 503, "Too much is going on just now",
                     "Too many tickets wait to be used; try again in half a minute."};
        http::Response response = refusal(feed.services().base_url, busy);
        response.with("Retry-After", "30");
        return response;
    }
    http::Response response;
    response.status = 201;
    response.content_type = "application/json";
    response.with("Cache-Control", "no-store");
    wire::JsonWriter out(response.body);
    out.open_object();
    out.text("ticket", *ticket);
    out.integer("expires_in", std::chrono::duration_cast<std::chrono::seconds>(Tickets::life).count());
    out.close_object();
    return response;
}

// No Idempotency-Key: a second ticket harms nobody and runs out by itself.
http::Route ticket_route(Feed& feed) {
    http::Route route;
    route.verb = http::Verb::post;
    route.pattern = "/v1/feed-tickets";
    route.admit = [&feed](const http::Request& head) {
        return answered(feed.services(), admit(feed.services(), head, true));
    };
    route.handle = [&feed](http::Request request) { return at_once(issue_ticket(feed, request)); };
    return route;
}

}  // namespace

std::vector<http::Route> routes(Feed& feed) {
    std::vector<http::Route> all;
    all.push_back(websocket_route(feed));
    all.push_back(stream_route(feed, "/v1/streams/{kind}/{name}/events"));
    all.push_back(stream_route(feed, "/v1/streams/{stream}/events"));  // ops
    all.push_back(ticket_route(feed));
    return all;
}

}  // namespace hubward::server::feed
