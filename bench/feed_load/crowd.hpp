// SPDX-License-Identifier: Apache-2.0
//
// Many WebSocket clients on one epoll loop: read, note how old each event was, acknowledge.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hubward::bench {

class Crowd {
  public:
    Crowd(std::uint16_t port, std::string headers) : port_(port), headers_(std::move(headers)) {}
    ~Crowd();
    Crowd(const Crowd&) = delete;
    Crowd& operator=(const Crowd&) = delete;

    // Connects `count` clients; each sends `subscribe` (empty: nothing) and waits for the answers. A
    // stalled one reads nothing after that, and has a small buffer. False when one was refused.
    bool add(unsigned count, const std::vector<std::string>& subscribes, bool stalled);
    // Reads until `events` more have come, or the time is over. Ages are noted when asked.
    std::uint64_t read(std::uint64_t events, std::int64_t milliseconds, bool note);
    void say(std::string_view text);  // by the first client
    std::vector<std::int64_t>& ages_ns() { return ages_; }

  private:
    struct Client {
        int socket = -1;
        std::string bytes;
        std::string stream;
        std::uint64_t unacked = 0;
    };
    bool connect(Client& client, std::string_view subscribe, bool stalled);
    std::uint64_t take(Client& client, bool note);
    void ack(Client& client, std::string_view event);

    std::uint16_t port_;
    std::string headers_;
    int poll_ = -1;
    std::vector<Client> clients_;
    std::vector<std::int64_t> ages_;
};

}  // namespace hubward::bench
