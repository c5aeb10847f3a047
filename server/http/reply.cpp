// SPDX-License-Identifier: Apache-2.0
#include "server/http/reply.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <string>

#include "server/http/guard.hpp"  // same_token

namespace hubward::server::http {
namespace {

constexpr unsigned status_min = 100;
constexpr unsigned status_max = 599;

// The status line and what belongs on every answer, whatever it is.
std::string render_fixed(unsigned status) {
    std::string text = "HTTP/1.1 " + std::to_string(status) + " ";
    text += reason_phrase(status);
    text += "\r\nX-Content-Type-Options: nosniff\r\n";
    return text;
}

using Rendered = std::array<std::string, status_max + 1 - status_min>;

const Rendered& rendered() {
    static const Rendered table = [] {
        Rendered all;
        for (unsigned status = status_min; status <= status_max; ++status) {
            all[status - status_min] = render_fixed(status);
        }
        return all;
    }();
    return table;
}

void append_value(std::string& out, std::string_view value) {
    const std::size_t begin = out.size();
    out.append(value);
    for (std::size_t i = begin; i < out.size(); ++i) {
        const auto byte = static_cast<unsigned char>(out[i]);
        if ((byte < 0x20 && byte != '\t') || byte == 0x7F) {
            out[i] = ' ';  // a CR LF here would let a handler's data write headers of its own
        }
    }
}

bool carries_length(unsigned status) {
    return status >= 200 && status != 204 && status != 304;
}

}  // namespace

std::string_view reason_phrase(unsigned status) {
    struct Phrase {
        unsigned status;
        std::string_view text;
    };
    static constexpr std::array phrases = {
        Phrase{100, "Continue"},
        Phrase{101, "Switching Protocols"},
        Phrase{200, "OK"},
        Phrase{201, "Created"},
        Phrase{202, "Accepted"},
        Phrase{204, "No Content"},
        Phrase{301, "Moved Permanently"},
        Phrase{302, "Found"},
        Phrase{303, "See Other"},
        Phrase{304, "Not Modified"},
        Phrase{307, "Temporary Redirect"},
        Phrase{308, "Permanent Redirect"},
        Phrase{400, "Bad Request"},
        Phrase{401, "Unauthorized"},
        Phrase{403, "Forbidden"},
        Phrase{404, "Not Found"},
        Phrase{405, "Method Not Allowed"},
        Phrase{406, "Not Acceptable"},
        Phrase{408, "Request Timeout"},
        Phrase{409, "Conflict"},
        Phrase{410, "Gone"},
        Phrase{411, "Length Required"},
        Phrase{412, "Precondition Failed"},
        Phrase{413, "Content Too Large"},
        Phrase{414, "URI Too Long"},
        Phrase{415, "Unsupported Media Type"},
        Phrase{417, "Expectation Failed"},
        Phrase{422, "Unprocessable Content"},
        Phrase{425, "Too Early"},
        Phrase{426, "Upgrade Required"},
        Phrase{428, "Precondition Required"},
        Phrase{429, "Too Many Requests"},
        Phrase{431, "Request Header Fields Too Large"},
        Phrase{500, "Internal Server Error"},
        Phrase{501, "Not Implemented"},
        Phrase{503, "Service Unavailable"},
        Phrase{504, "Gateway Timeout"},
        Phrase{505, "HTTP Version Not Supported"},
        Phrase{507, "Insufficient Storage"},
    };
    for (const Phrase& phrase : phrases) {
        if (phrase.status == status) {
            return phrase.text;
        }
    }
    return "Status";
}

std::string_view DateLine::at(std::int64_t unix_seconds) {
    static constexpr std::string_view shape = "Date: Tue, 24 Nov 2026 03:00:00 GMT\r\n";
    if (unix_seconds != second_) {
        second_ = unix_seconds;
        const std::chrono::sys_seconds now{std::chrono::seconds(unix_seconds)};
        const auto day = std::chrono::floor<std::chrono::days>(now);
        const std::chrono::year_month_day date(day);
        const std::chrono::hh_mm_ss clock(now - day);
        static constexpr std::array days = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
        static constexpr std::array months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
        std::snprintf(text_.data(), text_.size(), "Date: %s, %02u %s %04d %02d:%02d:%02d GMT\r\n",
                      days[std::chrono::weekday(day).c_encoding()],
                      static_cast<unsigned>(date.day()),
                      months[static_cast<unsigned>(date.month()) - 1],
                      static_cast<int>(date.year()), static_cast<int>(clock.hours().count()),
                      static_cast<int>(clock.minutes().count()),
                      static_cast<int>(clock.seconds().count()));
    }
    return {text_.data(), shape.size()};
}

void append_head(std::string& out, const Response& response, std::string_view date_line,
                 Connection connection) {
    const bool known = response.status >= status_min && response.status <= status_max;
    out.append(rendered()[(known ? response.status : 500) - status_min]);
    out.append(date_line);
    if (!response.content_type.empty()) {
        out.append("Content-Type: ").append(response.content_type).append("\r\n");
    }
    bool cache_stated = false;
    bool referrer_stated = false;
    for (const auto& [header, value] : response.headers) {
        cache_stated = cache_stated || same_token(header, "cache-control");
        referrer_stated = referrer_stated || same_token(header, "referrer-policy");
        out.append(header).append(": ");
        append_value(out, value);
        out.append("\r\n");
    }
    if (!cache_stated) {
        out.append("Cache-Control: no-store\r\n");
    }
    if (!referrer_stated) {
        out.append("Referrer-Policy: no-referrer\r\n");
    }
    if (carries_length(response.status) && !response.until_close) {
        std::array<char, 24> digits{};
        const auto end =
            std::to_chars(digits.data(), digits.data() + digits.size(), response.body.size());
        out.append("Content-Length: ").append(digits.data(), end.ptr).append("\r\n");
    }
    if (connection == Connection::close) {
        out.append("Connection: close\r\n");
    } else if (connection == Connection::keep_http10) {
        out.append("Connection: keep-alive\r\n");
    }
    out.append("\r\n");
}

}  // namespace hubward::server::http
