// SPDX-License-Identifier: Apache-2.0
#include "server/http/session.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <exception>
#include <utility>

#include "server/http/out_stream_connection.hpp"
#include "server/http/target.hpp"
#include "server/http/websocket_connection.hpp"
#include "server/http/ws_handshake.hpp"

namespace hubward::server::http {
namespace {

constexpr auto completion = boost::asio::as_tuple(boost::asio::use_awaitable_t<Executor>{});
// A connection that stays quiet this long gives its read buffer to one that is not.
constexpr std::int64_t buffer_kept_ms = 2'000;

std::int64_t ms(std::chrono::seconds duration) {
    return std::chrono::milliseconds(duration).count();
}

std::int64_t unix_seconds() {
    return std::chrono::duration_cast<std::chrono::seconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

// What to say about a head that the parser does not take.
Refused head_fault(RequestParser::Step step, std::string_view bytes, const Limits& limits) {
    if (step == RequestParser::Step::bad_version) {
        return {505, "the HTTP version must be 1.0 or 1.1"};
    }
    if (step != RequestParser::Step::too_large) {
        return {400, "the request is not valid HTTP"};
    }
    if (bytes.substr(0, limits.target_bytes_max).find("\r\n") == std::string_view::npos) {
        return {414, "the request target is too long"};
    }
    return {431, "the headers are too large"};
}

// The wrapper that owns an upgraded connection: the handler first, then a polite end.
Task<void> run_upgrade(const Route* route, Request request,
                       std::shared_ptr<WebSocketConnection> socket) {
    try {
        std::shared_ptr<WebSocket> face = socket;
        co_await route->upgrade(std::move(request), std::move(face));
    } catch (const std::exception&) {
        socket->close(1011, {});
    }
    co_await socket->finish();
}

Task<void> run_stream(const Route* route, Request request,
                      std::shared_ptr<OutStreamConnection> out) {
    try {
        std::shared_ptr<OutStream> face = out;
        co_await route->stream(std::move(request), std::move(face));
    } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): nobody is left to tell
        // Out of memory, or a bug: this stream ends, the others go on.
    }
    out->end();
    co_await out->gone();
}

// HEAD asks for the head of what a program would get.
bool wants_stream(const Request& request, const Route& route) {
    return request.verb == Verb::get &&
           request.header("accept").find(route.stream_type) != std::string_view::npos;
}

}  // namespace

Session::Session(IoThread& thread, Socket socket, Place place, bool loopback)
    : thread_(thread),
      socket_(std::move(socket)),
      place_(std::move(place)),
      loopback_(loopback),
      parser_(thread.limits().header_bytes_max) {
    thread_.connections.insert(this);
}

Session::~Session() {
    thread_.connections.erase(this);
    give_buffer_back();
}

Task<void> Session::run(std::unique_ptr<Session> self) {
    try {
        co_await self->serve();
    } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): nobody is left to tell
        // Out of memory, or a bug: this connection ends, the others go on.
    }
}

Task<void> Session::serve() {
    while (true) {
        const bool ready = co_await wait_for_head();
        if (!ready) {
            co_return;
        }
        const Then then = co_await answer_request();
        if (then == Then::next_request) {
            if (begin_ != end_) {
                // Hundreds of requests may stand here already; those of others come in between.
                co_await boost::asio::post(thread_.executor(), boost::asio::use_awaitable_t<Executor>{});
            }
            continue;
        }
        if (then == Then::linger) {
            co_await linger();
        }
        co_return;
    }
}

Task<bool> Session::wait_for_head() {
    const Limits& limits = thread_.limits();
    parser_.restart();
    const std::int64_t quiet_since = steady_ms();
    std::int64_t header_deadline = quiet_since + ms(limits.header_deadline);
    received_ns_ = steady_ns();
    while (true) {
        const bool first_byte = begin_ == end_;
        if (!first_byte) {
            const auto parsed = parser_.parse_head(unread());
            if (parsed.step == RequestParser::Step::done) {
                head_bytes_ = parsed.consumed;
                first_request_ = false;
                co_return true;
            }
            if (parsed.step != RequestParser::Step::need_more) {
                const Refused refused = head_fault(parsed.step, unread(), limits);
                thread_.core().stats.guard_refusals.fetch_add(1, std::memory_order_relaxed);
                co_await refuse(Request(), refused.status, refused.why);
                co_await linger();
                co_return false;
            }
            wait(Waiting::header, header_deadline);
        } else if (thread_.draining()) {
            co_return false;
        } else if (buffer_ != nullptr) {
            wait(Waiting::first_byte, quiet_since + buffer_kept_ms);
        } else {
            const auto patience = first_request_ ? limits.header_deadline : limits.idle_deadline;
            wait(Waiting::first_byte, quiet_since + ms(patience));
            const auto [error] = co_await socket_.async_wait(Socket::wait_read, completion);
            if (error) {
                co_return false;
            }
        }
        const bool arrived = co_await fill();
        if (arrived) {
            if (first_byte) {
                received_ns_ = steady_ns();
                header_deadline = received_ns_ / 1'000'000 + ms(limits.header_deadline);
            }
            continue;
        }
        if (cut_ == Cut::give_back) {
            cut_ = Cut::none;
            give_buffer_back();
            continue;
        }
        if (cut_ == Cut::header) {
            co_await refuse(Request(), 408, "the header took too long");
            co_await linger();
        }
        co_return false;
    }
}

Task<Session::Then> Session::answer_request() {
    const Limits& limits = thread_.limits();
    ServerCore& core = thread_.core();
    core.stats.requests.fetch_add(1, std::memory_order_relaxed);

    const HeadView head = parser_.head();
    const unsigned version = head.version;
    GuardLimits guard_limits;
    guard_limits.target_bytes_max = limits.target_bytes_max;
    guard_limits.headers_max = limits.headers_max;
    const Verdict verdict = guard(head, guard_limits);
    if (verdict.refused) {
        core.stats.guard_refusals.fetch_add(1, std::memory_order_relaxed);
        // HEAD is answered without a body even when nothing else of it is right.
        Request request = request_of(head, head.method == "HEAD" ? Verb::head : Verb::get);
        co_await refuse(std::move(request), verdict.refused->status, verdict.refused->why);
        co_return Then::linger;
    }
    const Admitted admitted = verdict.admitted;
    const bool expects_body = admitted.chunked || admitted.content_length.value_or(0) != 0;
    Request request = request_of(head, admitted.verb);
    Router::Match match;
    if (!admitted.asterisk) {
        match = core.router.find(admitted.verb, raw_path(head.target));
        request.path = percent_decoded(raw_path(head.target));
        request.query = parse_query(raw_query(head.target));
        request.params = std::move(match.params);
    }
    path_ = request.path;
    begin_ += head_bytes_;  // from here on no view of the head is valid

    Response response;
    bool body_read = !expects_body;
    const Route* route = match.route;
    if (admitted.asterisk || (route == nullptr && admitted.verb == Verb::options &&
                              !match.allow.empty())) {
        response.status = 204;
        response.with("Allow", admitted.asterisk ? "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
                                                 : std::move(match.allow));
    } else if (route == nullptr) {
        const unsigned status = match.allow.empty() ? 404 : 405;
        response = refusal(request, status,
                           status == 404 ? "there is nothing at this address"
                                         : "this address does not serve this method",
                           match.allow);
    } else if (auto answer = admit(*route, request)) {
        response = *std::move(answer);
    } else if (admitted.content_length.value_or(0) > route->body_max ||
               (admitted.chunked && route->body_max == 0)) {
        response = refusal(request, 413, "the body is larger than this address takes", {});
        response.close = true;
    } else if (route->upgrade && (!route->handle || wants_websocket(request))) {
        const Then then = co_await upgrade(std::move(request), route);
        co_return then;
    } else if (route->stream && wants_stream(request, *route)) {
        const Then then = co_await stream(std::move(request), route);
        co_return then;
    } else {
        if (expects_body) {
            const auto ended = co_await read_body(request, admitted, route->body_max);
            if (ended) {
                co_return *ended;
            }
            body_read = true;
        }
        bool threw = false;
        try {
            response = co_await route->handle(std::move(request));
        } catch (const std::exception&) {
            threw = true;  // its text may hold anything, so nobody is shown it
        }
        if (threw) {
            Request failed;
            failed.verb = admitted.verb;
            failed.path = path_;
            failed.target = path_;
            response = refusal(failed, 500, "something went wrong here; the request may be retried",
                               {});
        }
    }

    const bool in_step = body_read || skip_body(admitted);
    const bool keep =
        in_step && admitted.keep_alive && !response.close && !thread_.draining();
    head_out_.clear();
    append_head(head_out_, response, thread_.date.at(unix_seconds()),
                !keep             ? Connection::close
                : version == 10 ? Connection::keep_http10
                                : Connection::keep);
    const bool bodiless =
        admitted.verb == Verb::head || response.status == 204 || response.status == 304;
    const std::string_view body = bodiless ? std::string_view() : std::string_view(response.body);
    const std::size_t sent = send_now(head_out_, body);
    if (sent != head_out_.size() + body.size()) {
        const bool whole = co_await send_rest(head_out_, body, sent);
        if (!whole) {
            co_return Then::close;
        }
    }
    if (keep) {
        co_return Then::next_request;
    }
    // Only a client that asked for the close will not send on. For all others: bytes that nobody
    // read would turn our close into a reset, and the answer could be lost.
    co_return in_step && begin_ == end_ && !admitted.keep_alive ? Then::close : Then::linger;
}

Task<Session::Then> Session::upgrade(Request request, const Route* route) {
    const auto accepted = accept_handshake(request, route->subprotocol);
    if (!accepted) {
        co_await refuse(std::move(request), accepted.error().status, accepted.error().why);
        co_return Then::linger;
    }
    const std::string& answer = *accepted;
    const std::size_t sent = send_now(answer, {});
    if (sent != answer.size()) {
        const bool whole = co_await send_rest(answer, {}, sent);
        if (!whole) {
            co_return Then::close;
        }
    }
    auto socket = std::make_shared<WebSocketConnection>(thread_, std::move(socket_),
                                                        std::move(place_), unread());
    boost::asio::co_spawn(thread_.executor(),
                          run_upgrade(route, std::move(request), std::move(socket)),
                          boost::asio::detached);
    co_return Then::upgraded;
}

Task<Session::Then> Session::stream(Request request, const Route* route) {
    Response response;
    response.content_type = route->stream_type;
    response.until_close = true;
    // Some proxies gather an answer before they pass it on; this is how nginx is told not to.
    response.with("Cache-Control", "no-store").with("X-Accel-Buffering", "no");
    head_out_.clear();
    append_head(head_out_, response, thread_.date.at(unix_seconds()), Connection::close);
    const std::size_t sent = send_now(head_out_, {});
    if (sent != head_out_.size()) {
        const bool whole = co_await send_rest(head_out_, {}, sent);
        if (!whole) {
            co_return Then::close;
        }
    }
    auto out = std::make_shared<OutStreamConnection>(thread_, std::move(socket_), std::move(place_));
    boost::asio::co_spawn(thread_.executor(), run_stream(route, std::move(request), std::move(out)),
                          boost::asio::detached);
    co_return Then::upgraded;
}

// Whatever was refused may leave bytes behind that we do not trust: the connection ends with it.
Task<Session::Then> Session::refuse(Request head, unsigned status, std::string_view why) {
    Response response = refusal(head, status, why, {});
    if (status == 426) {
        response.with("Upgrade", "websocket").with("Sec-WebSocket-Version", "13");
    }
    head_out_.clear();
    append_head(head_out_, response, thread_.date.at(unix_seconds()), Connection::close);
    const std::string_view body =
        head.verb == Verb::head ? std::string_view() : std::string_view(response.body);
    const std::size_t sent = send_now(head_out_, body);
    if (sent != head_out_.size() + body.size()) {
        co_await send_rest(head_out_, body, sent);
    }
    co_return Then::linger;
}

std::optional<Response> Session::admit(const Route& route, const Request& request) {
    if (!route.admit) {
        return std::nullopt;
    }
    try {
        return route.admit(request);
    } catch (const std::exception&) {
        return refusal(request, 500, "something went wrong here; the request may be retried", {});
    }
}

Response Session::refusal(const Request& head, unsigned status, std::string_view why,
                          std::string_view allow) {
    Response response;
    try {
        response = thread_.core().refusal(head, status, why, allow);
    } catch (const std::exception&) {
        response = Response();
        response.content_type = "text/plain";
        response.body = why;
    }
    response.status = status;
    const bool stated =
        std::any_of(response.headers.begin(), response.headers.end(),
                    [](const auto& each) { return same_token(each.first, "allow"); });
    if (status == 405 && !stated) {
        response.with("Allow", std::string(allow));
    }
    return response;
}

Request Session::request_of(const HeadView& head, Verb verb) {
    Request request;
    request.verb = verb;
    request.target = head.target;
    request.path = raw_path(head.target);
    request.headers.reserve(head.headers.size());
    for (const HeaderView& header : head.headers) {
        request.headers.push_back({std::string(header.name), std::string(header.value)});
    }
    request.peer = place_.address();
    // A proxy on this machine speaks for somebody else.
    request.loopback = loopback_ && !request.has_header("forwarded") && !request.has_header("x-forwarded-for") &&
                       !request.has_header("via");
    request.received_ns = received_ns_;
    request.thread = thread_.index();
    return request;
}

}  // namespace hubward::server::http
