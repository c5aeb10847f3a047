// SPDX-License-Identifier: Apache-2.0
#include "server/http/ws_handshake.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstddef>

namespace hubward::server::http {
namespace {

constexpr std::string_view guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
constexpr std::size_t key_characters = 24;  // 16 random bytes in base64

unsigned times(const Request& request, std::string_view name) {
    return static_cast<unsigned>(
        std::count_if(request.headers.begin(), request.headers.end(),
                      [&](const Header& each) { return same_token(each.name, name); }));
}

bool any_header_lists(const Request& request, std::string_view name, std::string_view token) {
    return std::any_of(request.headers.begin(), request.headers.end(), [&](const Header& each) {
        return same_token(each.name, name) && list_has(each.value, token);
    });
}

// 22 characters of the alphabet and "==": what sixteen bytes look like.
bool plausible_key(std::string_view key) {
    return key.size() == key_characters && key.ends_with("==") &&
           std::all_of(key.begin(), key.end() - 2, [](char c) {
               return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                      c == '+' || c == '/';
           });
}

// Case counts in a subprotocol's name (RFC 6455 §11.5).
bool offers(const Request& request, std::string_view subprotocol) {
    for (const Header& each : request.headers) {
        if (!same_token(each.name, "sec-websocket-protocol")) {
            continue;
        }
        std::string_view rest = each.value;
        while (true) {
            const std::size_t comma = rest.find(',');
            std::string_view one = rest.substr(0, comma);
            while (one.starts_with(' ') || one.starts_with('\t')) {
                one.remove_prefix(1);
            }
            while (one.ends_with(' ') || one.ends_with('\t')) {
                one.remove_suffix(1);
            }
            if (one == subprotocol) {
                return true;
            }
            if (comma == std::string_view::npos) {
                break;
            }
            rest.remove_prefix(comma + 1);
        }
    }
    return false;
}

}  // namespace

bool wants_websocket(const Request& request) {
    return any_header_lists(request, "upgrade", "websocket") &&
           any_header_lists(request, "connection", "upgrade");
}

std::expected<std::string, Refused> accept_handshake(const Request& request,
                                                     std::string_view subprotocol) {
    if (request.verb != Verb::get) {
        return std::unexpected(Refused{400, "a WebSocket handshake is a GET"});
    }
    if (!wants_websocket(request)) {
        return std::unexpected(Refused{426, "this address speaks WebSocket"});
    }
    if (times(request, "sec-websocket-version") != 1 ||
        request.header("sec-websocket-version") != "13") {
        return std::unexpected(Refused{426, "the WebSocket version must be 13"});
    }
    const std::string_view key = request.header("sec-websocket-key");
    if (times(request, "sec-websocket-key") != 1 || !plausible_key(key)) {
        return std::unexpected(Refused{400, "the Sec-WebSocket-Key is not valid"});
    }
    std::string answer =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: ";
    answer += accept_key(key);
    answer += "\r\n";
    if (!subprotocol.empty() && offers(request, subprotocol)) {
        answer.append("Sec-WebSocket-Protocol: ").append(subprotocol).append("\r\n");
    }
    answer += "\r\n";
    return answer;
}

std::string accept_key(std::string_view key) {
    std::string text(key);
    text += guid;
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr);
    std::array<unsigned char, 64> encoded{};
    const int length = EVP_EncodeBlock(encoded.data(), digest.data(), static_cast<int>(size));
    return {encoded.begin(), encoded.begin() + length};
}

}  // namespace hubward::server::http
