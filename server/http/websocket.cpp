// SPDX-License-Identifier: Apache-2.0
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <utility>

#include "server/http/websocket_connection.hpp"

namespace hubward::server::http {
namespace {

constexpr auto completion = boost::asio::as_tuple(boost::asio::use_awaitable_t<Executor>{});
constexpr std::size_t frames_per_send_max = 64;
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

WebSocketConnection::WebSocketConnection(IoThread& thread, Socket socket, Place place,
                                         std::string_view early)
    : thread_(thread),
      socket_(std::move(socket)),
      place_(std::move(place)),
      parser_(thread.limits().websocket_message_bytes_max) {
    parser_.feed(early);
    thread_.connections.insert(this);
}

WebSocketConnection::~WebSocketConnection() { thread_.connections.erase(this); }

Task<std::optional<std::string>> WebSocketConnection::read() {
    // Keeps the connection alive while this coroutine waits, whoever else lets go of it.
    const auto self = shared_from_this();
    while (state_ != State::dead) {
        while (state_ == State::open || state_ == State::closing) {
            WebSocketParser::Event event = parser_.next();
            if (event.kind == WebSocketParser::Event::Kind::need_more) {
                break;
            }
            if (auto text = digest(std::move(event))) {
                co_return text;
            }
        }
        if (state_ == State::finished && queued_frames() == 0 && !dirty_) {
            break;
        }
        const auto [waited] = co_await socket_.async_wait(Socket::wait_read, completion);
        if (waited || state_ == State::dead) {
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
                if (!dirty_ && !blocked_) {
                    dirty_ = true;
                    thread_.mark_dirty(shared_from_this());
                }
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
    const Limits& limits = thread_.limits();
    if (state_ != State::open || queued_frames() >= limits.websocket_queue_frames_max ||
        queued_bytes_ + frame->size() > limits.websocket_queue_bytes_max) {
        return false;
    }
    enqueue(std::move(frame));
    return true;
}

void WebSocketConnection::enqueue(Frame frame) {
    queued_bytes_ += frame->size();
    queue_.push_back(std::move(frame));
    if (!dirty_ && !blocked_) {
        dirty_ = true;
        thread_.mark_dirty(shared_from_this());
    }
}

void WebSocketConnection::close(std::uint16_t code, std::string_view reason) {
    if (state_ != State::open) {
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

// One system call for up to 64 frames: the call costs 5 µs whoever makes it, the bytes nearly nothing.
void WebSocketConnection::flush() {
    dirty_ = false;
    while (state_ != State::dead && (queued_frames() != 0 || pong_ != nullptr)) {
        if (pong_ != nullptr && front_sent_ == 0) {  // between two frames, ahead of the queue
            queued_bytes_ += pong_->size();
            queue_.insert(queue_.begin() + static_cast<std::ptrdiff_t>(queue_head_),
                          std::exchange(pong_, nullptr));
        }
        std::array<iovec, frames_per_send_max> parts{};
        std::size_t count = 0;
        std::size_t skip = front_sent_;
        for (std::size_t i = queue_head_; i < queue_.size() && count < parts.size(); ++i) {
            // sendmsg reads from the parts only; iovec has no const form
            parts[count].iov_base = const_cast<char*>(queue_[i]->data() + skip);
            parts[count].iov_len = queue_[i]->size() - skip;
            skip = 0;
            ++count;
        }
        msghdr message{};
        message.msg_iov = parts.data();
        message.msg_iovlen = count;
        const ssize_t sent =
            ::sendmsg(socket_.native_handle(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent < 0) {
            if (errno == EINTR) {
                continue;
            }
            if (errno == EAGAIN) {
                return wait_writable();
            }
            return die();
        }
        auto left = static_cast<std::size_t>(sent);
        queued_bytes_ -= left;
        while (left != 0) {
            const std::size_t rest = queue_[queue_head_]->size() - front_sent_;
            if (left < rest) {
                front_sent_ += left;
                break;
            }
            left -= rest;
            front_sent_ = 0;
            queue_[queue_head_] = nullptr;
            ++queue_head_;
        }
    }
    if (queued_frames() == 0) {
        queue_.clear();
        queue_head_ = 0;
        if (queue_.capacity() > 16) {
            std::vector<Frame>().swap(queue_);  // a burst leaves nothing behind
        }
        if (state_ == State::finished || state_ == State::failed) {
            // Ours is out: tell TCP so. The peer's end of file wakes read().
            boost::system::error_code ignored;
            socket_.shutdown(Socket::shutdown_send, ignored);
        }
    }
}

void WebSocketConnection::wait_writable() {
    blocked_ = true;
    if (state_ == State::open) {
        const auto patience =
            std::chrono::milliseconds(thread_.limits().write_deadline).count();
        thread_.wheel.set(*this, steady_ms() + patience);
    }
    socket_.async_wait(Socket::wait_write,
                       [self = shared_from_this()](boost::system::error_code error) {
                           self->blocked_ = false;
                           if (error || self->state_ == State::dead) {
                               return self->die();
                           }
                           if (self->state_ == State::open) {
                               self->thread_.wheel.clear(*self);
                           }
                           self->flush();
                       });
}

void WebSocketConnection::expired() {
    thread_.core().stats.deadline_closes.fetch_add(1, std::memory_order_relaxed);
    die();
}

void WebSocketConnection::cut() { die(); }

// Wakes a waiting read(), which then returns nothing.
void WebSocketConnection::die() {
    if (state_ == State::dead) {
        return;
    }
    state_ = State::dead;
    thread_.wheel.clear(*this);
    queue_.clear();
    queue_head_ = 0;
    queued_bytes_ = 0;
    front_sent_ = 0;
    pong_ = nullptr;
    boost::system::error_code ignored;
    socket_.close(ignored);
    place_ = Place();
}

Task<void> WebSocketConnection::finish() {
    const auto self = shared_from_this();
    close(1000, {});
    while (state_ != State::dead) {
        const auto text = co_await read();
        if (!text) {
            break;
        }
    }
}

}  // namespace hubward::server::http
