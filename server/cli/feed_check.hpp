// SPDX-License-Identifier: Apache-2.0
//
// What `hubward feed check` has in its hands: a server, a stream, the contract that the server
// itself serves, and a tally. Every frame that comes by is compared with the contract.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/fwd.hpp>

#include "server/cli/commands.hpp"
#include "server/cli/feed_client.hpp"
#include "server/wire/schema_check.hpp"

namespace hubward::server::cli {

// One run against one server. Blocks; one thread.
class FeedCheck {
  public:
    explicit FeedCheck(const FeedCheckOptions& options) : options_(options) {}

    // All cases, a line each on stdout; the last line counts. Exit::ok when none failed.
    Exit run();

  private:
    // A case: empty text when it held, else what was seen instead.
    using Case = std::string (FeedCheck::*)();
    struct Place {
        std::string epoch;
        std::uint64_t after = 0;
        std::uint64_t head = 0;
        std::uint64_t floor = 0;
        bool recovered = false;
        std::string reason;
    };

    std::string load_contract();
    // feed_check_cases.cpp
    std::string greets();
    std::string refuses_token_in_url();
    std::string refuses_foreign_pages();
    std::string refuses_without_token();
    std::string tells_fresh();
    std::string resumes_without_events();
    std::string tells_ahead();
    std::string tells_other_epoch();
    std::string numbers_have_no_holes();
    std::string names_its_schema();
    std::string keeps_to_the_window();
    std::string refuses_ack_of_unsent();
    std::string goes_on_after_unknown_frame();
    std::string ends_on_nonsense();
    std::string ends_on_flood();
    std::string ends_on_giant_frame();
    std::string remembers_acks();
    std::string newer_connection_wins();
    std::string beats();
    // feed_check_transports.cpp
    std::string polls_the_same();
    std::string polls_the_same_by_line();
    std::string streams_the_same();
    std::string stream_resumes_by_last_event_id();
    std::string tickets_work_once();

    std::optional<FeedClient> open(std::string& why);
    // The next frame of one of these kinds, all others on the way judged and answered.
    std::optional<boost::json::value> next(FeedClient& client, std::string_view t, std::string& why);
    std::optional<Place> subscribe(FeedClient& client, std::string_view more, std::string& why);
    // The first events of the stream over the WebSocket, "seq id" each.
    std::vector<std::string> first_events(std::string& why);
    std::string ended_with(FeedClient& client, std::uint16_t code);
    void judge(std::string_view schema, std::string_view document);
    HttpClient::Headers bearer(std::string_view accept = {}) const;
    std::string events_path(std::string_view query) const;

    const FeedCheckOptions& options_;
    std::optional<wire::SchemaCheck> contract_;
    std::uint64_t frames_ = 0;
    std::vector<std::string> breaches_;  // of the contract, the first few
    std::int64_t heartbeat_ms_ = 20'000;
};

}  // namespace hubward::server::cli
