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

  private:
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
