// SPDX-License-Identifier: Apache-2.0
//
// What a session does with its socket, its buffer and its deadline.
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <cstring>
#include <utility>

#include "server/http/session.hpp"

namespace hubward::server::http {
namespace {

constexpr auto completion = boost::asio::as_tuple(boost::asio::use_awaitable_t<Executor>{});
constexpr std::int64_t linger_ms = 1'000;
constexpr std::size_t linger_bytes_max = 256 * 1024;

}  // namespace

Task<bool> Session::fill() {
    make_room();
    const auto [error, got] = co_await socket_.async_read_some(
        boost::asio::buffer(buffer_.get() + end_, thread_.buffers.bytes() - end_), completion);
    waited();
    if (error) {
        co_return false;
    }
    cut_ = Cut::none;  // bytes that came together with the deadline count as in time
    end_ += got;
    thread_.core().stats.reads.fetch_add(1, std::memory_order_relaxed);
    co_return true;
}

std::size_t Session::send_now(std::string_view head, std::string_view body) {
    std::array<iovec, 2> parts{};
    // sendmsg only reads; iovec has no const form
    parts[0].iov_base = const_cast<char*>(head.data());
    parts[0].iov_len = head.size();
    parts[1].iov_base = const_cast<char*>(body.data());
    parts[1].iov_len = body.size();
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = body.empty() ? 1 : 2;
    const ssize_t sent = ::sendmsg(socket_.native_handle(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    return sent < 0 ? 0 : static_cast<std::size_t>(sent);  // an error shows again in send_rest
}

Task<bool> Session::send_rest(std::string_view head, std::string_view body, std::size_t sent) {
    if (cut_ == Cut::gone) {
        co_return false;
    }
    const std::size_t of_head = std::min(sent, head.size());
    head.remove_prefix(of_head);
    body.remove_prefix(sent - of_head);
    const std::array<boost::asio::const_buffer, 2> parts = {
        boost::asio::const_buffer(head.data(), head.size()),
        boost::asio::const_buffer(body.data(), body.size())};
    const auto patience = std::chrono::milliseconds(thread_.limits().write_deadline).count();
    wait(Waiting::write, steady_ms() + patience);
    const auto [error, written] = co_await boost::asio::async_write(socket_, parts, completion);
    waited();
    co_return !error && written == head.size() + body.size();
}

// Half-closes and reads what is still under way, for a moment: closing at once with unread bytes
// would reset the connection, and the peer might never see our answer.
Task<void> Session::linger() {
    boost::system::error_code ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
    const std::int64_t deadline = steady_ms() + linger_ms;
    std::size_t discarded = 0;
    while (discarded < linger_bytes_max) {
        begin_ = 0;
        end_ = 0;
        wait(Waiting::write, deadline);
        const bool arrived = co_await fill();
        if (!arrived) {
            break;
        }
        discarded += end_;
    }
}

void Session::begin_drain() {
    if (waiting_ == Waiting::first_byte) {
        cut_ = Cut::idle;
        boost::system::error_code ignored;
        socket_.cancel(ignored);
    }
}

void Session::cut() {
    cut_ = Cut::gone;
    boost::system::error_code ignored;
    socket_.close(ignored);
}

void Session::expired() {
    switch (waiting_) {
        case Waiting::no:
            return;
        case Waiting::first_byte:
            cut_ = buffer_ != nullptr ? Cut::give_back : Cut::idle;
            break;
        case Waiting::header:
            cut_ = Cut::header;
            break;
        case Waiting::body:
            cut_ = Cut::body;
            break;
        case Waiting::write:
            cut_ = Cut::write;
            break;
    }
    if (cut_ != Cut::give_back) {
        thread_.core().stats.deadline_closes.fetch_add(1, std::memory_order_relaxed);
    }
    boost::system::error_code ignored;
    socket_.cancel(ignored);
}

void Session::wait(Waiting what, std::int64_t deadline_ms) {
    waiting_ = what;
    thread_.wheel.set(*this, deadline_ms);
}

void Session::waited() {
    waiting_ = Waiting::no;
    thread_.wheel.clear(*this);
}

// Moves what is unread to the front when the end of the buffer is near.
void Session::make_room() {
    if (buffer_ == nullptr) {
        buffer_ = thread_.buffers.take();
        begin_ = 0;
        end_ = 0;
    } else if (begin_ == end_) {
        begin_ = 0;
        end_ = 0;
    } else if (begin_ != 0) {
        std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
}

void Session::give_buffer_back() {
    thread_.buffers.give(std::move(buffer_));
    buffer_ = nullptr;
    begin_ = 0;
    end_ = 0;
}

}  // namespace hubward::server::http
