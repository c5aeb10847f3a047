// SPDX-License-Identifier: Apache-2.0
#include "server/feed/frames.hpp"

#include <algorithm>

#include "server/wire/json_writer.hpp"
#include "server/wire/referral_json.hpp"  // time_text

namespace hubward::server::feed {
namespace {

using wire::JsonWriter;

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

http::Frame heartbeat_frame(matcher::Timestamp now, const std::vector<Place>& places) {
    FrameText out("hb");
    out.json.text("now", wire::time_text(now));
    out.json.open_object("heads");
    for (const Place& place : places) {
        out.json.integer(place.stream, place.head);
    }
    out.json.close_object();
    out.json.open_object("sent");
    for (const Place& place : places) {
        out.json.integer(place.stream, place.sent);
    }
    out.json.close_object();
    return out.done();
}

http::Frame presence_frame(std::string_view stream, std::uint64_t online) {
    FrameText out("presence");
    out.json.text("stream", stream);
    out.json.integer("online", online);
    return out.done();
}

http::Frame event_stream_part(std::string_view name, std::string_view id, std::string_view json,
                              std::int64_t retry_ms) {
    std::string part;
    part.reserve(json.size() + 96);
    if (retry_ms >= 0) {
        part.append("retry: ").append(std::to_string(retry_ms)).append("\n");
    }
    if (!name.empty()) {
        part.append("event: ").append(name).append("\n");
    }
    if (!id.empty()) {
        part.append("id: ").append(id).append("\n");
    }
    part.append("data: ").append(json).append("\n\n");
    return std::make_shared<const std::string>(std::move(part));
}

http::Frame event_part(std::string_view stream, std::string_view epoch, std::uint64_t seq,
                       std::string_view event) {
    const http::Frame frame = event_frame(stream, epoch, seq, event);
    return event_stream_part({}, position_text(epoch, seq), http::text_of(*frame));
}

std::string position_text(std::string_view epoch, std::uint64_t seq) {
    return std::string(epoch).append(":").append(std::to_string(seq));
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
