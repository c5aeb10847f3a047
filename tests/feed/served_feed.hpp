// SPDX-License-Identifier: Apache-2.0
//
// The rig's feed behind a real server on a free port of 127.0.0.1. One thread drives it.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include <fmt/format.h>

#include "tests/feed/rig.hpp"
#include "tests/http/ws_client.hpp"

namespace hubward::tests {

// A rig whose loop is a server's.
class ServedFeed {
  public:
    ServedFeed() {
        server::http::Server::Options options;
        options.port = 0;
        auto listening = server::http::Server::listen(
            options, server::feed::routes(rig.feed),
            [](const server::http::Request&, unsigned status, std::string_view, std::string_view) {
                server::http::Response response;
                response.status = status;
                return response;
            });
        server = *std::move(listening);
        rig.feed.serve({server->executor(0)});
        server->start();
    }
    ~ServedFeed() { server->drain(std::chrono::milliseconds(200)); }

    static std::string bearer(std::string_view token) {
        return fmt::format("Authorization: Bearer {}\r\n", token);
    }
    // The header of the hub "library".
    std::string library() { return bearer(rig.token(matcher::Role::hub, "library")); }
    void publish(int n) {
        for (int i = 0; i < n; ++i) {
            rig.feed.publish(rig.log.append("hub/library", matcher::HubIndex{0}), {});
        }
    }
    void wait_for_clients(std::uint64_t n) const {
        for (int turn = 0; turn < 1000 && rig.feed.stats().clients < n; ++turn) {
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
    }

    Rig rig;
    std::unique_ptr<server::http::Server> server;
};

}  // namespace hubward::tests
