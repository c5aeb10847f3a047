// SPDX-License-Identifier: Apache-2.0
#include "server/api/bars_paging.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "server/http/target.hpp"

namespace hubward::server::api::bars {
namespace {

std::optional<std::uint64_t> number(std::string_view text) {
    std::uint64_t value = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || end.ec != std::errc() || end.ptr != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

}  // namespace

std::expected<FhirPage, Trouble> fhir_page(const http::Request& request) {
    FhirPage page;
    for (const auto& [key, value] : request.query) {
        if (key != "_count" && key != "_page") {
            page.kept += fmt::format("{}={}&", http::percent_encoded(key), http::percent_encoded(value));
            continue;
        }
        const auto read = number(value);
        if (!read) {
            return std::unexpected(Trouble{400, "value", key + ": a whole number is expected.", {}});
        }
        if (key == "_page") {
            page.after = read;
        } else {
            page.count = std::clamp<std::size_t>(static_cast<std::size_t>(*read), 1, fhir_count_max);
        }
    }
    return page;
}

std::string next_page(std::string_view path, const FhirPage& page,
                      const std::optional<std::uint64_t>& next) {
    return next ? fmt::format("{}?{}_count={}&_page={}", path, page.kept, page.count, *next)
                : std::string();
}

}  // namespace hubward::server::api::bars
