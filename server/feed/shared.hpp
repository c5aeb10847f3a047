// SPDX-License-Identifier: Apache-2.0
//
// What the I/O threads of one feed know together: tickets, who is present, which named reader is on
// which connection. Each part has its own mutex, held for a look-up. Any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "server/feed/tickets.hpp"

namespace hubward::server::feed {

class FeedThread;

// How many connections of its own organisation are on a stream now.
class Presence {
  public:
    void join(std::string_view stream);
    void leave(std::string_view stream);
    std::uint64_t online(std::string_view stream) const;
    // Rises with every change, so that whoever tells of it need not ask each time. Relaxed: a look
    // that comes too early is repeated at the next tick.
    std::uint64_t changes() const { return changes_.load(std::memory_order_relaxed); }

  private:
    mutable std::mutex mutex_;
    std::map<std::string, std::uint64_t, std::less<>> online_;  // under mutex_
    std::atomic<std::uint64_t> changes_{0};
};

// One connection per client_id: the newer one wins.
class Readers {
  public:
    struct Where {
        std::weak_ptr<FeedThread> thread;
        std::string connection;  // Receiver::name
    };
    // Who had the name until now; nothing when nobody else did.
    std::optional<Where> take(const std::string& reader, Where mine);
    // Gives the name back, if it is still this connection's.
    void give_back(const std::string& reader, std::string_view connection);

  private:
    std::mutex mutex_;
    std::map<std::string, Where, std::less<>> taken_;  // under mutex_
};

struct Shared {
    Tickets tickets;
    Presence presence;
    Readers readers;
};

}  // namespace hubward::server::feed
