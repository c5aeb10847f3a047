// SPDX-License-Identifier: Apache-2.0
#include "server/http/target.hpp"

#include <cstdint>

#include "server/http/utf8.hpp"

namespace hubward::server::http {
namespace {

int hex_value(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

bool alphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// pchar of RFC 3986 without '%', plus '/'.
bool path_byte(char c) {
    return alphanumeric(c) || std::string_view("-._~!$&'()*+,;=:@/").contains(c);
}

bool query_byte(char c) { return path_byte(c) || std::string_view("?[]{}|^`").contains(c); }

enum class Part { path, query };

// Line breaks and tabs are text that a form field may hold.
bool text_control(int byte) { return byte == '\n' || byte == '\r' || byte == '\t'; }

// Checks bytes and percent codes; beyond_ascii is set when a code stands for a byte above 0x7F.
std::optional<std::string_view> fault_in(std::string_view raw, bool (*allowed)(char),
                                         Part part, bool& beyond_ascii) {
    for (std::size_t i = 0; i < raw.size(); ++i) {
        if (raw[i] != '%') {
            if (!allowed(raw[i])) {
                return "the request target holds a byte that must be percent-encoded";
            }
            continue;
        }
        const bool whole = raw.size() - i > 2;
        const int high = whole ? hex_value(raw[i + 1]) : -1;
        const int low = whole ? hex_value(raw[i + 2]) : -1;
        if (high < 0 || low < 0) {
            return "the request target holds an incomplete percent code";
        }
        const int byte = high * 16 + low;
        if (byte == 0x7F || (byte < 0x20 && !(part == Part::query && text_control(byte)))) {
            return "the request target encodes a control character";
        }
        if (part == Part::path && (byte == '/' || byte == '\\')) {
            return "the path encodes a slash";
        }
        beyond_ascii = beyond_ascii || byte > 0x7F;
        i += 2;
    }
    return std::nullopt;
}

bool has_dot_segment(std::string_view decoded) {
    std::size_t begin = 0;
    while (begin <= decoded.size()) {
        std::size_t end = decoded.find('/', begin);
        if (end == std::string_view::npos) {
            end = decoded.size();
        }
        const std::string_view segment = decoded.substr(begin, end - begin);
        if (segment == "." || segment == "..") {
            return true;
        }
        begin = end + 1;
    }
    return false;
}

}  // namespace

std::optional<std::string_view> target_fault(std::string_view target) {
    if (target.empty() || target.front() != '/') {
        return "the request target must be a path that starts with /";
    }
    const std::string_view path = raw_path(target);
    const std::string_view query = raw_query(target);
    bool path_beyond = false;
    bool query_beyond = false;
    if (auto fault = fault_in(path, path_byte, Part::path, path_beyond)) {
        return fault;
    }
    if (auto fault = fault_in(query, query_byte, Part::query, query_beyond)) {
        return fault;
    }
    const bool encoded_path = path.contains('%');
    if (path_beyond && !valid_utf8(percent_decoded(path))) {
        return "the path is not valid UTF-8";
    }
    if (query_beyond && !valid_utf8(percent_decoded(query))) {
        return "the query is not valid UTF-8";
    }
    if (path.contains('.') || encoded_path) {
        if (encoded_path ? has_dot_segment(percent_decoded(path)) : has_dot_segment(path)) {
            return "the path holds a . or .. segment";
        }
    }
    return std::nullopt;
}

std::string percent_decoded(std::string_view raw) {
    std::string text;
    text.reserve(raw.size());
    for (std::size_t i = 0; i < raw.size(); ++i) {
        if (raw[i] == '%' && raw.size() - i > 2 && hex_value(raw[i + 1]) >= 0 &&
            hex_value(raw[i + 2]) >= 0) {
            text.push_back(static_cast<char>(
                static_cast<std::uint8_t>(hex_value(raw[i + 1]) * 16 + hex_value(raw[i + 2]))));
            i += 2;
        } else {
            text.push_back(raw[i]);
        }
    }
    return text;
}

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view hex = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
            c == '.' || c == '_' || c == '~') {
            out += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out.append({'%', hex[byte >> 4U], hex[byte & 15U]});
        }
    }
    return out;
}

std::string_view raw_path(std::string_view target) { return target.substr(0, target.find('?')); }

std::string_view raw_query(std::string_view target) {
    const std::size_t mark = target.find('?');
    return mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
}

Query parse_query(std::string_view raw) {
    Query query;
    const auto decoded = [](std::string_view part) {
        std::string spaced(part);
        for (char& c : spaced) {
            c = c == '+' ? ' ' : c;
        }
        return percent_decoded(spaced);
    };
    while (!raw.empty()) {
        const std::size_t end = raw.find('&');
        const std::string_view pair = raw.substr(0, end);
        if (!pair.empty()) {
            const std::size_t equals = pair.find('=');
            const std::string_view value =
                equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
            query.emplace_back(decoded(pair.substr(0, equals)), decoded(value));
        }
        if (end == std::string_view::npos) {
            break;
        }
        raw.remove_prefix(end + 1);
    }
    return query;
}

}  // namespace hubward::server::http
