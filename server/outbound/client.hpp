// SPDX-License-Identifier: Apache-2.0
//
// One HTTPS request to somebody else's server. The only files that know Beast and OpenSSL's TLS here.
//
// TLS 1.2 or later, with the receiver's certificate checked against its name. Nothing is followed: a
// redirect is an answer like any other. The whole exchange has one deadline, the name's look-up included.
#pragma once

#include <chrono>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/http/task.hpp"
#include "server/outbound/addresses.hpp"
#include "server/outbound/names.hpp"
#include "server/outbound/url.hpp"

namespace boost::asio::ssl {
class context;
}

namespace hubward::server::outbound {

// Why there was no answer.
enum class NoAnswer : std::uint8_t {
    none,             // there was one
    no_address,       // the name is unknown
    address_refused,  // it has only addresses that we may not connect to
    no_connection,
    tls_failed,       // no encryption, or the certificate is not theirs
    timed_out,
    broken_off,       // the connection ended, or what came was no HTTP
};

struct Reply {
    NoAnswer trouble = NoAnswer::none;
    unsigned status = 0;
    std::string retry_after;  // the header; empty for none
};

struct Outgoing {
    std::vector<std::pair<std::string_view, std::string>> headers;
    std::string body;
};

// How all requests are made.
struct ClientSettings {
    AddressRules addresses;
    std::string authorities_file;  // PEM; certificates trusted besides those of the system
    std::chrono::milliseconds deadline{20'000};
    std::string agent = "Hubward";
};

// What all clients share. Immutable after it was made.
class Trust {
  public:
    static std::expected<Trust, std::string> of(const ClientSettings& settings);
    Trust(Trust&&) noexcept;
    ~Trust();
    boost::asio::ssl::context& context() const { return *context_; }

  private:
    Trust();
    std::unique_ptr<boost::asio::ssl::context> context_;
};

// Requests to one URL, one after the other, on one connection while it lasts. One thread.
class Client {
  public:
    Client(const ClientSettings& settings, const Trust& trust, Names& names, Url url);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    // The client must outlive it. `message` stays with the caller.
    http::Task<Reply> post(const Outgoing* message);

  private:
    using Clock = std::chrono::steady_clock;
    using Moment = Clock::time_point;
    struct Connection;
    http::Task<NoAnswer> connect(Moment until);
    http::Task<Reply> exchange(const Outgoing* message, Moment until);

    const ClientSettings& settings_;
    const Trust& trust_;
    Names& names_;
    Url url_;
    std::unique_ptr<Connection> connection_;
};

}  // namespace hubward::server::outbound
