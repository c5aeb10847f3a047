// SPDX-License-Identifier: Apache-2.0
#include "server/api/subscription_socket.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "server/api/bars_subscription.hpp"
#include "server/api/bars_call.hpp"
#include "server/api/bars_stored.hpp"
#include "server/api/echo.hpp"
#include "server/api/headers.hpp"
#include "server/api/subscription_bindings.hpp"
#include "server/auth/identify.hpp"
#include "server/http/websocket.hpp"

namespace hubward::server::api::bars {
namespace {

namespace net = boost::asio;
using wire::fhir::NotificationType;

// Frames that the network has not taken; beyond it events wait in the log.
constexpr std::size_t queued_max = 16;
constexpr std::size_t bindings_per_socket_max = 8;
constexpr std::size_t page_events = 32;
constexpr std::int64_t ms_per_s = 1'000;
constexpr std::uint16_t policy_violation = 1008;  // RFC 6455

using Timer = net::basic_waitable_timer<std::chrono::steady_clock,
                                        net::wait_traits<std::chrono::steady_clock>, http::Executor>;

// Shared by the coroutines of one socket, all on its I/O thread.
struct Open {
    Open(std::shared_ptr<http::WebSocket> opened, SocketTimes waits)
        : socket(std::move(opened)), times(waits), unbound(socket->executor()) {}

    std::shared_ptr<http::WebSocket> socket;
    SocketTimes times;
    Timer unbound;  // until the first binding
    std::size_t bindings = 0;
    bool over = false;

    void end(std::string_view why) {
        if (!std::exchange(over, true)) {
            socket->close(policy_violation, why);
        }
    }
};

// Sends what is told behind `after`, as far as the network takes it.
void send_new(Services& services, Open& open, const storage::OutboundTarget& target,
              std::uint64_t& after, std::uint64_t& number, std::int64_t& spoke_ms) {
    if (services.events.bounds(target.stream).head <= after) {
        return;
    }
    ConsentHistories histories(services.events);
    for (const storage::StreamEvent& event : services.events.read(target.stream, after, page_events)) {
        if (open.socket->queued_frames() >= queued_max) {
            return;
        }
        if (is_told(services, target, event, histories)) {
            const auto facts = subscription_facts(target, number + 1);
            const auto text = notification(services, facts, NotificationType::event,
                                           {told_of(services, target, event, number + 1)});
            if (!open.socket->send(http::text_frame(text))) {
                return;
            }
            ++number;
            spoke_ms = services.clock.now().ms;
        }
        after = event.seq;
    }
}

// A socket that names no Subscription holds a connection that somebody else may need.
void end_if_unbound(const std::shared_ptr<Open>& open) {
    open->unbound.expires_after(open->times.bind_within);
    open->unbound.async_wait([open](const boost::system::error_code& cancelled) {
        if (!cancelled && open->bindings == 0) {
            open->end("no token to bind with came in time");
        }
    });
}

// True while the Subscription is there and whoever bound the socket may still have it.
http::Task<bool> still_there(Services* services, const Bindings::Binding* binding) {
    if (!binding->token.empty() &&
        !services->tokens.check(binding->token, services->clock.outside())) {
        co_return false;
    }
    std::string id = binding->subscription;
    const auto now = co_await services->outbound.find(std::move(id));
    co_return now.has_value() && now->target.on &&
        (now->target.until_ms == 0 || now->target.until_ms > services->clock.now().ms);
}

http::Task<void> follow(Services* services, std::shared_ptr<Open> open, Bindings::Binding binding) {
    constexpr auto completion = net::as_tuple(net::use_awaitable_t<http::Executor>{});
    constexpr std::string_view ended = "the Subscription or the right to it has ended";
    const Bindings::Binding* mine = &binding;
    if (!co_await still_there(services, mine)) {
        open->end(ended);
        co_return;
    }
    std::string id = binding.subscription;
    const auto found = co_await services->outbound.find(std::move(id));
    std::optional<Reread> counted;
    if (found && found->target.on) {
        const outbound::TargetNow* from_its_start = &*found;
        counted = co_await reread(services, from_its_start, 1, 0, events_counted_max);
    }
    if (!counted) {
        open->end("the Subscription is gone, or has too many events");
        co_return;
    }
    const storage::OutboundTarget target = found->target;
    std::uint64_t after = counted->looked_to;
    std::uint64_t number = counted->all;
    open->socket->send(http::text_frame(
        notification(*services, subscription_facts(target, number), NotificationType::handshake, {})));
    std::int64_t spoke_ms = services->clock.now().ms;
    std::int64_t checked_ms = spoke_ms;
    Timer timer(open->socket->executor());
    while (!open->over) {
        send_new(*services, *open, target, after, number, spoke_ms);
        const std::int64_t now_ms = services->clock.now().ms;
        if (target.beat_s != 0 && now_ms - spoke_ms >= target.beat_s * ms_per_s) {
            open->socket->send(http::text_frame(notification(
                *services, subscription_facts(target, number), NotificationType::heartbeat, {})));
            spoke_ms = now_ms;
        }
        if (now_ms - checked_ms >= open->times.still_allowed_every.count()) {
            checked_ms = now_ms;
            if (!co_await still_there(services, mine)) {
                open->end(ended);
                co_return;
            }
        }
        timer.expires_after(open->times.look_every);
        [[maybe_unused]] const auto waited = co_await timer.async_wait(completion);
    }
}

// "bind-with-token: TOKEN"; the text of the standard has it with and without the colon.
std::string_view token_in(std::string_view text) {
    constexpr std::string_view command = "bind-with-token";
    if (!text.starts_with(command)) {
        return {};
    }
    text.remove_prefix(command.size());
    const std::size_t from = text.find_first_not_of(": \t");
    if (from == text.npos || from == 0) {
        return {};
    }
    return text.substr(from, text.find_first_of(" \t\r\n", from) - from);
}

http::Task<void> serve_socket(Services* services, std::shared_ptr<Bindings> bindings,
                              SocketTimes times, std::shared_ptr<http::WebSocket> socket) {
    auto open = std::make_shared<Open>(socket, times);
    end_if_unbound(open);
    for (;;) {
        const auto text = co_await socket->read();
        if (!text) {
            break;
        }
        auto binding = bindings->redeem(token_in(*text), services->clock.now().ms);
        if (!binding || open->bindings == bindings_per_socket_max) {
            open->end(binding ? "too many Subscriptions on one socket" : "no token that is good");
            continue;  // until the peer has closed as well
        }
        ++open->bindings;
        open->unbound.cancel();
        net::co_spawn(socket->executor(), follow(services, open, *std::move(binding)), net::detached);
    }
    open->over = true;
    open->unbound.cancel();
}

std::string websocket_url(std::string_view base_url) {
    constexpr std::string_view http_scheme = "http";  // "http://" is "ws://", "https://" is "wss://"
    return std::string("ws").append(base_url.substr(http_scheme.size())).append(socket_path);
}

http::Task<http::Response> give_token(Services* services, std::shared_ptr<Bindings> bindings,
                                      http::Request request) {
    Echo echo = echo_of(request);
    const http::Request* asked = &request;
    const OwnSubscription mine = co_await own_subscription(services, asked);
    http::Response response;
    if (!mine.now) {
        response = told(mine.trouble);
    } else if (mine.now->target.kind != socket_kind) {
        response = told({422, "not-supported", "The channel of this Subscription is no websocket.", {}});
    } else if (const auto who = principal_of(request, *services); !who) {
        response = told(who.error());  // the token ended while the Subscription was looked for
    } else {
        const matcher::Timestamp now = services->clock.now();
        const std::string_view known_by = needs_no_token(request, *services) ? "" : auth::token_of(request);
        const auto token = bindings->issue(*who, {mine.now->target.id, std::string(known_by)}, now.ms);
        response = token ? fhir(200, wire::fhir::encode_binding(
                                         mine.now->target.id, *token, now + Bindings::life,
                                         services->base_url, websocket_url(services->base_url)))
                         : told({503, "transient", "Too many tokens wait to be used.", {}});
    }
    co_return finish(std::move(echo), "/FHIR/R4/Subscription/{id}/$get-ws-binding-token",
                     services->base_url, Outcome(std::move(response)));
}

http::Task<http::Response> no_socket(Services* services, http::Request request) {
    Echo echo = echo_of(request);
    http::Response response = told({400, "not-supported", "This address speaks WebSocket.", {}});
    co_return finish(std::move(echo), socket_path, services->base_url, Outcome(std::move(response)));
}

}  // namespace

std::vector<http::Route> subscription_socket_routes(Services& services, SocketTimes times) {
    const auto bindings = std::make_shared<Bindings>();
    Services* all = &services;
    std::vector<http::Route> routes;
    for (const http::Verb verb : {http::Verb::post, http::Verb::get}) {
        http::Route token;
        token.verb = verb;
        token.pattern = "/FHIR/R4/Subscription/{id}/$get-ws-binding-token";
        token.body_max = 4 * 1024;  // an empty Parameters
        token.handle = [all, bindings](http::Request request) {
            return give_token(all, bindings, std::move(request));
        };
        routes.push_back(std::move(token));
    }
    http::Route socket;
    socket.verb = http::Verb::get;
    socket.pattern = socket_path;
    socket.handle = [all](http::Request request) { return no_socket(all, std::move(request)); };
    socket.upgrade = [all, bindings, times](http::Request, std::shared_ptr<http::WebSocket> opened) {
        return serve_socket(all, bindings, times, std::move(opened));
    };
    routes.push_back(std::move(socket));
    return routes;
}

}  // namespace hubward::server::api::bars
