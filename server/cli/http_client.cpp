// SPDX-License-Identifier: Apache-2.0
#include "server/cli/http_client.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>
#include <utility>

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fmt/format.h>

namespace hubward::server::cli {
namespace {

constexpr std::size_t answer_bytes_max = 64 * 1024 * 1024;

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return out;
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    return first == text.npos ? std::string_view{}
                              : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

template <class Number>
std::optional<Number> parse_number(std::string_view text, int base) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    return error == std::errc{} && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

// The head up to and without the blank line.
std::optional<HttpAnswer> parse_head(std::string_view head) {
    HttpAnswer answer;
    const std::size_t first_end = std::min(head.find("\r\n"), head.size());
    const std::string_view first = head.substr(0, first_end);
    const auto status = first.size() >= 12 && first.starts_with("HTTP/1.")
                            ? parse_number<unsigned>(first.substr(9, 3), 10)
                            : std::nullopt;
    if (!status) {
        return std::nullopt;
    }
    answer.status = *status;
    for (std::size_t at = first_end + 2; at < head.size();) {
        const std::size_t end = std::min(head.find("\r\n", at), head.size());
        const std::string_view line = head.substr(at, end - at);
        const std::size_t colon = line.find(':');
        if (colon != line.npos) {
            answer.headers.emplace_back(lower(line.substr(0, colon)), trimmed(line.substr(colon + 1)));
        }
        at = end + 2;
    }
    return answer;
}

bool send_all(int socket, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t n = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
}

}  // namespace

std::string_view HttpAnswer::header(std::string_view lower_name) const {
    const auto at = std::ranges::find(headers, lower_name, [](const auto& h) -> std::string_view { return h.first; });
    return at == headers.end() ? std::string_view{} : std::string_view(at->second);
}

OpenConnection::OpenConnection(OpenConnection&& other) noexcept
    : early(std::move(other.early)), socket_(std::exchange(other.socket_, -1)) {}

OpenConnection& OpenConnection::operator=(OpenConnection&& other) noexcept {
    std::swap(early, other.early);
    std::swap(socket_, other.socket_);
    return *this;
}

OpenConnection::~OpenConnection() {
    if (socket_ >= 0) {
        ::close(socket_);
    }
}

bool OpenConnection::write(std::string_view bytes) { return send_all(socket_, bytes); }

OpenConnection::Read OpenConnection::read_until(std::chrono::steady_clock::time_point until) {
    while (true) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(
            until - std::chrono::steady_clock::now());
        pollfd wanted{socket_, POLLIN, 0};
        const int ready = ::poll(&wanted, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
        if (ready == 0) {
            return Read::time_over;
        }
        if (ready < 0 && errno == EINTR) {
            continue;
        }
        char bytes[16 * 1024];
        const ssize_t n = ready < 0 ? -1 : ::recv(socket_, bytes, sizeof bytes, 0);
        if (n <= 0) {
            return Read::ended;
        }
        early.append(bytes, static_cast<std::size_t>(n));
        return Read::some;
    }
}

HttpClient::HttpClient(std::string_view base, std::chrono::seconds deadline) : deadline_(deadline) {
    constexpr std::string_view scheme = "http://";
    if (!base.starts_with(scheme)) {
        fault_ = fmt::format("{} does not start with http://", base);
        return;
    }
    base.remove_prefix(scheme.size());
    const std::size_t slash = std::min(base.find('/'), base.size());
    prefix_ = base.substr(slash);
    while (prefix_.ends_with('/')) {
        prefix_.pop_back();
    }
    const std::string_view authority = base.substr(0, slash);
    const std::size_t colon = authority.rfind(':');
    const bool has_port = colon != authority.npos && authority.find(']', colon) == authority.npos;
    host_ = authority.substr(0, has_port ? colon : authority.size());
    port_ = has_port ? std::string(authority.substr(colon + 1)) : "80";
    if (host_.empty()) {
        fault_ = "the address of the server names no host";
    }
}

HttpClient::~HttpClient() { close(); }

void HttpClient::close() {
    if (socket_ >= 0) {
        ::close(socket_);
        socket_ = -1;
    }
    buffer_.clear();
}

std::expected<void, std::string> HttpClient::connect() {
    if (!fault_.empty()) {
        return std::unexpected(fault_);
    }
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    std::string name = host_;
    if (name.starts_with('[') && name.ends_with(']')) {
        name = name.substr(1, name.size() - 2);
    }
    if (const int why = ::getaddrinfo(name.c_str(), port_.c_str(), &hints, &found); why != 0) {
        return std::unexpected(fmt::format("{}: {}", host_, ::gai_strerror(why)));
    }
    int why = ECONNREFUSED;
    for (const addrinfo* a = found; a != nullptr && socket_ < 0; a = a->ai_next) {
        const int fd = ::socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC, a->ai_protocol);
        if (fd < 0) {
            continue;
        }
        timeval limit{};
        limit.tv_sec = deadline_.count();
        ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
        const int on = 1;
        ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (::connect(fd, a->ai_addr, a->ai_addrlen) == 0) {
            socket_ = fd;
        } else {
            why = errno;
            ::close(fd);
        }
    }
    ::freeaddrinfo(found);
    if (socket_ < 0) {
        return std::unexpected(fmt::format("cannot reach http://{}:{}: {}", host_, port_, std::strerror(why)));
    }
    return {};
}

bool HttpClient::more() {
    char bytes[16 * 1024];
    ssize_t n = 0;
    do {
        n = ::recv(socket_, bytes, sizeof bytes, 0);
    } while (n < 0 && errno == EINTR);
    if (n <= 0 || buffer_.size() + static_cast<std::size_t>(n) > answer_bytes_max) {
        return false;
    }
    buffer_.append(bytes, static_cast<std::size_t>(n));
    return true;
}

std::expected<HttpAnswer, std::string> HttpClient::exchange_head(std::string_view request) {
    if (!send_all(socket_, request)) {
        return std::unexpected("the server closed the connection");
    }
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n\r\n")) == buffer_.npos) {
        if (!more()) {
            return std::unexpected("the server gave no whole answer");
        }
    }
    auto answer = parse_head(std::string_view(buffer_).substr(0, end));
    if (!answer) {
        return std::unexpected("the server's answer is not HTTP/1.1");
    }
    buffer_.erase(0, end + 4);
    return *std::move(answer);
}

std::expected<HttpAnswer, std::string> HttpClient::exchange(std::string_view request) {
    auto answer = exchange_head(request);
    if (!answer) {
        return answer;
    }
    const auto length = parse_number<std::size_t>(answer->header("content-length"), 10);
    const bool bodyless = answer->status == 204 || answer->status == 304;
    if (!bodyless && !length) {
        return std::unexpected("the server's answer has no length");
    }
    const std::size_t bytes = bodyless ? 0 : *length;
    while (buffer_.size() < bytes) {
        if (!more()) {
            return std::unexpected("the server's answer ended early");
        }
    }
    answer->body = buffer_.substr(0, bytes);
    buffer_.erase(0, bytes);
    if (lower(answer->header("connection")) == "close") {
        close();
    }
    return *std::move(answer);
}

std::string HttpClient::request_of(std::string_view verb, std::string_view path,
                                   const Headers& headers, std::string_view body) const {
    std::string request = fmt::format("{} {}{} HTTP/1.1\r\nHost: {}:{}\r\n", verb, prefix_, path, host_, port_);
    for (const auto& [name, value] : headers) {
        request += fmt::format("{}: {}\r\n", name, value);
    }
    if (!body.empty() || verb == "POST" || verb == "PUT") {
        request += fmt::format("Content-Length: {}\r\n", body.size());
    }
    request += "\r\n";
    request += body;
    return request;
}

std::expected<HttpAnswer, std::string> HttpClient::open(std::string_view verb, std::string_view path,
                                                        const Headers& headers) {
    close();
    if (auto connected = connect(); !connected) {
        return std::unexpected(connected.error());
    }
    return exchange_head(request_of(verb, path, headers, {}));
}

OpenConnection HttpClient::release() {
    return {std::exchange(socket_, -1), std::exchange(buffer_, {})};
}

std::expected<HttpAnswer, std::string> HttpClient::call(std::string_view verb, std::string_view path,
                                                        const Headers& headers,
                                                        std::string_view body) {
    const std::string request = request_of(verb, path, headers, body);
    const bool reused = socket_ >= 0;
    if (!reused) {
        if (auto connected = connect(); !connected) {
            return std::unexpected(connected.error());
        }
    }
    auto answer = exchange(request);
    // Every POST of ours carries an Idempotency-Key and a PUT repeats harmlessly, so asking again is
    // safe whether or not the first one arrived.
    if (!answer && reused) {
        close();
        if (auto connected = connect(); !connected) {
            return std::unexpected(connected.error());
        }
        answer = exchange(request);
    }
    if (!answer) {
        close();
    }
    return answer;
}

}  // namespace hubward::server::cli
