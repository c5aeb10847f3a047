// SPDX-License-Identifier: Apache-2.0
//
// Bytes to a request head, and chunked bytes to a body. Beast is behind this header.
//
// One per connection, used by its I/O thread. The head's parts are views into the caller's buffer, so
// nothing is allocated per request; the buffer may move between two calls of parse_head.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "server/http/guard.hpp"

namespace hubward::server::http {

class RequestParser {
  public:
    enum class Step {
        need_more,
        done,
        bad,             // 400 and close
        bad_version,     // 505 and close
        too_large,       // head past the limit, or body past its limit
        extension_flood  // more chunk extension than content
    };
    struct Parsed {
        Step step = Step::need_more;
        std::size_t consumed = 0;  // bytes of the buffer that are used up
    };

    explicit RequestParser(std::size_t header_bytes_max);
    ~RequestParser();
    RequestParser(const RequestParser&) = delete;
    RequestParser& operator=(const RequestParser&) = delete;

    // Forgets the request before; call it before the first bytes of each.
    void restart();
    // Give it all bytes from the start of the request each time, until it says other than need_more.
    Parsed parse_head(std::string_view bytes);
    // Views of the head parsed last; valid while the bytes given to parse_head stay in place.
    HeadView head() const;
    // Chunked only: appends content to `body`. Bytes that were not consumed must be given again.
    Parsed parse_chunked(std::string_view bytes, std::string& body, std::size_t body_max);

  private:
    class Beast;
    std::size_t header_bytes_max_;
    std::unique_ptr<Beast> beast_;
};

}  // namespace hubward::server::http
