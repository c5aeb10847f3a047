// SPDX-License-Identifier: Apache-2.0
#include "tests/support/http_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>

namespace hubward::tests {
namespace {

bool same(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, [](unsigned char x, unsigned char y) {
        return std::tolower(x) == std::tolower(y);
    });
}

Answer broken(std::string why) {
    Answer answer;
    answer.body = std::move(why);
    return answer;
}

// The head of `raw`, which ends at `end`.
Answer parse(std::string_view raw, std::size_t end) {
    Answer answer;
    std::size_t at = raw.find("\r\n");
    if (!raw.starts_with("HTTP/1.1 ") || at < 12) {
        return broken("not an HTTP answer");
    }
    std::from_chars(raw.data() + 9, raw.data() + 12, answer.status);
    while (at < end) {
        const std::size_t from = at + 2;
        at = raw.find("\r\n", from);
        const std::string_view line = raw.substr(from, at - from);
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos) {
            continue;
        }
        std::string_view value = line.substr(colon + 1);
        value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
        answer.headers.emplace_back(line.substr(0, colon), value);
    }
    return answer;
}

// FHIR bodies are kept for tests/fhir, which validates all that were ever given, when the folder for
// them is named.
void collect(const Answer& answer) {
    const char* folder = std::getenv("HUBWARD_FHIR_BODIES");
    if (folder == nullptr || answer.body.empty() ||
        !answer.header("Content-Type").starts_with("application/fhir+json") ||
        !answer.header("Content-Encoding").empty()) {
        return;
    }
    std::filesystem::create_directories(folder);
    const auto name = std::to_string(std::hash<std::string>()(answer.body)) + ".json";
    std::ofstream(std::filesystem::path(folder) / name, std::ios::binary) << answer.body;
}

}  // namespace

std::string_view Answer::header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
        if (same(key, name)) {
            return value;
        }
    }
    return {};
}

HttpClient::HttpClient(std::uint16_t port, std::chrono::seconds deadline)
    : port_(port), deadline_(deadline) {}

HttpClient::~HttpClient() { close(); }

void HttpClient::close() {
    if (socket_ >= 0) {
        ::close(socket_);
        socket_ = -1;
    }
}

bool HttpClient::connect() {
    if (socket_ >= 0) {
        return true;
    }
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval wait{deadline_.count(), 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
    const int on = 1;
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port_);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, std::bit_cast<sockaddr*>(&to), sizeof to) != 0) {
        close();
        return false;
    }
    return true;
}

bool HttpClient::read_more(std::string& into) {
    char room[16384];
    const ssize_t got = ::recv(socket_, room, sizeof room, 0);
    if (got <= 0) {
        return false;
    }
    into.append(room, static_cast<std::size_t>(got));
    return true;
}

Answer HttpClient::send(std::string_view verb, std::string_view target, const Headers& headers,
                        std::string_view body) {
    std::string bytes;
    bytes.append(verb).append(" ").append(target).append(" HTTP/1.1\r\nHost: 127.0.0.1\r\n");
    for (const auto& [name, value] : headers) {
        bytes.append(name).append(": ").append(value).append("\r\n");
    }
    if (!body.empty() || verb == "POST" || verb == "PUT") {
        bytes.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
    }
    bytes.append("\r\n").append(body);
    Answer answer = send_raw(bytes, verb == "HEAD");
    collect(answer);
    return answer;
}

Answer HttpClient::send_raw(std::string_view bytes, bool head) {
    if (!connect()) {
        return broken("cannot connect");
    }
    // A server that refuses early may close before it has read everything; its answer still counts.
    while (!bytes.empty()) {
        const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) {
            break;
        }
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    std::string raw;
    std::size_t end = std::string::npos;
    while ((end = raw.find("\r\n\r\n")) == std::string::npos) {
        if (!read_more(raw)) {
            close();
            return broken("the connection ended before the answer");
        }
    }
    Answer answer = parse(raw, end);
    std::size_t length = 0;
    const std::string_view stated = answer.header("Content-Length");
    std::from_chars(stated.data(), stated.data() + stated.size(), length);
    if (head || answer.status == 204 || answer.status == 304) {
        length = 0;
    }
    while (raw.size() < end + 4 + length) {
        if (!read_more(raw)) {
            close();
            return broken("the connection ended inside the answer");
        }
    }
    answer.body = raw.substr(end + 4, length);
    answer.raw = std::move(raw);
    if (same(answer.header("Connection"), "close")) {
        close();
    }
    return answer;
}

}  // namespace hubward::tests
