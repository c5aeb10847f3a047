// SPDX-License-Identifier: Apache-2.0
//
// A client that sends exactly the bytes it is given: plain blocking sockets, no HTTP library that
// would correct what a test wants wrong. One thread each.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hubward::tests {

class RawClient {
  public:
    explicit RawClient(std::uint16_t port, int receive_buffer_bytes = 0);
    ~RawClient();
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    bool send(std::string_view bytes);
    void finish_sending();  // half-close
    // Everything until the peer closes; `timed_out` is set when it did not within `patience`.
    std::string read_to_end(std::chrono::milliseconds patience = std::chrono::seconds(5));
    // Until `bytes` have come, or the end, or the patience is over.
    std::string read_some(std::size_t bytes,
                          std::chrono::milliseconds patience = std::chrono::seconds(5));
    // One whole answer by its Content-Length, head and body; empty when none came.
    std::string read_answer(bool without_body = false);
    // True when the peer has closed and nothing is left to read.
    bool closed_within(std::chrono::milliseconds patience);
    bool timed_out = false;

  private:
    // Appends one read to `rest_`; false at the end or when time is over.
    bool more(std::chrono::steady_clock::time_point until);

    int socket_ = -1;
    std::string rest_;
};

// Status codes of all answers in a byte stream, in order.
std::vector<unsigned> statuses(std::string_view stream);
unsigned status_of(std::string_view answer);
// Value of a header of the first answer; empty when absent.
std::string header_of(std::string_view answer, std::string_view name);
std::string body_of(std::string_view answer);

}  // namespace hubward::tests
