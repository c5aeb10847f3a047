// SPDX-License-Identifier: Apache-2.0
#include "server/feed/stream_request.hpp"

#include <algorithm>
#include <charconv>

namespace hubward::server::feed {
namespace {

std::optional<std::size_t> whole_number(std::string_view text, std::size_t most) {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool good = error == std::errc{} && end == text.data() + text.size() && value <= most;
    return good ? std::optional(value) : std::nullopt;
}

std::optional<After> after_of(std::string_view text) {
    if (text == "latest") {
        return Latest{};
    }
    if (text == "earliest") {
        return Earliest{};
    }
    if (text == "cursor") {
        return Stored{};
    }
    auto at = position_of(text);
    return at ? std::optional<After>(*std::move(at)) : std::nullopt;
}

// "a,b" → a set; nothing when one of them is no type.
std::optional<Types> types_of(std::string_view text) {
    Types types;
    while (true) {
        const std::size_t comma = std::min(text.find(','), text.size());
        if (!add_type(types, text.substr(0, comma))) {
            return std::nullopt;
        }
        if (comma == text.size()) {
            return types;
        }
        text.remove_prefix(comma + 1);
    }
}

}  // namespace

std::expected<StreamRequest, std::string> read_stream_request(const http::Request& request) {
    StreamRequest wanted;
    wanted.stream = request.param("stream");
    if (!request.param("kind").empty()) {
        wanted.stream = std::string(request.param("kind")).append("/").append(request.param("name"));
    }
    wanted.ndjson = request.header("accept").find(ndjson_type) != std::string_view::npos;
    const std::string_view last = request.header("last-event-id");
    const auto after = last.empty() ? request.query_value("after") : std::optional(last);
    if (after) {
        auto read = after_of(*after);
        if (!read) {
            return std::unexpected(
                "\"after\" (or Last-Event-ID) must be the \"epoch:seq\" of the last event you have, "
                "\"latest\", \"earliest\" or \"cursor\".");
        }
        wanted.after = *std::move(read);
    }
    if (const auto limit = request.query_value("limit")) {
        const auto read = whole_number(*limit, poll_events_max);
        if (!read || *read == 0) {
            return std::unexpected("\"limit\" must be a whole number from 1 to 500.");
        }
        wanted.limit = *read;
    }
    if (const auto wait = request.query_value("wait")) {
        const auto read = whole_number(*wait, 60);
        if (!read) {
            return std::unexpected("\"wait\" must be a whole number of seconds from 0 to 60.");
        }
        wanted.wait = std::chrono::seconds(*read);
    }
    if (const auto types = request.query_value("types")) {
        const auto read = types_of(*types);
        if (!read) {
            return std::unexpected("\"types\" must be event types such as "
                                   "org.hubward.referral.offered.v1, with commas between them.");
        }
        wanted.types = *read;
    }
    if (const auto payload = request.query_value("payload")) {
        const auto read = detail_of(*payload);
        if (!read) {
            return std::unexpected("\"payload\" must be id, summary or full.");
        }
        wanted.detail = *read;
    }
    if (const auto client = request.query_value("client_id")) {
        if (!is_client_id(*client)) {
            return std::unexpected(
                "\"client_id\" must be 1 to 64 letters, digits, dots, dashes or underscores.");
        }
        wanted.client_id = *client;
    }
    if (std::holds_alternative<Stored>(wanted.after) && wanted.client_id.empty()) {
        return std::unexpected("\"after\"=cursor needs a \"client_id\": whose place is meant?");
    }
    return wanted;
}

}  // namespace hubward::server::feed
