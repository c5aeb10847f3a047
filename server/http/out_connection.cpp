// SPDX-License-Identifier: Apache-2.0
#include "server/http/out_connection.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <utility>

namespace hubward::server::http {
namespace {

constexpr std::size_t frames_per_send_max = 64;

}  // namespace

OutConnection::OutConnection(IoThread& thread, Socket socket, Place place)
    : thread_(thread), socket_(std::move(socket)), place_(std::move(place)) {
    thread_.connections.insert(this);
    // Where it cannot be set, the kernel's own bound holds.
    ::setsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent_bytes_max, sizeof unsent_bytes_max);
}

OutConnection::~OutConnection() { thread_.connections.erase(this); }

bool OutConnection::has_room(std::size_t bytes) const {
    const Limits& limits = thread_.limits();
    return queue_.frames() < limits.websocket_queue_frames_max &&
           queue_.bytes() + bytes <= limits.websocket_queue_bytes_max;
}

void OutConnection::enqueue(Frame frame) {
    queue_.push(std::move(frame));
    mark_dirty();
}

void OutConnection::mark_dirty() {
    if (!dirty_ && !blocked_) {
        dirty_ = true;
        thread_.mark_dirty(shared_from_this());
    }
}

// One system call for up to 64 frames: the call costs 5 µs whoever makes it, the bytes nearly nothing.
void OutConnection::flush() {
    dirty_ = false;
    while (!dead_ && (!queue_.empty() || has_urgent())) {
        if (has_urgent() && !queue_.within_a_frame()) {  // between two frames, ahead of the queue
            queue_.push_first(urgent());
        }
        std::array<iovec, frames_per_send_max> parts{};
        msghdr message{};
        message.msg_iov = parts.data();
        message.msg_iovlen = queue_.parts(parts);
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
        queue_.take(static_cast<std::size_t>(sent));  // the kernel has it
    }
    if (queue_.empty()) {
        sent_all();
    }
}

void OutConnection::wait_writable() {
    blocked_ = true;
    if (write_is_watched()) {
        const auto patience = std::chrono::milliseconds(thread_.limits().write_deadline).count();
        thread_.wheel.set(*this, steady_ms() + patience);
    }
    socket_.async_wait(Socket::wait_write,
                       [self = shared_from_this()](boost::system::error_code error) {
                           self->blocked_ = false;
                           if (error || self->dead_) {
                               return self->die();
                           }
                           if (self->write_is_watched()) {
                               self->write_went_on();
                           }
                           self->flush();
                       });
}

void OutConnection::expired() {
    thread_.core().stats.deadline_closes.fetch_add(1, std::memory_order_relaxed);
    die();
}

void OutConnection::die() {
    if (std::exchange(dead_, true)) {
        return;
    }
    thread_.wheel.clear(*this);
    queue_.clear();
    boost::system::error_code ignored;
    socket_.close(ignored);
    place_ = Place();
}

}  // namespace hubward::server::http
