// SPDX-License-Identifier: Apache-2.0
//
// A small HTTP/1.1 client for our own subcommands: one connection, one request at a time, kept
// open between them. Blocks; one thread at a time. Plain http:// only: it talks to a server on this
// machine or behind this machine's own proxy.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hubward::server::cli {

struct HttpAnswer {
    unsigned status = 0;
    std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
    std::string body;

    std::string_view header(std::string_view lower_name) const;
};

// A connection that is no HTTP any more, or whose answer does not end. Owns the socket.
class OpenConnection {
  public:
    OpenConnection() = default;
    OpenConnection(int socket, std::string came) : early(std::move(came)), socket_(socket) {}
    OpenConnection(OpenConnection&& other) noexcept;
    OpenConnection& operator=(OpenConnection&& other) noexcept;
    ~OpenConnection();

    bool write(std::string_view bytes);  // all of it; false when the connection is gone
    enum class Read : std::uint8_t { some, time_over, ended };
    // Appends what has come to `early`; waits for it until then.
    Read read_until(std::chrono::steady_clock::time_point until);

    std::string early;  // bytes that are read and not used

  private:
    int socket_ = -1;
};

class HttpClient {
  public:
    // base: "http://host:port", with or without a path. A bad one fails at the first call.
    explicit HttpClient(std::string_view base, std::chrono::seconds deadline = std::chrono::seconds(30));
    ~HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    using Headers = std::vector<std::pair<std::string_view, std::string>>;
    // Text says why there was no answer. A connection that the server closed while it was idle is
    // opened anew once.
    std::expected<HttpAnswer, std::string> call(std::string_view verb, std::string_view path,
                                                const Headers& headers, std::string_view body);

    // Sends a request without a body and reads the head of the answer only. What follows is behind
    // release(), which ends this client's use of the connection.
    std::expected<HttpAnswer, std::string> open(std::string_view verb, std::string_view path,
                                                const Headers& headers);
    OpenConnection release();

  private:
    std::string request_of(std::string_view verb, std::string_view path, const Headers& headers,
                           std::string_view body) const;
    std::expected<HttpAnswer, std::string> exchange_head(std::string_view request);
    std::expected<void, std::string> connect();
    void close();
    std::expected<HttpAnswer, std::string> exchange(std::string_view request);
    bool more();  // reads what has come into buffer_; false when the peer closed or time is up

    std::string host_;
    std::string port_;
    std::string prefix_;
    std::string fault_;  // of the base
    std::chrono::seconds deadline_;
    int socket_ = -1;
    std::string buffer_;
};

}  // namespace hubward::server::cli
