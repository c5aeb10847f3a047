// SPDX-License-Identifier: Apache-2.0
//
// The WebSocket over one TCP connection: own framing on a plain socket.
//
// Idle it holds the socket, a parser without a buffer and an empty queue: that, not speed, is why it
// is not Beast's stream (5.9 KB each). Lives on one I/O thread, owned jointly by the coroutine that
// runs the route's upgrade handler and by whoever sends.
//
// While it is open it always has a deadline, whatever the route does: the network must take what is queued within the
// write deadline, and a peer that is quiet must answer a ping.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "server/http/out_connection.hpp"
#include "server/http/websocket.hpp"
#include "server/http/ws_parser.hpp"

namespace hubward::server::http {

class WebSocketConnection final : public WebSocket, public OutConnection {
  public:
    // `early` are bytes that came behind the handshake.
    WebSocketConnection(IoThread& thread, Socket socket, Place place, std::string_view early);

    Task<std::optional<std::string>> read() override;
    bool send(Frame frame) override;
    std::size_t queued_frames() const override { return waiting_frames(); }
    std::size_t queued_bytes() const override { return waiting_bytes(); }
    void close(std::uint16_t code, std::string_view reason) override;
    Executor executor() override { return thread_.executor(); }

    void begin_drain() override { close(1001, "the service restarts"); }
    Task<void> finish();  // after the upgrade handler: closes politely what is still open

  private:
    enum class State {
        open,
        closing,   // our close frame is queued or sent, theirs has not come
        failed,    // their bytes make no sense any more: only our close frame still goes out
        finished   // both close frames are there: TCP ends once ours has left
    };

    void queue_close(std::uint16_t code, std::string_view reason);
    void die() override;
    void expired() override;
    void write_went_on() override { heard(); }
    void heard();  // the peer is there: the time in which it may be quiet begins anew
    Frame urgent() override { return std::exchange(pong_, nullptr); }
    bool has_urgent() const override { return pong_ != nullptr; }
    bool write_is_watched() const override { return state_ == State::open; }
    void sent_all() override;
    // Sorts one event; a text that the caller should have comes back.
    std::optional<std::string> digest(WebSocketParser::Event event);

    WebSocketParser parser_;
    Frame pong_;  // the one pong that waits; a newer ping replaces it
    bool pinged_ = false;  // and nothing has come since
    State state_ = State::open;
};

}  // namespace hubward::server::http
