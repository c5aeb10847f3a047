// SPDX-License-Identifier: Apache-2.0
//
// What a WebSocket of hubward.feed.v1 must do. Nothing is changed on the server; events that are
// there already are read, and where a case needs some that are not, it says so.
#include <boost/json.hpp>
#include <fmt/format.h>

#include "server/cli/feed_check.hpp"
#include "server/cli/terminal.hpp"

namespace hubward::server::cli {
namespace {

using std::chrono::milliseconds;

constexpr std::uint64_t events_compared = 50;
constexpr auto from_the_start = R"("after":"earliest","window":1024)";

std::string position(std::string_view epoch, std::uint64_t seq) {
    return fmt::format(R"("after":{{"epoch":{},"seq":{}}},"window":64)", json_quoted(epoch), seq);
}

}  // namespace

std::string FeedCheck::greets() {
    auto client = FeedClient::connect(options_.server, bearer());
    if (!client) {
        return client.error();
    }
    std::string why;
    const auto hello = next(*client, "hello", why);
    if (!hello) {
        return why;
    }
    if (client->subprotocol() != "hubward.feed.v1") {
        return "the handshake does not name the subprotocol";
    }
    heartbeat_ms_ = hello->at("heartbeat_ms").to_number<std::int64_t>();
    return {};
}

std::string FeedCheck::refuses_token_in_url() {
    HttpClient http(options_.server);
    const auto answer = http.call("GET", "/v1/feed?token=x", bearer(), {});
    return !answer                ? answer.error()
           : answer->status == 400 ? std::string()
                                   : fmt::format("status {}", answer->status);
}

std::string FeedCheck::refuses_foreign_pages() {
    HttpClient::Headers headers = bearer();
    headers.emplace_back("Origin", "https://elsewhere.example");
    const auto client = FeedClient::connect(options_.server, headers);
    return client                             ? "it let one in"
           : client.error().starts_with("403") ? std::string()
                                               : client.error();
}

std::string FeedCheck::refuses_without_token() {
    auto client = FeedClient::connect(options_.server, {});
    std::string why;
    if (!client) {
        return client.error().starts_with("401") ? std::string() : client.error();
    }
    client->send(fmt::format(R"({{"t":"subscribe","stream":{},"after":"latest"}})",
                             json_quoted(options_.stream)));
    return next(*client, "error", why) ? std::string() : why;
}

std::string FeedCheck::tells_fresh() {
    std::string why;
    auto client = open(why);
    const auto place = client ? subscribe(*client, R"("after":"latest")", why) : std::nullopt;
    if (!place) {
        return why;
    }
    return !place->recovered && place->reason == "fresh" && place->after == place->head
               ? std::string()
               : fmt::format("recovered {}, reason \"{}\"", place->recovered, place->reason);
}

std::string FeedCheck::resumes_without_events() {
    std::string why;
    std::optional<Place> place;
    {
        auto client = open(why);
        place = client ? subscribe(*client, R"("after":"latest")", why) : std::nullopt;
    }
    auto again = place ? open(why) : std::nullopt;
    const auto back =
        again ? subscribe(*again, position(place->epoch, place->after), why) : std::nullopt;
    return !back ? why : back->recovered && back->after == place->after
                             ? std::string()
                             : fmt::format("reason \"{}\"", back->reason);
}

std::string FeedCheck::tells_ahead() {
    std::string why;
    auto client = open(why);
    const auto place = client ? subscribe(*client, R"("after":"latest")", why) : std::nullopt;
    const auto ahead = place ? subscribe(*client, position(place->epoch, place->head + 1'000'000), why)
                             : std::nullopt;
    return !ahead ? why : !ahead->recovered && ahead->reason == "ahead"
                              ? std::string()
                              : fmt::format("recovered {}, reason \"{}\"", ahead->recovered, ahead->reason);
}

std::string FeedCheck::tells_other_epoch() {
    std::string why;
    auto client = open(why);
    const auto place = client ? subscribe(*client, position("not-an-epoch", 1), why) : std::nullopt;
    return !place ? why : !place->recovered && place->reason == "epoch_changed"
                              ? std::string()
                              : fmt::format("recovered {}, reason \"{}\"", place->recovered, place->reason);
}

std::vector<std::string> FeedCheck::first_events(std::string& why) {
    std::vector<std::string> events;
    auto client = open(why);
    const auto place = client ? subscribe(*client, from_the_start, why) : std::nullopt;
    if (!place) {
        return events;
    }
    for (std::uint64_t seq = place->after + 1;
         seq <= std::min(place->head, place->after + events_compared); ++seq) {
        const auto event = next(*client, "event", why);
        if (!event) {
            return {};
        }
        const auto got = event->at("seq").to_number<std::uint64_t>();
        if (got != seq) {
            why = fmt::format("number {} where {} was due", got, seq);
            return {};
        }
        events.push_back(fmt::format("{} {}", got, std::string_view(event->at("event").at("id").as_string())));
    }
    return events;
}

std::string FeedCheck::numbers_have_no_holes() {
    std::string why;
    const auto events = first_events(why);
    return !why.empty()     ? why
           : events.empty() ? "the stream has no events to look at; let something happen on it first"
                            : std::string();
}

std::string FeedCheck::names_its_schema() {
    std::string why;
    auto client = open(why);
    const auto place = client ? subscribe(*client, from_the_start, why) : std::nullopt;
    const auto frame = place && place->head > place->after ? next(*client, "event", why) : std::nullopt;
    if (!frame) {
        return why.empty() ? "the stream has no events to look at; let something happen on it first" : why;
    }
    const auto& event = frame->at("event").as_object();
    if (!event.contains("dataschema")) {
        return "an event has no dataschema";
    }
    constexpr std::string_view urn = "urn:hubward:", folder = "schemas/";
    const std::string named(event.at("dataschema").as_string());
    if (!named.starts_with(std::string(urn) + std::string(folder))) {
        return fmt::format("dataschema is {}", named);
    }
    const std::string path = "/" + named.substr(urn.size());
    HttpClient http(options_.server);
    const auto answer = http.call("GET", path, {}, {});
    if (!answer || answer->status != 200) {
        return answer ? fmt::format("{}: status {}", path, answer->status) : answer.error();
    }
    const auto stem = named.substr(urn.size() + folder.size());
    const std::string schema = stem.substr(0, stem.find(".json"));
    if (!contract_->has(schema)) {
        return fmt::format("/asyncapi.json knows no {}", schema);
    }
    judge(schema, boost::json::serialize(event.at("data")));
    return {};
}

std::string FeedCheck::keeps_to_the_window() {
    std::string why;
    auto client = open(why);
    const auto place =
        client ? subscribe(*client, R"("after":"earliest","window":2)", why) : std::nullopt;
    if (!place) {
        return why;
    }
    if (place->head - place->after < 4) {
        return "the stream has too few events to look at; four are needed";
    }
    // A slow server may take its time for the two that are due; what comes on top comes at once.
    const auto count = [&] {
        unsigned events = 0;
        while (true) {
            const auto received = client->receive(events < 2 ? milliseconds(5'000) : milliseconds(700));
            if (received.kind != FeedClient::Received::Kind::frame) {
                return events;
            }
            events += received.text.starts_with(R"({"t":"event")") ? 1U : 0U;
        }
    };
    if (const unsigned got = count(); got != 2) {
        return fmt::format("{} events came with a window of 2", got);
    }
    client->send(fmt::format(R"({{"t":"ack","stream":{},"seq":{}}})", json_quoted(options_.stream),
                             place->after + 2));
    const unsigned got = count();
    return got == 2 ? std::string() : fmt::format("{} events came after an ack of both", got);
}

std::string FeedCheck::refuses_ack_of_unsent() {
    std::string why;
    auto client = open(why);
    const auto place = client ? subscribe(*client, R"("after":"latest")", why) : std::nullopt;
    if (!place) {
        return why;
    }
    client->send(fmt::format(R"({{"t":"ack","stream":{},"seq":{}}})", json_quoted(options_.stream),
                             place->head + 1'000'000));
    return next(*client, "error", why) ? std::string() : why;
}

std::string FeedCheck::goes_on_after_unknown_frame() {
    std::string why;
    auto client = open(why);
    if (!client) {
        return why;
    }
    client->send(R"({"t":"no-such-frame","ref":"mine"})");
    const auto error = next(*client, "error", why);
    if (!error) {
        return why;
    }
    const boost::json::value* ref = error->as_object().if_contains("ref");
    if (ref == nullptr || *ref != "mine") {
        return "the error does not carry the ref back";
    }
    return subscribe(*client, R"("after":"latest","unheard_of":{"a":1})", why) ? std::string() : why;
}

std::string FeedCheck::ends_on_nonsense() {
    std::string why;
    auto client = open(why);
    if (!client) {
        return why;
    }
    client->send("no json");
    return ended_with(*client, 4400);
}

std::string FeedCheck::ends_on_flood() {
    std::string why;
    auto client = open(why);
    for (int i = 0; client && i < 200; ++i) {
        client->send(R"({"t":"hb"})");
    }
    return client ? ended_with(*client, 4429) : why;
}

std::string FeedCheck::ends_on_giant_frame() {
    std::string why;
    auto client = open(why);
    if (!client) {
        return why;
    }
    client->send(fmt::format(R"({{"t":"hb","x":"{}"}})", std::string(20'000, 'x')));
    return ended_with(*client, 1009);
}

std::string FeedCheck::remembers_acks() {
    std::string why;
    constexpr auto named = R"("client_id":"hubward-feed-check")";
    auto client = open(why);
    const auto place =
        client ? subscribe(*client, fmt::format(R"("after":"earliest","window":4,{})", named), why)
               : std::nullopt;
    const auto event = place ? next(*client, "event", why) : std::nullopt;
    if (!event) {
        return why;
    }
    const auto seq = event->at("seq").to_number<std::uint64_t>();
    client->send(fmt::format(R"({{"t":"ack","stream":{},"seq":{}}})", json_quoted(options_.stream), seq));
    const auto back =
        subscribe(*client, fmt::format(R"("after":"cursor","window":4,{})", named), why);
    return !back ? why : back->recovered && back->after == seq
                             ? std::string()
                             : fmt::format("it went on after {} instead of {}", back->after, seq);
}

std::string FeedCheck::newer_connection_wins() {
    std::string why;
    constexpr auto named = R"("after":"latest","client_id":"hubward-feed-check")";
    auto older = open(why);
    auto newer = older ? open(why) : std::nullopt;
    if (!newer || !subscribe(*older, named, why) || !subscribe(*newer, named, why)) {
        return why;
    }
    return ended_with(*older, 4409);
}

std::string FeedCheck::beats() {
    std::string why;
    auto client = open(why);
    if (!client || !subscribe(*client, R"("after":"latest")", why)) {
        return why;
    }
    const auto until = std::chrono::steady_clock::now() + milliseconds(heartbeat_ms_ + 2'000);
    while (std::chrono::steady_clock::now() < until) {
        const auto beat = next(*client, "hb", why);
        if (beat) {
            return beat->at("heads").as_object().contains(options_.stream)
                       ? std::string()
                       : "the beat does not name the stream";
        }
    }
    return "no beat came";
}

}  // namespace hubward::server::cli
