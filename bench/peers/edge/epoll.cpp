// SPDX-License-Identifier: Apache-2.0
//
// The floor under any HTTP server on this kernel: one thread, one epoll, no framework. It finds the
// end of the head and the content length, waits for the body, and sends the bare edge's answer. No
// deadline, no limit but its buffer, no second look: nothing that could face the world.
//
//   hubward_epoll_edge PORT     prints "ready", ends with standard input
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

namespace {

constexpr std::size_t request_max = 64 * 1024;  // a longer one ends its connection

const std::string answer = [] {
    const std::string body =
        R"({"id":"00000000-0000-4000-8000-000000000000","reference":"HW-7K3M-Q","status":"offered",)"
        R"("created":"2026-03-02T09:30:00.000Z","needs":[{"need":"device","state":"offered"}],)"
        R"("offers":[{"hub":"armley-library","name":"Armley Library","answer_by":"2026-03-04T09:30:00.000Z"}],)"
        R"("links":{"self":"/v1/referrals/00000000-0000-4000-8000-000000000000"}})";
    return "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body;
}();

// Bytes of the first whole request in the text; 0 while it is not whole.
std::size_t whole_request(std::string_view text) {
    const auto end = text.find("\r\n\r\n");
    if (end == std::string_view::npos) {
        return 0;
    }
    std::size_t length = 0;
    constexpr std::string_view name = "\r\nContent-Length: ";
    const auto head = text.substr(0, end);
    if (const auto at = head.find(name); at != std::string_view::npos) {
        std::from_chars(head.data() + at + name.size(), head.data() + head.size(), length);
    }
    const auto size = end + 4 + length;
    return text.size() >= size ? size : 0;
}

// Answers what is whole; false when the connection is over.
bool serve(int socket, std::string& held) {
    std::array<char, 16 * 1024> bytes{};
    const auto got = ::read(socket, bytes.data(), bytes.size());
    if (got <= 0) {
        return got < 0 && errno == EAGAIN;
    }
    held.append(bytes.data(), static_cast<std::size_t>(got));
    while (const auto size = whole_request(held)) {
        held.erase(0, size);
        // The client waits for its answer, so the socket's buffer is empty and takes it whole.
        if (::write(socket, answer.data(), answer.size()) != static_cast<ssize_t>(answer.size())) {
            return false;
        }
    }
    return held.size() < request_max;
}

int listen_on(std::uint16_t port) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    const int on = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(socket, 1024) != 0) {
        return -1;
    }
    return socket;
}

}  // namespace

int main(int count, char** words) {
    const int door = listen_on(static_cast<std::uint16_t>(count > 1 ? std::atoi(words[1]) : 0));
    const int poll = ::epoll_create1(0);
    const auto watch = [poll](int file) {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.fd = file;
        return ::epoll_ctl(poll, EPOLL_CTL_ADD, file, &event) == 0;
    };
    if (door < 0 || poll < 0 || !watch(door) || !watch(STDIN_FILENO)) {
        std::perror("hubward_epoll_edge");
        return 1;
    }
    std::puts("ready");
    std::fflush(stdout);
    std::unordered_map<int, std::string> held;
    std::array<epoll_event, 256> events{};
    while (true) {
        const int n = ::epoll_wait(poll, events.data(), static_cast<int>(events.size()), -1);
        for (const auto& event : std::span(events).first(static_cast<std::size_t>(std::max(n, 0)))) {
            const int file = event.data.fd;
            if (file == STDIN_FILENO) {
                return 0;
            }
            if (file == door) {
                const int socket = ::accept4(door, nullptr, nullptr, SOCK_NONBLOCK);
                const int on = 1;
                if (socket >= 0 && watch(socket)) {
                    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
                    held[socket].reserve(request_max / 16);
                }
            } else if (!serve(file, held[file])) {
                held.erase(file);
                ::close(file);
            }
        }
    }
}
