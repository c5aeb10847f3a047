// SPDX-License-Identifier: Apache-2.0
#include "server/http/io_thread.hpp"

#include <boost/asio/post.hpp>
#include <chrono>
#include <utility>

#include "server/http/out_connection.hpp"

namespace hubward::server::http {

std::int64_t steady_ns() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

std::int64_t steady_ms() { return steady_ns() / 1'000'000; }

bool AddressCounts::enter(const std::string& address, std::size_t max) {
    const std::lock_guard lock(mutex_);
    std::size_t& open = open_[address];
    if (open >= max) {
        return false;
    }
    ++open;
    return true;
}

void AddressCounts::leave(const std::string& address) {
    const std::lock_guard lock(mutex_);
    const auto found = open_.find(address);
    if (found != open_.end() && --found->second == 0) {
        open_.erase(found);
    }
}

Place::Place(ServerCore& core, std::string address) : core_(&core), address_(std::move(address)) {}

Place::Place(Place&& other) noexcept
    : core_(std::exchange(other.core_, nullptr)), address_(std::move(other.address_)) {}

Place& Place::operator=(Place&& other) noexcept {
    std::swap(core_, other.core_);
    std::swap(address_, other.address_);
    return *this;
}

Place::~Place() {
    if (core_ != nullptr) {
        core_->addresses.leave(address_);
        core_->stats.connections.fetch_sub(1, std::memory_order_relaxed);
    }
}

std::unique_ptr<char[]> BufferPool::take() {
    if (spare_.empty()) {
        return std::make_unique_for_overwrite<char[]>(bytes_);
    }
    std::unique_ptr<char[]> buffer = std::move(spare_.back());
    spare_.pop_back();
    return buffer;
}

void BufferPool::give(std::unique_ptr<char[]> buffer) {
    if (buffer != nullptr && spare_.size() < spare_max) {
        spare_.push_back(std::move(buffer));
    }
}

IoThread::IoThread(unsigned index, ServerCore& core)
    : wheel(steady_ms()),
      // A little more than a header may hold, so that "too large" can be told from "not yet whole".
      buffers(core.limits.header_bytes_max + 512),
      scratch(),
      index_(index),
      core_(core),
      loop_(1),
      ticker_(loop_.get_executor()) {}

// Connections that wait to be sent to go before the loop that their sockets belong to.
IoThread::~IoThread() {
    dirty_.clear();
    sending_.clear();
}

void IoThread::mark_dirty(std::shared_ptr<OutConnection> socket) {
    dirty_.push_back(std::move(socket));
    if (dirty_.size() == 1) {
        // Runs after everything that is ready now: that is what joins the frames of one turn.
        boost::asio::post(loop_.get_executor(), [this] { send_dirty(); });
    }
}

void IoThread::send_dirty() {
    sending_.swap(dirty_);
    for (const auto& socket : sending_) {
        socket->flush();
    }
    sending_.clear();
}

void IoThread::start_ticking() {
    ticker_.expires_after(std::chrono::milliseconds(DeadlineWheel::tick_ms));
    ticker_.async_wait([this](boost::system::error_code error) {
        if (!error) {
            tick();
        }
    });
}

void IoThread::tick() {
    wheel.advance(steady_ms());
    start_ticking();
}

}  // namespace hubward::server::http
