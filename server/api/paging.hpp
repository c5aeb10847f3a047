// SPDX-License-Identifier: Apache-2.0
//
// Lists by opaque cursor: ?limit=1…200&cursor=…, Link: rel="next". Never by offset, so that what
// arrives while someone turns the pages neither repeats nor hides a row.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "server/api/problem.hpp"
#include "server/http/message.hpp"

namespace hubward::server::api {

inline constexpr std::size_t limit_default = 50;
inline constexpr std::size_t limit_max = 200;
// Rows looked at for one page, so that a filter that fits nothing does not hold up the thread; the
// page may be short or empty then, and still has a next one.
inline constexpr std::size_t scan_max = 20'000;

struct Page {
    std::size_t limit = limit_default;
    std::optional<std::uint64_t> after;  // position of the last row seen; nothing on the first page
};

// list: a letter that binds the cursor to its list.
std::expected<Page, Problem> page_of(const http::Request& request, char list);
std::string cursor_text(char list, std::uint64_t position);

// {"items":[…],"next":"…"} with Link. `items` are JSON texts.
class PageWriter {
  public:
    void add(std::string_view item);
    std::size_t size() const { return count_; }
    // next: the cursor of the following page; nothing on the last.
    http::Response finish(const http::Request& request, std::size_t limit,
                          const std::optional<std::string>& next);

  private:
    std::string body_ = R"({"items":[)";
    std::size_t count_ = 0;
};

}  // namespace hubward::server::api
