// SPDX-License-Identifier: Apache-2.0
//
// The composition root: who owns whom, in which order things start and stop.
//
//   start   store → recover → view, engine → gateway → pipeline → services → routes → listen → jobs
//   stop    not ready → jobs → drain connections → pipeline → store
//
// main decides what a failure means for the process; here it is a text and an exit code.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "server/auth/token.hpp"
#include "server/config.hpp"
#include "server/gateway.hpp"
#include "server/http/server.hpp"
#include "server/view.hpp"

namespace hubward::server {

// The few exit codes of <sysexits.h> that we use.
enum class Exit : int {
    ok = 0,
    usage = 64,        // the command line
    data = 65,         // input or stored data is wrong
    no_input = 66,     // a file or folder is not there
    unavailable = 69,  // the port is taken, the server does not answer
    software = 70,     // our own mistake
    cannot_create = 73,
    io = 74,           // the disk; a restart recovers what was acknowledged
    temporary = 75,    // try again later: another process has the data folder
    no_permission = 77,
    config = 78,       // a restart will not help
};

struct Failure {
    Exit code = Exit::software;
    std::string text;  // what happened, to which thing, and what to do
};

struct AppOptions {
    Config config;
    bool demo = false;                // loopback may post to the FHIR base without a token
    std::vector<http::Route> routes;  // besides those of the rooms
};

class App {
  public:
    // Returns when requests are answered. Blocks for the recovery, a second per million events.
    static std::expected<std::unique_ptr<App>, Failure> start(AppOptions options);
    virtual ~App() = default;  // stops without grace when stop() was not called

    virtual std::uint16_t port() const = 0;
    virtual const std::string& base_url() const = 0;
    virtual Gateway& gateway() = 0;
    virtual const View& view() const = 0;
    virtual const auth::Tokens& tokens() const = 0;
    // A hub's stored public JSON; empty when it cannot be read.
    virtual std::string hub_profile(const matcher::Hub& hub) = 0;

    // True after a failed append: nothing will be acknowledged any more; leave with Exit::io.
    virtual bool failed() const = 0;
    // /readyz says no from now on, and all else goes on: first of all on the way out, so that a balancer sends
    // nobody new while the rest takes its time. Any thread. Never blocks.
    virtual void say_not_ready() = 0;
    // Tells clients to go, answers what is under way, makes all durable. Blocks. Once.
    virtual void stop() = 0;
};

inline constexpr std::string_view version = HUBWARD_VERSION;

}  // namespace hubward::server
