// SPDX-License-Identifier: Apache-2.0
#include "server/http/guard.hpp"

#include <algorithm>
#include <array>

#include "server/http/target.hpp"

namespace hubward::server::http {
namespace {

constexpr std::size_t host_bytes_max = 255;  // RFC 1035: no name is longer

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool digit(char c) { return c >= '0' && c <= '9'; }

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
        text.remove_prefix(1);
    }
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
        text.remove_suffix(1);
    }
    return text;
}

std::optional<Verb> verb_of(std::string_view method) {
    static constexpr std::array verbs = {Verb::get,   Verb::head, Verb::post,   Verb::put,
                                         Verb::patch, Verb::del,  Verb::options};
    for (const Verb verb : verbs) {
        if (method == name(verb)) {
            return verb;
        }
    }
    return std::nullopt;
}

// A line that starts with white space continues the one before (obs-fold); proxies differ in how
// they read it, so nothing is folded here.
bool has_folded_line(std::string_view raw) {
    for (std::size_t at = raw.find("\r\n"); at != std::string_view::npos;
         at = raw.find("\r\n", at + 2)) {
        if (at + 2 < raw.size() && (raw[at + 2] == ' ' || raw[at + 2] == '\t')) {
            return true;
        }
    }
    return false;
}

std::optional<std::uint64_t> decimal(std::string_view text) {
    // 18 digits fit 64 bits whatever they are, and no body of ours is longer.
    if (text.empty() || text.size() > 18 || !std::all_of(text.begin(), text.end(), digit)) {
        return std::nullopt;
    }
    std::uint64_t value = 0;
    for (const char c : text) {
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return value;
}

Verdict refuse(unsigned status, std::string_view why) {
    Verdict verdict;
    verdict.refused = Refused{status, why};
    return verdict;
}

// How often each header that decides about framing stands there, and what it said.
struct Framing {
    unsigned hosts = 0;
    unsigned lengths = 0;
    unsigned encodings = 0;
    std::string_view host;
    std::string_view length;
    std::string_view encoding;
    std::string_view expect;
    bool close = false;
    bool keep_alive = false;
};

Framing framing(std::span<const HeaderView> headers) {
    Framing found;
    for (const HeaderView& header : headers) {
        switch (header.name.size()) {  // spares most headers every comparison
            case 4:
                if (same_token(header.name, "host")) {
                    ++found.hosts;
                    found.host = header.value;
                }
                break;
            case 6:
                if (same_token(header.name, "expect")) {
                    found.expect = header.value;
                }
                break;
            case 10:
                if (same_token(header.name, "connection")) {
                    found.close = found.close || list_has(header.value, "close");
                    found.keep_alive = found.keep_alive || list_has(header.value, "keep-alive");
                }
                break;
            case 14:
                if (same_token(header.name, "content-length")) {
                    ++found.lengths;
                    found.length = header.value;
                }
                break;
            case 17:
                if (same_token(header.name, "transfer-encoding")) {
                    ++found.encodings;
                    found.encoding = header.value;
                }
                break;
            default:
                break;
        }
    }
    return found;
}

}  // namespace

bool same_token(std::string_view left, std::string_view right) {
    return left.size() == right.size() &&
           std::equal(left.begin(), left.end(), right.begin(),
                      [](char a, char b) { return lower(a) == lower(b); });
}

bool list_has(std::string_view list, std::string_view token) {
    while (!list.empty()) {
        const std::size_t comma = list.find(',');
        if (same_token(trimmed(list.substr(0, comma)), token)) {
            return true;
        }
        if (comma == std::string_view::npos) {
            return false;
        }
        list.remove_prefix(comma + 1);
    }
    return false;
}

bool valid_host(std::string_view host) {
    if (host.empty() || host.size() > host_bytes_max) {
        return false;
    }
    std::string_view port;
    if (host.front() == '[') {
        const std::size_t end = host.find(']');
        if (end == std::string_view::npos || end < 3) {
            return false;
        }
        const std::string_view address = host.substr(1, end - 1);
        if (!std::all_of(address.begin(), address.end(), [](char c) {
                return digit(c) || (lower(c) >= 'a' && lower(c) <= 'f') || c == ':' || c == '.';
            })) {
            return false;
        }
        port = host.substr(end + 1);
    } else {
        const std::size_t colon = host.find(':');
        const std::string_view name = host.substr(0, colon);
        if (name.empty() || !std::all_of(name.begin(), name.end(), [](char c) {
                return digit(c) || (lower(c) >= 'a' && lower(c) <= 'z') || c == '-' || c == '.' ||
                       c == '_';
            })) {
            return false;
        }
        port = colon == std::string_view::npos ? std::string_view() : host.substr(colon);
    }
    if (port.empty()) {
        return true;
    }
    if (port.front() != ':') {
        return false;
    }
    port.remove_prefix(1);
    if (port.empty()) {
        return true;  // RFC 3986 allows "host:"
    }
    const auto number = port.size() <= 5 ? decimal(port) : std::nullopt;
    return number && *number <= 65'535;
}

Verdict guard(const HeadView& head, const GuardLimits& limits) {
    if (has_folded_line(head.raw)) {
        return refuse(400, "a header line starts with white space");
    }
    if (head.target.size() > limits.target_bytes_max) {
        return refuse(414, "the request target is too long");
    }
    if (head.headers.size() > limits.headers_max) {
        return refuse(431, "there are too many headers");
    }

    const Framing found = framing(head.headers);
    if (found.hosts != 1) {
        return refuse(400, found.hosts == 0 ? "the Host header is missing"
                                            : "there is more than one Host header");
    }
    if (!valid_host(found.host)) {
        return refuse(400, "the Host header is not valid");
    }

    Verdict verdict;
    Admitted& admitted = verdict.admitted;
    if (found.encodings != 0) {
        if (head.version == 10) {
            return refuse(400, "Transfer-Encoding is not part of HTTP/1.0");
        }
        if (found.lengths != 0) {
            return refuse(400, "Content-Length and Transfer-Encoding exclude each other");
        }
        if (found.encodings > 1 || found.encoding != "chunked") {
            return refuse(400, "the only Transfer-Encoding understood is chunked");
        }
        admitted.chunked = true;
    }
    if (found.lengths > 1) {
        return refuse(400, "there is more than one Content-Length header");
    }
    if (found.lengths == 1) {
        admitted.content_length = decimal(found.length);
        if (!admitted.content_length) {
            return refuse(400, "the Content-Length is not a number");
        }
    }

    const auto verb = verb_of(head.method);
    if (!verb) {
        return refuse(501, "the method is not known here");
    }
    admitted.verb = *verb;
    if (head.target == "*") {
        if (*verb != Verb::options) {
            return refuse(400, "the target * belongs to OPTIONS only");
        }
        admitted.asterisk = true;
    } else if (const auto fault = target_fault(head.target)) {
        return refuse(400, *fault);
    }

    if (!found.expect.empty() && head.version == 11) {
        if (!same_token(found.expect, "100-continue")) {
            return refuse(417, "the only expectation understood is 100-continue");
        }
        admitted.expects_continue = true;
    }
    admitted.keep_alive = head.version == 11 ? !found.close : found.keep_alive && !found.close;
    return verdict;
}

}  // namespace hubward::server::http
