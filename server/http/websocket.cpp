// SPDX-License-Identifier: Apache-2.0
#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <chrono>
#include <utility>

#include "server/http/websocket_connection.hpp"

namespace hubward::server::http {
namespace {

constexpr auto completion = boost::asio::as_tuple(boost::asio::use_awaitable_t<Executor>{});
constexpr std::int64_t close_grace_ms = 5'000;  // for the peer's close frame
constexpr std::int64_t linger_ms = 1'000;       // for the peer to read our last bytes

std::string framed(std::uint8_t opcode, std::string_view payload) {
    std::string frame;
    frame.reserve(payload.size() + 10);
    frame.push_back(static_cast<char>(0x80U | opcode));
    const std::size_t size = payload.size();
    if (size < 126) {
        frame.push_back(static_cast<char>(size));
    } else if (size <= 0xFFFF) {
        frame.push_back(static_cast<char>(126));
        frame.push_back(static_cast<char>(size >> 8U));
        frame.push_back(static_cast<char>(size & 0xFFU));
    } else {
        frame.push_back(static_cast<char>(127));
        for (unsigned shift = 64; shift != 0; shift -= 8) {
            frame.push_back(static_cast<char>((size >> (shift - 8)) & 0xFFU));
        }
    }
    frame.append(payload);
    return frame;
}

Frame control_frame(std::uint8_t opcode, std::string_view payload) {
    return std::make_shared<const std::string>(framed(opcode, payload));
}

}  // namespace

Frame text_frame(std::string_view payload) {
    return std::make_shared<const std::string>(framed(0x1, payload));
}

std::string_view text_of(const std::string& frame) {
    const auto size = static_cast<unsigned char>(frame[1]);
    return std::string_view(frame).substr(size == 126 ? 4 : size == 127 ? 10 : 2);
}

WebSocketConnection::WebSocketConnection(IoThread& thread, Socket socket, Place place,
                                         std::string_view early)
    : OutConnection(thread, std::move(socket), std::move(place)),
      parser_(thread.limits().websocket_message_bytes_max) {
    parser_.feed(early);
    heard();
}

Task<std::optional<std::string>> WebSocketConnection::read() {
    // Keeps the connection alive while this coroutine waits, whoever else lets go of it.
    const auto self = shared_from_this();
    while (!dead()) {
        while (state_ == State::open || state_ == State::closing) {
            WebSocketParser::Event event = parser_.next();
            if (event.kind == WebSocketParser::Event::Kind::need_more) {
                break;
            }
            if (auto text = digest(std::move(event))) {
                co_return text;
            }
        }
        if (state_ == State::finished && idle()) {
            break;
        }
        const auto [waited] = co_await socket_.async_wait(Socket::wait_read, completion);
        if (waited || dead()) {
            break;
        }
        const ssize_t got = ::recv(socket_.native_handle(), thread_.scratch.data(),
                                   thread_.scratch.size(), MSG_DONTWAIT);
        if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
            continue;
        }
        if (got <= 0) {
            break;
        }
        thread_.core().stats.reads.fetch_add(1, std::memory_order_relaxed);
        heard();
        if (state_ == State::open || state_ == State::closing) {
            parser_.feed({thread_.scratch.data(), static_cast<std::size_t>(got)});
        }
    }
    die();
    co_return std::nullopt;
}

std::optional<std::string> WebSocketConnection::digest(WebSocketParser::Event event) {
    using Kind = WebSocketParser::Event::Kind;
    switch (event.kind) {
        case Kind::text:
            if (state_ == State::open) {
                return std::move(event.payload);
            }
            break;  // what comes after our close frame is not listened to
        case Kind::ping:
            if (state_ == State::open) {
                pong_ = control_frame(0xA, event.payload);
                mark_dirty();
            }
            break;
        case Kind::close:
            if (state_ == State::open) {
                // §5.5.1: the answer usually carries the code that was received.
                queue_close(event.code == 1005 ? 0 : event.code, {});
            }
            state_ = State::finished;
            thread_.wheel.set(*this, steady_ms() + linger_ms);
            break;
        case Kind::failed:
            if (state_ == State::open) {
                queue_close(event.code, {});
            }
            state_ = State::failed;
            thread_.wheel.set(*this, steady_ms() + linger_ms);
            break;
        case Kind::pong:
        case Kind::need_more:
        case Kind::fragment:
            break;
    }
    return std::nullopt;
}

bool WebSocketConnection::send(Frame frame) {
    if (state_ != State::open || dead() || !has_room(frame->size())) {
        return false;
    }
    enqueue(std::move(frame));
    return true;
}

void WebSocketConnection::close(std::uint16_t code, std::string_view reason) {
    if (state_ != State::open || dead()) {
        return;
    }
    queue_close(code, reason);
    state_ = State::closing;
    thread_.wheel.set(*this, steady_ms() + close_grace_ms);
}

void WebSocketConnection::queue_close(std::uint16_t code, std::string_view reason) {
    std::string payload;
    if (code != 0) {
        payload.push_back(static_cast<char>(code >> 8U));
        payload.push_back(static_cast<char>(code & 0xFFU));
        payload.append(reason.substr(0, 123));  // a control frame holds 125 bytes
    }
    enqueue(control_frame(0x8, payload));
}

void WebSocketConnection::sent_all() {
    if (state_ == State::finished || state_ == State::failed) {
        // Ours is out: tell TCP so. The peer's end of file wakes read().
        boost::system::error_code ignored;
        socket_.shutdown(Socket::shutdown_send, ignored);
    }
}

void WebSocketConnection::heard() {
    if (state_ != State::open || dead() || blocked()) {
        return;  // closing or writing has a deadline of its own
    }
    pinged_ = false;
    thread_.wheel.set(*this, steady_ms() + std::chrono::milliseconds(thread_.limits().websocket_quiet).count());
}

void WebSocketConnection::expired() {
    if (state_ != State::open || blocked() || pinged_) {
        return OutConnection::expired();
    }
    pinged_ = true;
    enqueue(control_frame(0x9, {}));
    thread_.wheel.set(*this, steady_ms() + std::chrono::milliseconds(thread_.limits().websocket_pong).count());
}

// Wakes a waiting read(), which then returns nothing.
void WebSocketConnection::die() {
    pong_ = nullptr;
    OutConnection::die();
}

Task<void> WebSocketConnection::finish() {
    const auto self = shared_from_this();
    close(1000, {});
    while (!dead()) {
        const auto text = co_await read();
        if (!text) {
            break;
        }
    }
}

}  // namespace hubward::server::http
