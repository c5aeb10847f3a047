// SPDX-License-Identifier: Apache-2.0
#include "server/feed/frames.hpp"

#include "server/wire/json_reader.hpp"
#include "server/wire/json_writer.hpp"
#include "server/wire/referral_json.hpp"  // time_text

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

Read read_subscribe(const Json& frame) {
    auto stream = text_of(frame, "stream", stream_bytes_max);
    if (!stream) {
        return invalid("\"stream\" must name one stream, such as \"hub/library\".");
    }
    auto after = after_of(frame);
    if (!after) {
        return invalid(
            "\"after\" must be {\"epoch\", \"seq\"} of the last event you have, \"latest\" or "
            "\"earliest\".");
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
        if (!token) {
            return invalid("\"auth\" needs \"token\", an access token as text.");
        }
        AuthFrame auth;
        auth.token = *std::move(token);
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

class FrameText {
  public:
    explicit FrameText(std::string_view t) : json(text_) {
        text_.reserve(256);
        json.open_object();
        json.text("t", t);
    }
    http::Frame done() {
        json.close_object();
        return http::text_frame(text_);
    }
    void ref(std::string_view ref) {
        if (!ref.empty()) {
            json.raw("ref", ref);
        }
    }

  private:
    std::string text_;

  public:
    JsonWriter json;
};

}  // namespace

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

Trouble invalid_content(std::string detail) {
    return {"invalid-content", 422, "Something in the content is missing or wrong",
            std::move(detail)};
}

Trouble forbidden(std::string detail) {
    return {"forbidden", 403, "Your role does not allow this", std::move(detail)};
}

Trouble unauthenticated(std::string detail) {
    return {"unauthenticated", 401, "No valid token came with the request", std::move(detail)};
}

http::Frame hello_frame(const Hello& hello) {
    FrameText out("hello");
    out.json.text("proto", protocol);
    out.json.text("server", hello.server);
    out.json.text("session", hello.session);
    out.json.integer("heartbeat_ms", hello.heartbeat_ms);
    out.json.integer("max_window", window_max);
    out.json.text("now", wire::time_text(hello.now));
    if (hello.auth_expires_at && *hello.auth_expires_at != matcher::never) {
        out.json.text("auth_expires_at", wire::time_text(*hello.auth_expires_at));
    }
    return out.done();
}

http::Frame subscribed_frame(const Subscribed& answer) {
    FrameText out("subscribed");
    out.ref(answer.ref);
    out.json.text("stream", answer.stream);
    out.json.text("epoch", answer.epoch);
    out.json.integer("after", answer.after);
    out.json.integer("head", answer.head);
    out.json.integer("floor", answer.floor);
    out.json.boolean("recovered", answer.recovered);
    out.json.text_unless_empty("reason", answer.reason);
    out.json.text_unless_empty("snapshot_url", answer.snapshot_url);
    out.json.integer("window", answer.window);
    return out.done();
}

http::Frame event_frame(std::string_view stream, std::string_view epoch, std::uint64_t seq,
                        std::string_view event) {
    FrameText out("event");
    out.json.text("stream", stream);
    out.json.text("epoch", epoch);
    out.json.integer("seq", seq);
    out.json.raw("event", event);
    return out.done();
}

http::Frame heartbeat_frame(matcher::Timestamp now, const Heads& heads) {
    FrameText out("hb");
    out.json.text("now", wire::time_text(now));
    out.json.open_object("heads");
    for (const auto& [stream, head] : heads) {
        out.json.integer(stream, head);
    }
    out.json.close_object();
    return out.done();
}

http::Frame lagging_frame(std::string_view stream, std::uint64_t behind,
                          std::int64_t oldest_unacked_ms) {
    FrameText out("lagging");
    out.json.text("stream", stream);
    out.json.integer("behind", behind);
    out.json.integer("oldest_unacked_ms", oldest_unacked_ms);
    return out.done();
}

http::Frame auth_frame(bool expiring, matcher::Timestamp expires_at) {
    FrameText out(expiring ? "auth_expiring" : "auth_ok");
    if (expires_at != matcher::never) {
        out.json.text("expires_at", wire::time_text(expires_at));
    }
    return out.done();
}

http::Frame error_frame(std::string_view ref, std::string_view base_url, const Trouble& trouble) {
    FrameText out("error");
    out.ref(ref);
    out.json.open_object("problem");
    out.json.text("type", std::string(base_url).append("/problems/").append(trouble.slug));
    out.json.text("title", trouble.title);
    out.json.integer("status", trouble.status);
    out.json.text("detail", trouble.detail);
    out.json.close_object();
    return out.done();
}

http::Frame bye_frame(Close code, std::string_view reason, std::int64_t retry_after_ms) {
    FrameText out("bye");
    out.json.integer("code", static_cast<unsigned>(code));
    out.json.text("reason", reason);
    out.json.integer("retry_after_ms", retry_after_ms);
    return out.done();
}

}  // namespace hubward::server::feed
