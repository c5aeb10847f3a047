// SPDX-License-Identifier: Apache-2.0
//
// Frames that wait for one peer, of which the first may be half sent; a joined write takes its parts from here.
//
// Holds references to shared frames. What is sent leaves nothing behind, also for a peer who is never quite up to
// date: the slots of frames that are gone are at most as many as those that wait, and 64. Of the connection's thread.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "server/http/frame_sink.hpp"

struct iovec;

namespace hubward::server::http {

class OutQueue {
  public:
    std::size_t frames() const { return slots_.size() - head_; }
    std::size_t bytes() const { return bytes_; }
    bool empty() const { return frames() == 0; }
    // The peer has a part of the first frame: nothing may go before its rest.
    bool within_a_frame() const { return first_sent_ != 0; }

    void push(Frame frame);
    void push_first(Frame frame);  // not within a frame
    // What to send next, in at most that many parts. Returns how many; they last until take() or clear().
    std::size_t parts(std::span<iovec> into) const;
    // So many bytes of it are sent; never more than bytes().
    void take(std::size_t bytes);
    void clear();

    std::size_t capacity() const { return slots_.capacity(); }

  private:
    static constexpr std::size_t gone_slots_max = 64;  // moving less than that up is not worth a call

    std::vector<Frame> slots_;  // from head_ on; those before are empty
    std::size_t head_ = 0;
    std::size_t bytes_ = 0;
    std::size_t first_sent_ = 0;
};

}  // namespace hubward::server::http
