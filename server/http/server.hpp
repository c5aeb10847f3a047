// SPDX-License-Identifier: Apache-2.0
//
// Listens, serves routes, drains. http knows nothing of Hubward: routes are handed to it.
//
// One io_context per I/O thread, no strands; a connection stays on the thread it was given.
//
// Plain HTTP/1.1 only: TLS (and HTTP/2, if wanted) is the reverse proxy's in front of it. What the
// guard refuses is chosen so that no proxy and we can read one byte stream as different requests.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/http/message.hpp"
#include "server/http/task.hpp"
#include "server/http/websocket.hpp"

namespace hubward::server::http {

struct Route {
    Verb verb = Verb::get;
    // "/v1/referrals/{id}": a {name} matches one whole segment. "/assets/{path*}" matches the rest.
    std::string_view pattern;
    std::size_t body_max = 0;  // bytes; 413 beyond. 0: no body is read
    // Asked after the header and before the body: an answer here ends the request (401, 404 …).
    std::function<std::optional<Response>(const Request& head)> admit;
    std::function<Task<Response>(Request)> handle;
    // For a GET that upgrades: takes over the connection after the handshake. `admit` came first.
    std::function<Task<void>(Request, std::shared_ptr<WebSocket>)> upgrade;
    std::string_view subprotocol;  // offered back on upgrade when the client named it
    // For a GET whose Accept names `stream_type`: the answer is 200 with a body that goes on until
    // somebody closes. `admit` came first; all other requests go to `handle`.
    std::function<Task<void>(Request, std::shared_ptr<OutStream>)> stream;
    std::string_view stream_type;
};

// Answers that http gives by itself, so that they look like all others (problem+json, or an
// OperationOutcome below /FHIR). `allow` is filled for 405.
using Refusal = std::function<Response(const Request& head, unsigned status, std::string_view why,
                                       std::string_view allow)>;

struct Limits {
    std::size_t target_bytes_max = 8 * 1024;
    std::size_t header_bytes_max = 16 * 1024;
    std::size_t headers_max = 100;
    std::size_t connections_max = 20'000;           // the newest is turned away with 503
    std::size_t connections_per_address_max = 20'000;
    std::chrono::seconds header_deadline{10};       // first byte of a request to end of its header
    std::chrono::seconds body_deadline{15};
    std::chrono::seconds idle_deadline{60};         // keep-alive without a request
    std::chrono::seconds write_deadline{10};
    // A WebSocket that says nothing for so long is pinged, and cut when nothing comes of it: a peer whose machine or
    // line has gone says no goodbye. Half of what proxies in front wait (60 s); the feed's heartbeats come sooner.
    std::chrono::seconds websocket_quiet{30};
    std::chrono::seconds websocket_pong{10};
    std::size_t websocket_message_bytes_max = 16 * 1024;
    std::size_t websocket_queue_frames_max = 1'024;
    std::size_t websocket_queue_bytes_max = 256 * 1024;
};

struct ServerStats {
    std::atomic<std::uint64_t> connections{0};  // open now
    std::atomic<std::uint64_t> accepted{0};
    std::atomic<std::uint64_t> requests{0};
    std::atomic<std::uint64_t> guard_refusals{0};
    std::atomic<std::uint64_t> deadline_closes{0};
    std::atomic<std::uint64_t> reads{0};        // read system calls; goal: 1 per 2 KB POST
};

class Server {
  public:
    struct Options {
        std::string address = "127.0.0.1";
        std::uint16_t port = 8080;  // 0: the kernel chooses
        unsigned threads = 1;
        Limits limits;
    };
    // Fails (text says why) when the address cannot be bound.
    static std::expected<std::unique_ptr<Server>, std::string> listen(Options options,
                                                                      std::vector<Route> routes,
                                                                      Refusal refusal);
    virtual ~Server() = default;
    virtual std::uint16_t port() const = 0;
    virtual unsigned threads() const = 0;
    virtual Executor executor(unsigned thread) = 0;  // to post work to one I/O thread
    virtual const ServerStats& stats() const = 0;
    virtual void start() = 0;  // starts the I/O threads; returns at once
    // No new connections; answers carry "Connection: close"; WebSockets are told to go away;
    // returns when all are gone or the grace is over. Blocks.
    virtual void drain(std::chrono::milliseconds grace) = 0;
    // Ends the I/O threads. Nothing of a handler runs afterwards, so what handlers use may be
    // destroyed; the executors stay valid as long as the server. Idempotent. Blocks.
    virtual void stop() = 0;
};

}  // namespace hubward::server::http
