// SPDX-License-Identifier: Apache-2.0
#include "bench/feed_load/crowd.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <chrono>

namespace hubward::bench {
namespace {

constexpr std::uint64_t acked_every = 256;  // of a window of 1,024

std::int64_t now_ns() { return std::chrono::steady_clock::now().time_since_epoch().count(); }

// A masked text frame; the mask is zero, which RFC 6455 forbids browsers and a server cannot tell.
std::string framed(std::string_view text) {
    std::string frame("\x81", 1);
    if (text.size() < 126) {
        frame.push_back(static_cast<char>(0x80U | text.size()));
    } else {
        frame.push_back(static_cast<char>(0xFE));
        frame.push_back(static_cast<char>(text.size() >> 8U));
        frame.push_back(static_cast<char>(text.size() & 0xFFU));
    }
    return frame.append(4, '\0').append(text);
}

std::uint64_t number_behind(std::string_view text, std::string_view key) {
    const std::size_t at = text.find(key);
    std::uint64_t value = 0;
    if (at != text.npos) {
        std::from_chars(text.data() + at + key.size(), text.data() + text.size(), value);
    }
    return value;
}

}  // namespace

Crowd::~Crowd() {
    for (const Client& client : clients_) {
        ::close(client.socket);
    }
    ::close(poll_);
}

bool Crowd::add(unsigned count, const std::vector<std::string>& subscribes, bool stalled) {
    if (poll_ < 0) {
        poll_ = ::epoll_create1(0);
    }
    for (unsigned i = 0; i < count; ++i) {
        Client client;
        if (!connect(client, subscribes.empty() ? std::string() : subscribes[i % subscribes.size()],
                     stalled)) {
            return false;
        }
        if (!stalled) {
            epoll_event want{};
            want.events = EPOLLIN;
            want.data.u64 = clients_.size();
            ::epoll_ctl(poll_, EPOLL_CTL_ADD, client.socket, &want);
        }
        clients_.push_back(std::move(client));
    }
    return true;
}

bool Crowd::connect(Client& client, std::string_view subscribe, bool stalled) {
    client.socket = ::socket(AF_INET, SOCK_STREAM, 0);
    const int small = 4096;
    const int on = 1;
    if (stalled) {
        ::setsockopt(client.socket, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    }
    ::setsockopt(client.socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port_);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    // sockaddr is what the system call takes
    if (::connect(client.socket, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
        return false;
    }
    std::string hello = "GET /v1/feed HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\n"
                        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                        "Sec-WebSocket-Key: aHVid2FyZC1mZWVkLWtleQ==\r\n" +
                        headers_ + "\r\n";
    if (!subscribe.empty()) {
        hello += framed(subscribe);
        client.stream = subscribe.substr(subscribe.find("hub/"));
        client.stream.resize(client.stream.find('"'));
    }
    (void)!::write(client.socket, hello.data(), hello.size());
    const std::string_view last = subscribe.empty() ? "\r\n\r\n" : "\"subscribed\"";
    char buffer[4096];
    while (client.bytes.find(last) == std::string::npos) {
        const ssize_t got = ::recv(client.socket, buffer, sizeof buffer, 0);
        if (got <= 0) {
            return false;
        }
        client.bytes.append(buffer, static_cast<std::size_t>(got));
    }
    client.bytes.erase(0, client.bytes.find("\r\n\r\n") + 4);
    return client.bytes.size() < sizeof buffer;
}

std::uint64_t Crowd::read(std::uint64_t events, std::int64_t milliseconds, bool note) {
    const std::int64_t until = now_ns() + milliseconds * 1'000'000;
    std::uint64_t got = 0;
    std::vector<char> buffer(256 * 1024);
    std::vector<epoll_event> ready(256);
    while (got < events && now_ns() < until) {
        const int count = ::epoll_wait(poll_, ready.data(), static_cast<int>(ready.size()), 20);
        for (int i = 0; i < count; ++i) {
            Client& client = clients_[ready[static_cast<std::size_t>(i)].data.u64];
            const ssize_t bytes = ::recv(client.socket, buffer.data(), buffer.size(), MSG_DONTWAIT);
            if (bytes > 0) {
                client.bytes.append(buffer.data(), static_cast<std::size_t>(bytes));
                got += take(client, note);
            } else if (bytes == 0) {
                ::epoll_ctl(poll_, EPOLL_CTL_DEL, client.socket, nullptr);
            }
        }
    }
    return got;
}

std::uint64_t Crowd::take(Client& client, bool note) {
    std::uint64_t events = 0;
    std::size_t at = 0;
    const std::int64_t now = now_ns();
    std::string_view last;
    while (client.bytes.size() - at >= 4) {
        const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(client.bytes[at + i]); };
        std::size_t size = byte(1) & 0x7FU;
        std::size_t head = 2;
        if (size == 126) {
            size = static_cast<std::size_t>(byte(2)) << 8U | byte(3);
            head = 4;
        }
        if (client.bytes.size() - at < head + size) {
            break;
        }
        const std::string_view text = std::string_view(client.bytes).substr(at + head, size);
        at += head + size;
        const std::uint64_t born = number_behind(text, "\"ns\":");
        if (born != 0) {
            ++events;
            last = text;
            if (note) {
                ages_.push_back(now - static_cast<std::int64_t>(born));
            }
        } else if (text.starts_with(R"({"t":"hb")")) {
            const std::string beat = framed(R"({"t":"hb"})");
            (void)!::write(client.socket, beat.data(), beat.size());
        }
    }
    client.unacked += events;
    if (client.unacked >= acked_every && !client.stream.empty() && !last.empty()) {
        ack(client, last);
    }
    client.bytes.erase(0, at);
    return events;
}

void Crowd::say(std::string_view text) {
    const std::string frame = framed(text);
    (void)!::write(clients_.front().socket, frame.data(), frame.size());
}

void Crowd::ack(Client& client, std::string_view event) {
    const std::string frame = framed(R"({"t":"ack","stream":")" + client.stream + R"(","seq":)" +
                                     std::to_string(number_behind(event, "\"seq\":")) + "}");
    client.unacked = 0;
    (void)!::write(client.socket, frame.data(), frame.size());
}

}  // namespace hubward::bench
