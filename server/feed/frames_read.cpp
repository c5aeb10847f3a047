// SPDX-License-Identifier: Apache-2.0
//
// What a client says.
#include <algorithm>
#include <charconv>

#include "server/feed/frames.hpp"
#include "server/wire/json_reader.hpp"
#include "server/wire/json_writer.hpp"

namespace hubward::server::feed {
namespace {

using wire::Json;
using wire::JsonWriter;

constexpr std::size_t ref_bytes_max = 64;
constexpr std::size_t stream_bytes_max = 80;  // "practice/" or "hub/" and a slug of 64
constexpr std::size_t epoch_bytes_max = 64;
constexpr std::size_t token_bytes_max = 2'048;

using Read = std::expected<ClientFrame, FrameFault>;

std::unexpected<FrameFault> invalid(std::string detail) {
    FrameFault fault;
    fault.detail = std::move(detail);
    return std::unexpected(std::move(fault));
}

std::optional<std::string> text_of(const Json& frame, std::string_view key, std::size_t bytes_max) {
    const auto value = frame.find(key);
    if (!value || !value->is_text()) {
        return std::nullopt;
    }
    const std::string_view text = value->text();
    if (text.empty() || text.size() > bytes_max) {
        return std::nullopt;
    }
    return std::string(text);
}

std::optional<std::uint64_t> number_of(const Json& object, std::string_view key) {
    const auto value = object.find(key);
    const auto integer = value ? value->integer() : std::nullopt;
    if (!integer || *integer < 0) {
        return std::nullopt;
    }
    return static_cast<std::uint64_t>(*integer);
}

std::optional<After> after_of(const Json& frame) {
    const auto value = frame.find("after");
    if (!value) {
        return std::nullopt;
    }
    if (value->is_text()) {
        if (value->text() == "latest") {
            return Latest{};
        }
        if (value->text() == "earliest") {
            return Earliest{};
        }
        if (value->text() == "cursor") {
            return Stored{};
        }
        return std::nullopt;
    }
    auto epoch = text_of(*value, "epoch", epoch_bytes_max);
    const auto seq = number_of(*value, "seq");
    if (!epoch || !seq) {
        return std::nullopt;
    }
    At at;
    at.epoch = *std::move(epoch);
    at.seq = *seq;
    return at;
}

// What is wrong with the optional fields; nothing when they are good.
std::optional<std::string> read_wishes(const Json& frame, SubscribeFrame& subscribe) {
    if (const auto types = frame.find("types")) {
        bool all_known = types->is_array();
        types->items([&](std::size_t, const Json& type) {
            all_known = type.is_text() && add_type(subscribe.types, type.text()) && all_known;
        });
        if (!all_known || subscribe.types.none()) {
            return "\"types\" must be a list of event types such as "
                   "\"org.hubward.referral.offered.v1\"; /asyncapi.json has them all.";
        }
    }
    if (frame.find("payload")) {
        const auto detail = detail_of(frame.text_at("payload"));
        if (!detail) {
            return "\"payload\" must be \"id\", \"summary\" or \"full\".";
        }
        subscribe.detail = *detail;
    }
    if (frame.find("client_id")) {
        subscribe.client_id = frame.text_at("client_id");
        if (!is_client_id(subscribe.client_id)) {
            return "\"client_id\" must be 1 to 64 letters, digits, dots, dashes or underscores.";
        }
    }
    if (std::holds_alternative<Stored>(subscribe.after) && subscribe.client_id.empty()) {
        return "\"after\": \"cursor\" needs a \"client_id\": whose place is meant?";
    }
    if (const auto presence = frame.find("presence")) {
        if (!presence->is(Json::Kind::boolean)) {
            return "\"presence\" must be true or false.";
        }
        subscribe.presence = presence->boolean();
    }
    return std::nullopt;
}

Read read_subscribe(const Json& frame) {
    auto stream = text_of(frame, "stream", stream_bytes_max);
    if (!stream) {
        return invalid("\"stream\" must name one stream, such as \"hub/library\".");
    }
    auto after = after_of(frame);
    if (!after) {
        return invalid(
            "\"after\" must be {\"epoch\", \"seq\"} of the last event you have, \"latest\", "
            "\"earliest\", or \"cursor\" together with a \"client_id\".");
    }
    SubscribeFrame subscribe;
    subscribe.stream = *std::move(stream);
    subscribe.after = *std::move(after);
    if (frame.find("window")) {
        const auto window = number_of(frame, "window");
        if (!window || *window < 1 || *window > window_max) {
            return invalid("\"window\" must be a whole number from 1 to 1024.");
        }
        subscribe.window = static_cast<std::uint32_t>(*window);
    }
    if (auto fault = read_wishes(frame, subscribe)) {
        return invalid(*std::move(fault));
    }
    ClientFrame read;
    read.body = std::move(subscribe);
    return read;
}

Read read_body(const Json& frame, std::string_view t) {
    ClientFrame read;
    if (t == "hb") {
        read.body = HeartbeatFrame{};
        return read;
    }
    if (t == "subscribe") {
        return read_subscribe(frame);
    }
    if (t == "ack") {
        auto stream = text_of(frame, "stream", stream_bytes_max);
        const auto seq = number_of(frame, "seq");
        if (!stream || !seq) {
            return invalid("\"ack\" needs \"stream\" and \"seq\", the last number you have dealt with.");
        }
        AckFrame ack;
        ack.stream = *std::move(stream);
        ack.seq = *seq;
        read.body = std::move(ack);
        return read;
    }
    if (t == "unsubscribe") {
        auto stream = text_of(frame, "stream", stream_bytes_max);
        if (!stream) {
            return invalid("\"unsubscribe\" needs \"stream\".");
        }
        UnsubscribeFrame unsubscribe;
        unsubscribe.stream = *std::move(stream);
        read.body = std::move(unsubscribe);
        return read;
    }
    if (t == "auth") {
        auto token = text_of(frame, "token", token_bytes_max);
        auto ticket = text_of(frame, "ticket", token_bytes_max);
        if (token.has_value() == ticket.has_value()) {
            return invalid("\"auth\" needs either \"token\", an access token, or \"ticket\", one from "
                           "POST /v1/feed-tickets.");
        }
        AuthFrame auth;
        auth.token = token.value_or("");
        auth.ticket = ticket.value_or("");
        read.body = std::move(auth);
        return read;
    }
    FrameFault fault;
    fault.kind = FrameFault::Kind::unknown;
    fault.detail = "\"t\" must be auth, subscribe, ack, unsubscribe or hb.";
    return std::unexpected(std::move(fault));
}

// The client's reference as JSON; empty when it has none that we would give back.
std::string ref_of(const Json& frame) {
    std::string ref;
    const auto value = frame.find("ref");
    if (value && (value->integer() || (value->is_text() && value->text().size() <= ref_bytes_max))) {
        JsonWriter out(ref);
        value->write(out);
    }
    return ref;
}

}  // namespace

bool add_type(Types& types, std::string_view type) {
    const auto known = wire::event_types();
    const auto found = std::ranges::find(known, type);
    if (found == known.end()) {
        return false;
    }
    types.set(static_cast<std::size_t>(found - known.begin()));
    return true;
}

std::optional<wire::Detail> detail_of(std::string_view word) {
    if (word == "id") {
        return wire::Detail::id;
    }
    if (word == "summary") {
        return wire::Detail::summary;
    }
    return word == "full" ? std::optional(wire::Detail::full) : std::nullopt;
}

bool is_client_id(std::string_view text) {
    return !text.empty() && text.size() <= client_id_bytes_max &&
           std::ranges::all_of(text, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '.' || c == '-' || c == '_';
           });
}

std::optional<At> position_of(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == text.npos || colon == 0 || colon > epoch_bytes_max) {
        return std::nullopt;
    }
    At at;
    at.epoch = text.substr(0, colon);
    const std::string_view digits = text.substr(colon + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), at.seq);
    return error == std::errc{} && !digits.empty() && end == digits.data() + digits.size()
               ? std::optional(std::move(at))
               : std::nullopt;
}

std::expected<ClientFrame, FrameFault> read_frame(std::string_view text) {
    const auto frame = wire::read_json(text);
    const std::string_view t = frame ? frame->text_at("t") : std::string_view{};
    if (!frame || !frame->is_object() || t.empty()) {
        FrameFault fault;
        fault.kind = FrameFault::Kind::unreadable;
        fault.detail = "a frame is one JSON object with a text \"t\"";
        return std::unexpected(std::move(fault));
    }
    auto read = read_body(*frame, t);
    (read ? read->ref : read.error().ref) = ref_of(*frame);
    return read;
}

}  // namespace hubward::server::feed
