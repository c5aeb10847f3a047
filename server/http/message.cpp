// SPDX-License-Identifier: Apache-2.0
#include "server/http/message.hpp"

#include <algorithm>

#include "server/http/guard.hpp"  // same_token

namespace hubward::server::http {
namespace {

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
        text.remove_prefix(1);
    }
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
        text.remove_suffix(1);
    }
    return text;
}

}  // namespace

std::string_view name(Verb verb) {
    switch (verb) {
        case Verb::get:
            return "GET";
        case Verb::head:
            return "HEAD";
        case Verb::post:
            return "POST";
        case Verb::put:
            return "PUT";
        case Verb::patch:
            return "PATCH";
        case Verb::del:
            return "DELETE";
        case Verb::options:
            return "OPTIONS";
    }
    return "";
}

std::string_view Request::header(std::string_view wanted) const {
    for (const Header& each : headers) {
        if (same_token(each.name, wanted)) {
            return each.value;
        }
    }
    return {};
}

bool Request::has_header(std::string_view wanted) const {
    return std::any_of(headers.begin(), headers.end(),
                       [&](const Header& each) { return same_token(each.name, wanted); });
}

std::optional<std::string_view> Request::query_value(std::string_view key) const {
    for (const auto& [each, value] : query) {
        if (each == key) {
            return value;
        }
    }
    return std::nullopt;
}

std::string_view Request::param(std::string_view wanted) const {
    for (const auto& [each, value] : params) {
        if (each == wanted) {
            return value;
        }
    }
    return {};
}

// RFC 6265 §5.4 lets a client send one Cookie header with pairs separated by "; "; HTTP/2 front ends
// may split it, so every Cookie header is looked at.
std::string_view Request::cookie(std::string_view wanted) const {
    for (const Header& each : headers) {
        if (!same_token(each.name, "cookie")) {
            continue;
        }
        std::string_view rest = each.value;
        while (!rest.empty()) {
            const std::size_t end = rest.find(';');
            const std::string_view pair = trimmed(rest.substr(0, end));
            const std::size_t equals = pair.find('=');
            if (equals != std::string_view::npos && trimmed(pair.substr(0, equals)) == wanted) {
                std::string_view value = trimmed(pair.substr(equals + 1));
                if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
                    value = value.substr(1, value.size() - 2);
                }
                return value;
            }
            if (end == std::string_view::npos) {
                break;
            }
            rest.remove_prefix(end + 1);
        }
    }
    return {};
}

}  // namespace hubward::server::http
