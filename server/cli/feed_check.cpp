// SPDX-License-Identifier: Apache-2.0
#include "server/cli/feed_check.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "server/cli/terminal.hpp"

namespace hubward::server::cli {
namespace {

constexpr std::size_t breaches_told_max = 5;
constexpr std::chrono::milliseconds patience{5'000};
// Longer than any answer that comes at all.
constexpr unsigned frames_passed_over_max = 2'000;

}  // namespace

Exit FeedCheck::run() {
    struct Row {
        const char* claim;
        Case run;
    };
    constexpr Row rows[] = {
        {"serves its contract at /asyncapi.json", &FeedCheck::load_contract},
        {"greets with hello and the subprotocol", &FeedCheck::greets},
        {"refuses a token in the URL (400)", &FeedCheck::refuses_token_in_url},
        {"refuses pages of other sites (403)", &FeedCheck::refuses_foreign_pages},
        {"refuses to tell anything without a token", &FeedCheck::refuses_without_token},
        {"says fresh when no place was named", &FeedCheck::tells_fresh},
        {"R3 resumes although nothing happened", &FeedCheck::resumes_without_events},
        {"R2 says ahead for a number never given", &FeedCheck::tells_ahead},
        {"R2 says epoch_changed for another epoch", &FeedCheck::tells_other_epoch},
        {"R1 sends every number in order", &FeedCheck::numbers_have_no_holes},
        {"events name the schema of their data, and it is served", &FeedCheck::names_its_schema},
        {"R4 keeps to the window", &FeedCheck::keeps_to_the_window},
        {"refuses an ack of what was not sent", &FeedCheck::refuses_ack_of_unsent},
        {"R9 goes on after a frame it does not know", &FeedCheck::goes_on_after_unknown_frame},
        {"ends on bytes that are no frame (4400)", &FeedCheck::ends_on_nonsense},
        {"R6 ends on too many frames (4429)", &FeedCheck::ends_on_flood},
        {"R6 ends on a frame over 16 KiB (1009)", &FeedCheck::ends_on_giant_frame},
        {"remembers acks by client_id", &FeedCheck::remembers_acks},
        {"lets the newer connection win (4409)", &FeedCheck::newer_connection_wins},
        {"long poll: the same events", &FeedCheck::polls_the_same},
        {"NDJSON: the same events", &FeedCheck::polls_the_same_by_line},
        {"event stream: the same events", &FeedCheck::streams_the_same},
        {"event stream: goes on from Last-Event-ID", &FeedCheck::stream_resumes_by_last_event_id},
        {"tickets open once", &FeedCheck::tickets_work_once},
        {"beats in time, with heads", &FeedCheck::beats},
    };
    unsigned passed = 0;
    unsigned failed = 0;
    for (const Row& row : rows) {
        if (row.run == &FeedCheck::beats && !options_.beat) {
            print(fmt::format("skipped  {} (it takes {} s; add --beat)\n", row.claim, heartbeat_ms_ / 1000));
            continue;
        }
        const std::string seen = (this->*row.run)();
        print(seen.empty() ? fmt::format("ok       {}\n", row.claim)
                           : fmt::format("FAILED   {}: {}\n", row.claim, seen));
        ++(seen.empty() ? passed : failed);
        if (!contract_) {
            break;  // nothing else can be judged
        }
    }
    print(fmt::format("{}   all {} frames are as /asyncapi.json says\n",
                      breaches_.empty() ? "ok    " : "FAILED", frames_));
    for (const std::string& breach : breaches_) {
        print(fmt::format("         {}\n", breach));
    }
    ++(breaches_.empty() ? passed : failed);
    print(fmt::format("{} passed, {} failed\n", passed, failed));
    return failed == 0 ? Exit::ok : Exit::data;
}

std::string FeedCheck::load_contract() {
    HttpClient http(options_.server);
    const auto answer = http.call("GET", "/asyncapi.json", {}, {});
    if (!answer) {
        return answer.error();
    }
    if (answer->status != 200) {
        return fmt::format("status {}", answer->status);
    }
    auto loaded = wire::SchemaCheck::load(answer->body);
    if (!loaded) {
        return loaded.error();
    }
    if (!loaded->has("ServerFrame") || !loaded->has("Poll")) {
        return "it has no schema ServerFrame or Poll";
    }
    contract_ = *std::move(loaded);
    return {};
}

void FeedCheck::judge(std::string_view schema, std::string_view document) {
    ++frames_;
    for (const std::string& fault : contract_->faults(schema, document)) {
        if (breaches_.size() < breaches_told_max) {
            breaches_.push_back(fmt::format("{} {}", schema, fault));
        }
    }
}

HttpClient::Headers FeedCheck::bearer(std::string_view accept) const {
    HttpClient::Headers headers{{"Authorization", "Bearer " + options_.token}};
    if (!accept.empty()) {
        headers.emplace_back("Accept", std::string(accept));
    }
    return headers;
}

std::string FeedCheck::events_path(std::string_view query) const {
    return fmt::format("/v1/streams/{}/events?{}", options_.stream, query);
}

std::optional<FeedClient> FeedCheck::open(std::string& why) {
    auto client = FeedClient::connect(options_.server, bearer());
    if (!client) {
        why = client.error();
        return std::nullopt;
    }
    if (!next(*client, "hello", why)) {
        return std::nullopt;
    }
    return *std::move(client);
}

std::optional<boost::json::value> FeedCheck::next(FeedClient& client, std::string_view t,
                                                  std::string& why) {
    for (unsigned passed_over = 0; passed_over < frames_passed_over_max; ++passed_over) {
        const FeedClient::Received received = client.receive(patience);
        if (received.kind == FeedClient::Received::Kind::closed) {
            why = fmt::format("no {}: the connection ended ({})", t, received.code);
            return std::nullopt;
        }
        if (received.kind == FeedClient::Received::Kind::silence) {
            why = fmt::format("no {} within {} s", t, patience.count() / 1000);
            return std::nullopt;
        }
        judge("ServerFrame", received.text);
        boost::system::error_code error;
        boost::json::value frame = boost::json::parse(received.text, error);
        const boost::json::value* named =
            !error && frame.is_object() ? frame.get_object().if_contains("t") : nullptr;
        const std::string_view kind =
            named != nullptr && named->is_string() ? std::string_view(named->get_string()) : "";
        if (kind == t) {
            return frame;
        }
        if (kind == "hb") {
            client.send(R"({"t":"hb"})");
        }
    }
    why = fmt::format("no {} among {} frames", t, frames_passed_over_max);
    return std::nullopt;
}

std::optional<FeedCheck::Place> FeedCheck::subscribe(FeedClient& client, std::string_view more,
                                                     std::string& why) {
    client.send(fmt::format(R"({{"t":"subscribe","ref":1,"stream":{},{}}})",
                            json_quoted(options_.stream), more));
    const auto answer = next(client, "subscribed", why);
    if (!answer) {
        return std::nullopt;
    }
    Place place;
    try {
        place.epoch = answer->at("epoch").as_string().c_str();
        place.after = answer->at("after").to_number<std::uint64_t>();
        place.head = answer->at("head").to_number<std::uint64_t>();
        place.floor = answer->at("floor").to_number<std::uint64_t>();
        place.recovered = answer->at("recovered").as_bool();
        place.reason = place.recovered ? "" : answer->at("reason").as_string().c_str();
    } catch (const std::exception&) {
        why = "the answer to subscribe lacks a field";
        return std::nullopt;
    }
    return place;
}

std::string FeedCheck::ended_with(FeedClient& client, std::uint16_t code) {
    for (unsigned passed_over = 0; passed_over < frames_passed_over_max; ++passed_over) {
        const FeedClient::Received received = client.receive(patience);
        if (received.kind == FeedClient::Received::Kind::silence) {
            return "the connection stayed open";
        }
        if (received.kind == FeedClient::Received::Kind::closed) {
            return received.code == code ? std::string()
                                         : fmt::format("it ended with {}", received.code);
        }
        judge("ServerFrame", received.text);
    }
    return "the connection stayed open";
}

Exit feed_check(const FeedCheckOptions& options) { return FeedCheck(options).run(); }

}  // namespace hubward::server::cli
