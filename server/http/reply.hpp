// SPDX-License-Identifier: Apache-2.0
//
// The head of an answer as bytes, and the clock behind its Date.
//
// Status line and the headers that every answer carries are rendered once per status; what is left
// per answer is a handful of appends into a buffer that the connection keeps.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "server/http/message.hpp"

namespace hubward::server::http {

std::string_view reason_phrase(unsigned status);

// "Date: Tue, 24 Nov 2026 03:00:00 GMT\r\n", rendered once a second. One per I/O thread.
class DateLine {
  public:
    std::string_view at(std::int64_t unix_seconds);

  private:
    std::int64_t second_ = -1;
    std::array<char, 40> text_{};
};

enum class Connection { keep, keep_http10, close };

// Appends the head of `response` to `out`. Every answer gets Content-Length except 1xx, 204, 304 and
// one that goes on until the close; a
// header value that would break out of its line has its control bytes replaced by spaces.
void append_head(std::string& out, const Response& response, std::string_view date_line,
                 Connection connection);

}  // namespace hubward::server::http
