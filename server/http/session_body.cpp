// SPDX-License-Identifier: Apache-2.0
//
// The body of a request: after the route is known and admitted, under its limit and the deadline.
#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <utility>

#include "server/http/session.hpp"

namespace hubward::server::http {
namespace {

constexpr auto completion = boost::asio::as_tuple(boost::asio::use_awaitable_t<Executor>{});
constexpr std::size_t body_spare_bytes = 64;         // promised by Request::body for padded parsers
// Memory follows what has really arrived: so much ahead of it at first, then as much again as there
// is. A head that promises a large body and sends none holds no more than this.
constexpr std::size_t body_ahead_bytes = 8 * 1024;

std::int64_t ms(std::chrono::seconds duration) {
    return std::chrono::milliseconds(duration).count();
}

}  // namespace

Task<std::optional<Session::Then>> Session::read_body(Request& request, const Admitted& admitted,
                                                      std::size_t body_max) {
    if (admitted.expects_continue && begin_ == end_) {
        static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
        const std::size_t sent = send_now(go_on, {});
        if (sent != go_on.size()) {
            const bool whole = co_await send_rest(go_on, {}, sent);
            if (!whole) {
                co_return Then::close;
            }
        }
    }
    const std::int64_t deadline = steady_ms() + ms(thread_.limits().body_deadline);
    if (admitted.chunked) {
        const auto ended = co_await read_chunked(request, body_max);
        co_return ended;
    }
    const auto length = static_cast<std::size_t>(*admitted.content_length);
    const std::size_t here = std::min(length, end_ - begin_);
    request.body.reserve(std::min(length, here + body_ahead_bytes) + body_spare_bytes);
    request.body.assign(buffer_.get() + begin_, here);
    begin_ += here;
    // The rest goes straight to where it belongs.
    while (request.body.size() < length) {
        const std::size_t have = request.body.size();
        const std::size_t step = std::min(length - have, std::max(have, body_ahead_bytes));
        request.body.resize(have + step);
        wait(Waiting::body, deadline);
        const auto [error, got] = co_await socket_.async_read_some(
            boost::asio::buffer(request.body.data() + have, step), completion);
        waited();
        request.body.resize(have + got);
        if (error) {
            const Then then = co_await body_ended(std::move(request));
            co_return then;
        }
        thread_.core().stats.reads.fetch_add(1, std::memory_order_relaxed);
    }
    request.body.reserve(request.body.size() + body_spare_bytes);
    co_return std::nullopt;
}

Task<std::optional<Session::Then>> Session::read_chunked(Request& request, std::size_t body_max) {
    const std::int64_t deadline = steady_ms() + ms(thread_.limits().body_deadline);
    while (true) {
        const auto parsed = parser_.parse_chunked(unread(), request.body, body_max);
        begin_ += parsed.consumed;
        switch (parsed.step) {
            case RequestParser::Step::done:
                request.body.reserve(request.body.size() + body_spare_bytes);
                co_return std::nullopt;
            case RequestParser::Step::need_more:
                break;
            case RequestParser::Step::too_large:
                co_await refuse(std::move(request), 413,
                                "the body is larger than this address takes");
                co_return Then::linger;
            case RequestParser::Step::extension_flood:
            case RequestParser::Step::bad:
            case RequestParser::Step::bad_version:
                thread_.core().stats.guard_refusals.fetch_add(1, std::memory_order_relaxed);
                co_await refuse(std::move(request), 400, "the chunked body is not valid");
                co_return Then::linger;
        }
        if (begin_ == 0 && end_ == thread_.buffers.bytes()) {
            // One chunk header or the trailers fill the whole buffer.
            co_await refuse(std::move(request), 431, "the trailers are too large");
            co_return Then::linger;
        }
        wait(Waiting::body, deadline);
        const bool arrived = co_await fill();
        if (!arrived) {
            const Then then = co_await body_ended(std::move(request));
            co_return then;
        }
    }
}

// The body did not come to its end: by deadline (answered) or because the peer left.
Task<Session::Then> Session::body_ended(Request request) {
    if (cut_ == Cut::body) {
        co_await refuse(std::move(request), 408, "the body took too long");
        co_return Then::linger;
    }
    co_return Then::close;
}

bool Session::skip_body(const Admitted& admitted) {
    if (admitted.chunked || *admitted.content_length > end_ - begin_) {
        return false;
    }
    begin_ += static_cast<std::size_t>(*admitted.content_length);
    return true;
}

}  // namespace hubward::server::http
