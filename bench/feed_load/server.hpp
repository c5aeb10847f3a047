// SPDX-License-Identifier: Apache-2.0
//
// The feed behind a real server, in a process of its own, so that its memory and its processor time
// are its own. The log is a list; everything behind it is what `hubward serve` runs.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace hubward::bench {

// What the server process knows of itself.
struct Usage {
    std::uint64_t resident_bytes = 0;
    std::uint64_t cpu_ns = 0;
    std::uint64_t published = 0;
    std::uint64_t frames_waiting = 0;  // that the kernel has not taken; counted every 100 ms
};

// A child process. Started before the parent has threads; killed with the object. One thread.
class FeedServer {
  public:
    explicit FeedServer(unsigned streams);
    ~FeedServer();
    FeedServer(const FeedServer&) = delete;
    FeedServer& operator=(const FeedServer&) = delete;

    std::uint16_t port() const { return port_; }
    // An ops token, and the name of a stream.
    const std::string& token() const { return token_; }
    static std::string stream(unsigned n) { return "hub/bench-" + std::to_string(n); }

    void publish(unsigned events);  // now, on stream 0, in one go
    // On a timetable, one stream after the other; comes back when all have been published.
    void publish_at(unsigned events_per_second, unsigned events);
    Usage usage();

  private:
    int control_ = -1;
    pid_t child_ = -1;
    std::uint16_t port_ = 0;
    std::string token_;
};

}  // namespace hubward::bench
