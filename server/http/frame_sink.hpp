// SPDX-License-Identifier: Apache-2.0
//
// Where frames go that many receivers share: bytes made once, queued by reference, per connection.
//
// Lives on its connection's I/O thread; every call comes from there. All that waits at the end of a
// loop turn leaves in one system call.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "server/http/task.hpp"

namespace hubward::server::http {

// Bytes as they go onto the wire, shared by all who get them.
using Frame = std::shared_ptr<const std::string>;

class FrameSink {
  public:
    virtual ~FrameSink() = default;
    // Queues a frame. False when the connection is closed or its queue is full by bytes or count:
    // the frame is not queued, and the caller decides what to tell the peer.
    virtual bool send(Frame frame) = 0;
    // Frames and bytes not yet taken by the kernel.
    virtual std::size_t queued_frames() const = 0;
    virtual std::size_t queued_bytes() const = 0;
    virtual Executor executor() = 0;
};

// The body of an answer that goes on until somebody closes: text/event-stream.
class OutStream : public FrameSink {
  public:
    // Closes behind what is queued. Further sends are refused.
    virtual void end() = 0;
    // Comes back when the connection is gone, whoever ended it.
    virtual Task<void> gone() = 0;
};

}  // namespace hubward::server::http
