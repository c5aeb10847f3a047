// SPDX-License-Identifier: Apache-2.0
#include "server/api/paging.hpp"

#include <charconv>

#include <fmt/format.h>

#include "server/api/call.hpp"
#include "server/api/small_body.hpp"
#include "server/auth/base64url.hpp"

namespace hubward::server::api {
namespace {

std::unexpected<Problem> wrong(const char* parameter, std::string detail) {
    Problem p = problem("bad-request", detail);
    p.errors = one_fault(fmt::format("/query/{}", parameter), std::move(detail), "range");
    return std::unexpected(std::move(p));
}

std::optional<std::uint64_t> number(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

}  // namespace

std::string cursor_text(char list, std::uint64_t position) {
    return auth::to_base64url(fmt::format("{}1:{}", list, position));
}

std::expected<Page, Problem> page_of(const http::Request& request, char list) {
    Page page;
    if (const auto limit = request.query_value("limit")) {
        const auto wanted = number(*limit);
        if (!wanted || *wanted < 1 || *wanted > limit_max) {
            return wrong("limit", fmt::format("limit must be 1 to {}.", limit_max));
        }
        page.limit = static_cast<std::size_t>(*wanted);
    }
    if (const auto cursor = request.query_value("cursor")) {
        const auto text = auth::from_base64url(*cursor);
        const std::string prefix = fmt::format("{}1:", list);
        if (text && text->starts_with(prefix)) {
            page.after = number(std::string_view(*text).substr(prefix.size()));
        }
        if (!page.after) {
            return wrong("cursor", "cursor must be the text that the page before gave as next.");
        }
    }
    return page;
}

void PageWriter::add(std::string_view item) {
    if (count_++ != 0) {
        body_ += ',';
    }
    body_ += item;
}

http::Response PageWriter::finish(const http::Request& request, std::size_t limit,
                                  const std::optional<std::string>& next) {
    body_ += ']';
    if (next) {
        body_ += fmt::format(R"(,"next":"{}")", *next);  // base64url needs no escape
    }
    body_ += '}';
    http::Response response = json(200, std::move(body_));
    response.with("Cache-Control", "no-store");
    if (next) {
        std::string target = fmt::format("{}?limit={}&cursor={}", request.path, limit, *next);
        if (const auto status = request.query_value("status")) {
            target += fmt::format("&status={}", *status);  // a code that the handler knows
        }
        response.with("Link", fmt::format("<{}>; rel=\"next\"", target));
    }
    return response;
}

}  // namespace hubward::server::api
