// SPDX-License-Identifier: Apache-2.0
//
// One cursor in one stream, and whoever it delivers to. One I/O thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "server/feed/cursor.hpp"
#include "server/feed/frames.hpp"

namespace hubward::server::feed {

class Topic;
struct Line;

// A connection as the feed sees it: a WebSocket, an event stream, or a request that waits.
class Receiver {
  public:
    virtual ~Receiver() = default;
    // How many frames it takes now. 0: ask again later.
    virtual std::size_t room() const = 0;
    // False when it was not taken after all.
    virtual bool deliver(const Line& line) = 0;
    // Nothing is sent any more; its end is under way.
    virtual bool closing() const = 0;
    // Says why and ends it.
    virtual void bye(Close code, std::string_view reason, std::int64_t retry_after_ms) = 0;
    // The thread's clockwork.
    virtual void tick(std::int64_t now_ms) = 0;
    // Frames that the network has not taken.
    virtual std::size_t waiting() const = 0;

    std::string name;  // unique in the process; given by FeedThread::enter
};

// Owned by its receiver.
struct Subscription {
    Receiver* receiver = nullptr;
    Topic* topic = nullptr;
    Cursor cursor;
    Types types;
    bool acked_by_sending = false;  // there are no acks here: what the network took counts as dealt with
    bool parked = false;            // has more to send, and waits for room or for its turn
    bool counted = false;           // counts as present
    bool wants_presence = false;
    std::uint64_t online_told = 0;
    std::string epoch;   // of the stream when it began
    std::string reader;  // under which its acks are remembered; empty: they are not

    // What the reader may not know the type of, nobody who asks for a type is given.
    bool wants(std::uint8_t kind) const {
        return types.none() || (kind < types.size() && types.test(kind));
    }
};

}  // namespace hubward::server::feed
