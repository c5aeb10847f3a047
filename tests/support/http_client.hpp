// SPDX-License-Identifier: Apache-2.0
//
// A tiny blocking HTTP/1.1 client for tests: one connection, kept alive, no TLS, no chunks.
//
// It shares no code with the server. A broken answer or a closed connection is status 0 with the
// reason in `body`; then the next request opens a new connection. One thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hubward::tests {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Answer {
    int status = 0;
    Headers headers;
    std::string body;
    std::string raw;  // all bytes as they came

    // First header of that name, without case; empty when absent.
    std::string_view header(std::string_view name) const;
};

class HttpClient {
  public:
    explicit HttpClient(std::uint16_t port, std::chrono::seconds deadline = std::chrono::seconds(20));
    ~HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    // Adds Host, and Content-Length when there is a body or the verb takes one.
    Answer send(std::string_view verb, std::string_view target, const Headers& headers,
                std::string_view body = {});
    // Bytes as they are; reads one answer. `head` for an answer without a body.
    Answer send_raw(std::string_view bytes, bool head = false);

  private:
    bool connect();
    void close();
    bool read_more(std::string& into);

    std::uint16_t port_;
    std::chrono::seconds deadline_;
    int socket_ = -1;
};

}  // namespace hubward::tests
