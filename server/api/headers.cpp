// SPDX-License-Identifier: Apache-2.0
#include "server/api/headers.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "server/wire/identifiers.hpp"

namespace hubward::server::api {
namespace {

constexpr std::size_t key_bytes_max = 255;
constexpr std::size_t echo_bytes_max = 128;
constexpr std::uint32_t never_given = 0xffff'ffff;

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
        text.remove_prefix(1);
    }
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
        text.remove_suffix(1);
    }
    return text;
}

bool visible_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f; });
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_without_case(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

// Lower-case hexadecimal only, as the W3C text asks for.
std::optional<std::uint64_t> hex64(std::string_view text) {
    std::uint64_t value = 0;
    for (const char c : text) {
        const bool digit = c >= '0' && c <= '9';
        if (!digit && !(c >= 'a' && c <= 'f')) {
            return std::nullopt;
        }
        value = value << 4 | static_cast<std::uint64_t>(digit ? c - '0' : c - 'a' + 10);
    }
    return value;
}

}  // namespace

std::expected<std::string, std::string> idempotency_key(const http::Request& request) {
    if (!request.has_header("Idempotency-Key")) {
        return std::unexpected(std::string("The header Idempotency-Key is missing."));
    }
    std::string_view key = trimmed(request.header("Idempotency-Key"));
    if (key.size() >= 2 && key.front() == '"' && key.back() == '"') {
        key = key.substr(1, key.size() - 2);
    }
    if (key.empty() || key.size() > key_bytes_max) {
        return std::unexpected(
            fmt::format("Idempotency-Key must have 1 to {} bytes.", key_bytes_max));
    }
    const bool printable = std::ranges::all_of(
        key, [](char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; });
    if (!printable) {
        return std::unexpected(
            std::string("Idempotency-Key must be printable ASCII without quotes and backslashes "
                        "inside."));
    }
    const auto times = std::ranges::count_if(request.headers, [](const http::Header& h) {
        return same_without_case(h.name, "Idempotency-Key");
    });
    if (times > 1) {
        return std::unexpected(std::string("Idempotency-Key must come once."));
    }
    return std::string(key);
}

std::expected<std::uint32_t, std::string> if_match(const http::Request& request) {
    if (!request.has_header("If-Match")) {
        return 0;
    }
    std::string_view tag = trimmed(request.header("If-Match"));
    if (tag == "*") {
        return 0;
    }
    if (tag.starts_with("W/")) {
        return never_given;  // a weak tag matches nothing here (RFC 9110 §13.1.1)
    }
    const bool one_tag = tag.size() >= 2 && tag.front() == '"' && tag.back() == '"' &&
                         tag.substr(1, tag.size() - 2).find('"') == std::string_view::npos;
    if (!one_tag) {
        return std::unexpected(
            std::string("If-Match must be one entity tag in quotes, as the ETag header gave it."));
    }
    tag = tag.substr(1, tag.size() - 2);
    tag = tag.substr(0, tag.find('-'));  // a hub's tag also counts what its version does not
    std::uint32_t version = 0;
    const auto [end, error] = std::from_chars(tag.data(), tag.data() + tag.size(), version);
    const bool ours = error == std::errc{} && end == tag.data() + tag.size() && version != 0;
    return ours ? version : never_given;
}

bool lists_tag(std::string_view list, std::string_view tag) {
    while (!list.empty()) {
        const std::size_t comma = list.find(',');
        std::string_view one = trimmed(list.substr(0, comma));
        if (one.starts_with("W/")) {
            one.remove_prefix(2);
        }
        if (one == tag || one == "*") {
            return true;
        }
        list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
    }
    return false;
}

std::optional<matcher::TraceId> trace_of(std::string_view text) {
    // 00-<32 hex>-<16 hex>-<2 hex>; a later version may append more after another '-'.
    if (text.size() < 55 || text[2] != '-' || text[35] != '-' || text[52] != '-') {
        return std::nullopt;
    }
    const auto version = hex64(text.substr(0, 2));
    const auto high = hex64(text.substr(3, 16));
    const auto low = hex64(text.substr(19, 16));
    const auto parent = hex64(text.substr(36, 16));
    const auto flags = hex64(text.substr(53, 2));
    if (!version || !high || !low || !parent || !flags || *version == 0xff || *parent == 0) {
        return std::nullopt;
    }
    if (text.size() > 55 && (*version == 0 || text[55] != '-')) {
        return std::nullopt;
    }
    const matcher::TraceId id{*high, *low};
    return id ? std::optional(id) : std::nullopt;
}

bool may_echo(std::string_view id) {
    return !id.empty() && id.size() <= echo_bytes_max && visible_ascii(id);
}

bool is_json(std::string_view type) {
    const std::size_t semicolon = type.find(';');
    if (!same_without_case(trimmed(type.substr(0, semicolon)), "application/json")) {
        return false;
    }
    if (semicolon == std::string_view::npos) {
        return true;
    }
    const std::string_view parameter = trimmed(type.substr(semicolon + 1));
    return same_without_case(parameter, "charset=utf-8") ||
           same_without_case(parameter, "charset=\"utf-8\"");
}

}  // namespace hubward::server::api
