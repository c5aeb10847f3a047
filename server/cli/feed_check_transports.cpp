// SPDX-License-Identifier: Apache-2.0
//
// The other two ways into the feed carry what the WebSocket carries; and tickets open it.
#include <boost/json.hpp>
#include <fmt/format.h>

#include "server/cli/feed_check.hpp"

namespace hubward::server::cli {
namespace {

namespace json = boost::json;

constexpr std::chrono::milliseconds patience{5'000};

std::string seq_and_id(const json::value& frame) {
    return fmt::format("{} {}", frame.at("seq").to_number<std::uint64_t>(),
                       std::string_view(frame.at("event").at("id").as_string()));
}

std::string difference(const std::vector<std::string>& wanted, const std::vector<std::string>& got) {
    if (wanted.empty()) {
        return "the stream has no events to compare; let something happen on it first";
    }
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (i >= got.size() || got[i] != wanted[i]) {
            return fmt::format("event {} is another one, or missing", i + 1);
        }
    }
    return {};
}

// The data lines of the messages, as they come, until there are enough or time is over.
std::vector<std::string> read_messages(OpenConnection& stream, std::size_t wanted) {
    std::vector<std::string> messages;
    const auto until = std::chrono::steady_clock::now() + patience;
    while (messages.size() < wanted) {
        std::size_t end = 0;
        while ((end = stream.early.find("\n\n")) != std::string::npos) {
            const std::string message = stream.early.substr(0, end + 1);
            stream.early.erase(0, end + 2);
            const std::size_t data = message.find("data: ");
            if (data != message.npos) {
                messages.push_back(message.substr(data + 6, message.find('\n', data) - data - 6));
            }
        }
        if (messages.size() < wanted &&
            stream.read_until(until) != OpenConnection::Read::some) {
            break;
        }
    }
    return messages;
}

}  // namespace

std::string FeedCheck::polls_the_same() {
    std::string why;
    const auto wanted = first_events(why);
    if (!why.empty()) {
        return why;
    }
    HttpClient http(options_.server);
    const auto answer =
        http.call("GET", events_path("after=earliest&limit=50&wait=1"), bearer("application/json"), {});
    if (!answer || answer->status != 200) {
        return answer ? fmt::format("status {}", answer->status) : answer.error();
    }
    judge("Poll", answer->body);
    std::vector<std::string> got;
    const json::value body = json::parse(answer->body);
    for (const json::value& frame : body.at("events").as_array()) {
        got.push_back(seq_and_id(frame));
    }
    return difference(wanted, got);
}

std::string FeedCheck::polls_the_same_by_line() {
    std::string why;
    const auto wanted = first_events(why);
    if (!why.empty()) {
        return why;
    }
    HttpClient http(options_.server);
    const auto answer = http.call("GET", events_path("after=earliest&limit=50&wait=1"),
                                  bearer("application/x-ndjson"), {});
    if (!answer || answer->status != 200) {
        return answer ? fmt::format("status {}", answer->status) : answer.error();
    }
    std::vector<std::string> got;
    std::string_view rest = answer->body;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        const std::string_view line = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        judge("ServerFrame", line);
        const json::value frame = json::parse(line);
        if (frame.at("t") == "event") {
            got.push_back(seq_and_id(frame));
        }
    }
    return difference(wanted, got);
}

std::string FeedCheck::streams_the_same() {
    std::string why;
    const auto wanted = first_events(why);
    if (!why.empty()) {
        return why;
    }
    HttpClient http(options_.server);
    const auto head = http.open("GET", events_path("after=earliest"), bearer("text/event-stream"));
    if (!head || head->status != 200) {
        return head ? fmt::format("status {}", head->status) : head.error();
    }
    OpenConnection stream = http.release();
    std::vector<std::string> got;
    for (const std::string& message : read_messages(stream, wanted.size() + 1)) {
        judge("ServerFrame", message);
        const json::value frame = json::parse(message);
        if (frame.at("t") == "event") {
            got.push_back(seq_and_id(frame));
        }
    }
    return difference(wanted, got);
}

std::string FeedCheck::stream_resumes_by_last_event_id() {
    std::string why;
    auto client = open(why);
    const auto place =
        client ? subscribe(*client, R"("after":"latest")", why) : std::nullopt;
    if (!place) {
        return why;
    }
    HttpClient::Headers headers = bearer("text/event-stream");
    headers.emplace_back("Last-Event-ID", fmt::format("{}:{}", place->epoch, place->head));
    HttpClient http(options_.server);
    const auto head = http.open("GET", events_path("after=earliest"), headers);
    if (!head || head->status != 200) {
        return head ? fmt::format("status {}", head->status) : head.error();
    }
    OpenConnection stream = http.release();
    const auto messages = read_messages(stream, 1);
    if (messages.empty()) {
        return "nothing came";
    }
    judge("Subscribed", messages.front());
    const json::value frame = json::parse(messages.front());
    return frame.at("recovered").as_bool() &&
                   frame.at("after").to_number<std::uint64_t>() == place->head
               ? std::string()
               : "it did not go on from there";
}

std::string FeedCheck::tickets_work_once() {
    HttpClient http(options_.server);
    const auto answer = http.call("POST", "/v1/feed-tickets", bearer(), {});
    if (!answer || answer->status != 201) {
        return answer ? fmt::format("status {}", answer->status) : answer.error();
    }
    judge("Ticket", answer->body);
    const json::value ticket = json::parse(answer->body).at("ticket");
    const std::string auth = fmt::format(R"({{"t":"auth","ticket":{}}})", json::serialize(ticket));
    std::string why;
    auto first = FeedClient::connect(options_.server, {});
    if (!first) {
        return first.error();
    }
    first->send(auth);
    if (!next(*first, "auth_ok", why)) {
        return why;
    }
    auto second = FeedClient::connect(options_.server, {});
    if (!second) {
        return second.error();
    }
    second->send(auth);
    return ended_with(*second, 4401);
}

}  // namespace hubward::server::cli
