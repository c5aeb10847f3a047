// SPDX-License-Identifier: Apache-2.0
//
// A client of the feed's WebSocket for our own subcommands. Blocks; one thread. Whole text frames in
// and out; pings are answered while it waits.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "server/cli/http_client.hpp"

namespace hubward::server::cli {

class FeedClient {
  public:
    // Text says why there is no connection; a refusal begins with its status, "401 …".
    static std::expected<FeedClient, std::string> connect(std::string_view base,
                                                          const HttpClient::Headers& headers);
    FeedClient(FeedClient&&) noexcept = default;
    FeedClient& operator=(FeedClient&&) noexcept = default;

    // False when the connection is gone.
    bool send(std::string_view text);

    struct Received {
        enum class Kind : std::uint8_t { frame, closed, silence } kind = Kind::silence;
        std::string text;        // of a frame
        std::uint16_t code = 0;  // of a close: what the server said; 1006 when it said nothing
    };
    Received receive(std::chrono::milliseconds patience);

    const std::string& subprotocol() const { return subprotocol_; }

  private:
    explicit FeedClient(OpenConnection connection) : connection_(std::move(connection)) {}
    bool write(std::uint8_t opcode, std::string_view payload);
    // One frame out of what has come; false when it is not whole yet.
    bool take_frame(std::uint8_t& opcode, std::string& payload);

    OpenConnection connection_;
    std::string subprotocol_;
};

}  // namespace hubward::server::cli
