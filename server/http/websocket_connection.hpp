// SPDX-License-Identifier: Apache-2.0
//
// The WebSocket over one TCP connection: own framing on a plain socket, joined sends.
//
// Idle it holds the socket, a parser without a buffer and an empty queue: that, not speed, is why it
// is not Beast's stream (5.9 KB each). Lives on one I/O thread, owned jointly by the coroutine that
// runs the route's upgrade handler and by whoever sends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/http/io_thread.hpp"
#include "server/http/websocket.hpp"
#include "server/http/ws_parser.hpp"

namespace hubward::server::http {

class WebSocketConnection final : public WebSocket,
                                  public DeadlineWheel::Entry,
                                  public Drainable,
                                  public std::enable_shared_from_this<WebSocketConnection> {
  public:
    // `early` are bytes that came behind the handshake.
    WebSocketConnection(IoThread& thread, Socket socket, Place place, std::string_view early);
    ~WebSocketConnection() override;

    Task<std::optional<std::string>> read() override;
    bool send(Frame frame) override;
    std::size_t queued_frames() const override { return queue_.size() - queue_head_; }
    std::size_t queued_bytes() const override { return queued_bytes_; }
    void close(std::uint16_t code, std::string_view reason) override;
    Executor executor() override { return thread_.executor(); }

    void begin_drain() override { close(1001, "the service restarts"); }
    void cut() override;
    void flush();        // called by the thread once per loop turn when dirty
    Task<void> finish();  // after the upgrade handler: closes politely what is still open

  private:
    enum class State {
        open,
        closing,   // our close frame is queued or sent, theirs has not come
        failed,    // their bytes make no sense any more: only our close frame still goes out
        finished,  // both close frames are there: TCP ends once ours has left
        dead
    };

    void expired() override;
    void enqueue(Frame frame);
    void queue_close(std::uint16_t code, std::string_view reason);
    void wait_writable();
    void die();
    // Sorts one event; a text that the caller should have comes back.
    std::optional<std::string> digest(WebSocketParser::Event event);

    IoThread& thread_;
    Socket socket_;
    Place place_;
    WebSocketParser parser_;
    std::vector<Frame> queue_;      // from queue_head_ on
    std::size_t queue_head_ = 0;
    std::size_t queued_bytes_ = 0;
    std::size_t front_sent_ = 0;    // bytes of the first frame that the kernel has
    Frame pong_;                    // the one pong that waits; a newer ping replaces it
    State state_ = State::open;
    bool dirty_ = false;
    bool blocked_ = false;          // the kernel's buffer is full: waiting for it
};

}  // namespace hubward::server::http
