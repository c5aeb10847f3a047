// SPDX-License-Identifier: Apache-2.0
//
// The writing half of a connection that was taken over from HTTP: a bounded queue of shared frames
// over a plain socket, with joined sends.
//
// Lives on one I/O thread, owned jointly by the coroutine that serves it and by whoever sends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "server/http/frame_sink.hpp"
#include "server/http/io_thread.hpp"
#include "server/http/out_queue.hpp"

namespace hubward::server::http {

class OutConnection : public DeadlineWheel::Entry,
                      public Drainable,
                      public std::enable_shared_from_this<OutConnection> {
  public:
    // What the kernel keeps unsent for a peer that reads slowly or not at all. By itself it would take up to 4 MB,
    // and nothing here would know that the peer has stopped.
    static constexpr int unsent_bytes_max = 256 * 1024;

    OutConnection(IoThread& thread, Socket socket, Place place);
    ~OutConnection() override;

    void flush();  // called by the thread once per loop turn when dirty
    void cut() override { die(); }

  protected:
    std::size_t waiting_frames() const { return queue_.frames(); }
    std::size_t waiting_bytes() const { return queue_.bytes(); }
    // False when the queue is full by bytes or count.
    bool has_room(std::size_t bytes) const;
    void enqueue(Frame frame);
    void mark_dirty();
    bool idle() const { return queue_.empty() && !dirty_; }
    bool dead() const { return dead_; }
    // The kernel's buffer is full; the deadline, if there is one, is that of the write.
    bool blocked() const { return blocked_; }
    // Closes at once; wakes whoever waits for the socket.
    virtual void die();

    // A frame that may go between two others, ahead of the queue; null for none.
    virtual Frame urgent() { return nullptr; }
    virtual bool has_urgent() const { return false; }
    // Whether a full kernel buffer may stay so for the write deadline only.
    virtual bool write_is_watched() const = 0;
    // A watched write goes on; its deadline has no meaning any more.
    virtual void write_went_on() { thread_.wheel.clear(*this); }
    void expired() override;  // closes at once, and counts it
    // The queue is empty.
    virtual void sent_all() {}

    IoThread& thread_;
    Socket socket_;

  private:
    void wait_writable();

    Place place_;
    OutQueue queue_;
    bool dirty_ = false;
    bool blocked_ = false;  // the kernel's buffer is full: waiting for it
    bool dead_ = false;
};

}  // namespace hubward::server::http
