// SPDX-License-Identifier: Apache-2.0
//
// What one I/O thread owns and its connections share: event loop, deadline wheel, read buffers,
// the Date line, the list of connections with something to send.
//
// Everything here is touched by its own thread alone, except `draining`, `post`ed work and the
// counters. Outlives its connections: the event loop, whose coroutines own them, is destroyed first.
#pragma once

#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "server/http/deadline_wheel.hpp"
#include "server/http/reply.hpp"
#include "server/http/router.hpp"
#include "server/http/server.hpp"

namespace hubward::server::http {

using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;
using Timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                boost::asio::wait_traits<std::chrono::steady_clock>,
                                                Executor>;

std::int64_t steady_ms();
std::int64_t steady_ns();

// Connections per remote address. Touched at accept and close only, from several threads.
class AddressCounts {
  public:
    // False when the address holds `max` already.
    bool enter(const std::string& address, std::size_t max);
    void leave(const std::string& address);

  private:
    std::mutex mutex_;
    std::unordered_map<std::string, std::size_t> open_;
};

// What all I/O threads of one server share.
struct ServerCore {
    Limits limits;
    Router router;
    Refusal refusal;
    ServerStats stats;
    AddressCounts addresses;
    std::atomic<bool> draining{false};
};

// One open connection in the counts, from accept to close; moves from the session to its WebSocket.
class Place {
  public:
    Place() = default;
    Place(ServerCore& core, std::string address);
    Place(Place&& other) noexcept;
    Place& operator=(Place&& other) noexcept;
    ~Place();
    const std::string& address() const { return address_; }

  private:
    ServerCore* core_ = nullptr;
    std::string address_;
};

// Fixed-size read buffers, kept for the next connection that has something to read.
class BufferPool {
  public:
    explicit BufferPool(std::size_t bytes) : bytes_(bytes) {}
    std::size_t bytes() const { return bytes_; }
    std::unique_ptr<char[]> take();
    void give(std::unique_ptr<char[]> buffer);

  private:
    static constexpr std::size_t spare_max = 256;  // 4 MB; a burst beyond it goes back to the heap
    std::size_t bytes_;
    std::vector<std::unique_ptr<char[]>> spare_;
};

// Something that a drain must be able to reach.
class Drainable {
  public:
    virtual void begin_drain() = 0;  // end soon and politely
    virtual void cut() = 0;          // the grace is over

  protected:
    ~Drainable() = default;
};

class OutConnection;

class IoThread {
  public:
    IoThread(unsigned index, ServerCore& core);
    ~IoThread();

    unsigned index() const { return index_; }
    ServerCore& core() { return core_; }
    const Limits& limits() const { return core_.limits; }
    bool draining() const { return core_.draining.load(std::memory_order_acquire); }
    boost::asio::io_context& loop() { return loop_; }
    Executor executor() { return loop_.get_executor(); }

    DeadlineWheel wheel;
    BufferPool buffers;
    DateLine date;
    std::unordered_set<Drainable*> connections;
    std::array<char, 16 * 1024> scratch;  // WebSocket reads land here before they are sorted

    // `socket` has frames to send at the end of this loop turn.
    void mark_dirty(std::shared_ptr<OutConnection> socket);
    void start_ticking();
    void stop_ticking() { ticker_.cancel(); }

  private:
    void tick();
    void send_dirty();

    unsigned index_;
    ServerCore& core_;
    std::vector<std::shared_ptr<OutConnection>> dirty_;
    std::vector<std::shared_ptr<OutConnection>> sending_;
    boost::asio::io_context loop_;  // behind all that its coroutines use; sockets that are dirty are let go before
    Timer ticker_;
};

}  // namespace hubward::server::http
