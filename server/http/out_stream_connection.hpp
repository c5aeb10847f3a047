// SPDX-License-Identifier: Apache-2.0
//
// An answer without an end over one TCP connection: what is sent is the body, closing is its end.
//
// No chunks: the head said "Connection: close", so every proxy understands it, and a shared frame
// is the same bytes for everybody. Lives on one I/O thread.
#pragma once

#include <memory>
#include <utility>

#include "server/http/out_connection.hpp"

namespace hubward::server::http {

class OutStreamConnection final : public OutStream, public OutConnection {
  public:
    using OutConnection::OutConnection;

    bool send(Frame frame) override;
    std::size_t queued_frames() const override { return waiting_frames(); }
    std::size_t queued_bytes() const override { return waiting_bytes(); }
    Executor executor() override { return thread_.executor(); }
    void end() override;
    Task<void> gone() override;

    void begin_drain() override { end(); }

  private:
    bool write_is_watched() const override { return !ending_; }
    void sent_all() override;

    bool ending_ = false;
};

}  // namespace hubward::server::http
