// SPDX-License-Identifier: Apache-2.0
#include "server/http/out_stream_connection.hpp"

#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>

namespace hubward::server::http {
namespace {

constexpr auto completion = boost::asio::as_tuple(boost::asio::use_awaitable_t<Executor>{});
constexpr std::int64_t end_grace_ms = 5'000;  // for the peer to take what is queued and to close

}  // namespace

bool OutStreamConnection::send(Frame frame) {
    if (ending_ || dead() || !has_room(frame->size())) {
        return false;
    }
    enqueue(std::move(frame));
    return true;
}

void OutStreamConnection::end() {
    if (std::exchange(ending_, true) || dead()) {
        return;
    }
    thread_.wheel.set(*this, steady_ms() + end_grace_ms);
    mark_dirty();  // so that sent_all() comes also when nothing is queued
}

void OutStreamConnection::sent_all() {
    if (ending_) {
        boost::system::error_code ignored;
        socket_.shutdown(Socket::shutdown_send, ignored);
    }
}

// Whatever the peer still says is read and not listened to; its end of file is what counts.
Task<void> OutStreamConnection::gone() {
    const auto self = shared_from_this();
    while (!dead()) {
        const auto [waited] = co_await socket_.async_wait(Socket::wait_read, completion);
        if (waited || dead()) {
            break;
        }
        const ssize_t got = ::recv(socket_.native_handle(), thread_.scratch.data(),
                                   thread_.scratch.size(), MSG_DONTWAIT);
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
            break;
        }
    }
    die();
}

}  // namespace hubward::server::http
