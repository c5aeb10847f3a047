// SPDX-License-Identifier: Apache-2.0
//
// The addresses of names, each looked up on a thread of its own.
//
// The C library cannot be interrupted while it looks, and a name whose servers do not answer takes it half a
// minute. So nobody waits for a name longer than told, nobody waits for somebody else's, and the end of the
// program waits for none: a thread that is still looking is left to itself. Who asks for a name that is being
// looked up shares that look, so a slow name costs one thread however often it is tried.
//
// One thread of one io_context asks; the looks run on theirs.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/ip/address.hpp>

#include "server/http/task.hpp"

namespace hubward::server::outbound {

using Addresses = std::vector<boost::asio::ip::address>;

enum class NoName : std::uint8_t {
    unknown,   // there is no such name, or nothing to say so could be asked
    too_late,  // not found in time; it is still looked for
    too_many,  // limits::lookups_max others are
};

class Names {
  public:
    // Blocks; called on several threads at once, and may return after Names is gone. Empty: unknown.
    using Look = std::function<Addresses(const std::string& name)>;

    Names();  // by the system's resolver
    explicit Names(Look look);
    ~Names();  // as close()
    Names(const Names&) = delete;
    Names& operator=(const Names&) = delete;

    // Names must outlive it.
    http::Task<std::expected<Addresses, NoName>> find(std::string name,
                                                      std::chrono::steady_clock::time_point until);
    // What is still looked for is told to nobody. Before the io_context of those who asked goes, once it does
    // not run any more. Waits for nothing.
    void close();

  private:
    struct Waiter;
    struct Shared;
    bool ask(const std::string& name, const std::shared_ptr<Waiter>& waiter);
    void leave(const std::string& name, const std::shared_ptr<Waiter>& waiter);
    static void look_up(const std::shared_ptr<Shared>& shared, const std::string& name);

    std::shared_ptr<Shared> shared_;  // with the threads that are looking
};

}  // namespace hubward::server::outbound
