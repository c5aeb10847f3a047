// SPDX-License-Identifier: Apache-2.0
#include "tests/http/raw_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

namespace hubward::tests {

RawClient::RawClient(std::uint16_t port, int receive_buffer_bytes) {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (receive_buffer_bytes != 0) {
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes,
                     sizeof receive_buffer_bytes);
    }
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        ::close(socket_);
        socket_ = -1;
    }
}

RawClient::~RawClient() {
    if (socket_ >= 0) {
        ::close(socket_);
    }
}

bool RawClient::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) {
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

void RawClient::finish_sending() { ::shutdown(socket_, SHUT_WR); }

bool RawClient::more(std::chrono::steady_clock::time_point until) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        until - std::chrono::steady_clock::now());
    pollfd wait{socket_, POLLIN, 0};
    if (left.count() <= 0 || ::poll(&wait, 1, static_cast<int>(left.count())) <= 0) {
        timed_out = true;
        return false;
    }
    std::array<char, 65536> buffer{};
    const ssize_t got = ::recv(socket_, buffer.data(), buffer.size(), 0);
    if (got <= 0) {
        return false;
    }
    rest_.append(buffer.data(), static_cast<std::size_t>(got));
    return true;
}

std::string RawClient::read_to_end(std::chrono::milliseconds patience) {
    timed_out = false;  // what was read before may have been waited for in short turns
    const auto until = std::chrono::steady_clock::now() + patience;
    while (more(until)) {
    }
    return std::exchange(rest_, {});
}

std::string RawClient::read_some(std::size_t bytes, std::chrono::milliseconds patience) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (rest_.size() < bytes && more(until)) {
    }
    std::string got = rest_.substr(0, bytes);
    rest_.erase(0, got.size());
    return got;
}

std::string RawClient::read_answer(bool without_body) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    std::size_t end = rest_.find("\r\n\r\n");
    while (end == std::string::npos) {
        if (!more(until)) {
            return {};
        }
        end = rest_.find("\r\n\r\n");
    }
    end += 4;
    const std::string length = header_of(rest_, "Content-Length");
    if (!without_body && !length.empty()) {
        end += std::strtoul(length.c_str(), nullptr, 10);
    }
    while (rest_.size() < end) {
        if (!more(until)) {
            return {};
        }
    }
    std::string answer = rest_.substr(0, end);
    rest_.erase(0, end);
    return answer;
}

bool RawClient::closed_within(std::chrono::milliseconds patience) {
    const auto until = std::chrono::steady_clock::now() + patience;
    timed_out = false;
    return !more(until) && !timed_out;
}

std::vector<unsigned> statuses(std::string_view stream) {
    std::vector<unsigned> found;
    for (std::size_t at = stream.find("HTTP/1.1 "); at != std::string_view::npos;
         at = stream.find("HTTP/1.1 ", at + 1)) {
        found.push_back(status_of(stream.substr(at)));
    }
    return found;
}

unsigned status_of(std::string_view answer) {
    if (!answer.starts_with("HTTP/1.1 ") || answer.size() < 12) {
        return 0;
    }
    return static_cast<unsigned>(std::strtoul(std::string(answer.substr(9, 3)).c_str(), nullptr, 10));
}

std::string header_of(std::string_view answer, std::string_view name) {
    std::string_view head = answer.substr(0, answer.find("\r\n\r\n"));
    while (!head.empty()) {
        const std::size_t end = head.find("\r\n");
        const std::string_view line = head.substr(0, end);
        const std::size_t colon = line.find(':');
        if (colon == name.size() &&
            ::strncasecmp(line.data(), name.data(), name.size()) == 0) {
            std::string_view value = line.substr(colon + 1);
            value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
            return std::string(value);
        }
        if (end == std::string_view::npos) {
            break;
        }
        head.remove_prefix(end + 2);
    }
    return {};
}

std::string body_of(std::string_view answer) {
    const std::size_t end = answer.find("\r\n\r\n");
    return end == std::string_view::npos ? std::string() : std::string(answer.substr(end + 4));
}

}  // namespace hubward::tests
