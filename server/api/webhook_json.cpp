// SPDX-License-Identifier: Apache-2.0
#include "server/api/webhook_json.hpp"

#include <algorithm>
#include <limits>

#include "server/outbound/webhook_message.hpp"
#include "server/wire/event_json.hpp"
#include "server/wire/fields.hpp"
#include "server/wire/json_reader.hpp"
#include "server/wire/json_writer.hpp"
#include "server/wire/referral_json.hpp"  // time_text

namespace hubward::server::api {
namespace {

using wire::Findings;
using wire::Json;
using wire::Where;

constexpr std::size_t url_bytes_max = 1'024;
constexpr std::size_t types_max = 32;

void read_types(Json value, const Where& at, Findings& findings, std::string& types) {
    if (!wire::want_array(value, at, findings, 1, types_max)) {
        return;
    }
    value.items([&](std::size_t position, Json item) {
        const Where here(at, position);
        const auto text = wire::want_text(item, here, findings, 128);
        if (!text) {
            return;
        }
        if (std::ranges::find(wire::event_types(), *text) == wire::event_types().end()) {
            findings.add(here, "code", "Must be the type of an event, as org.hubward.offer.accepted.v1.");
            return;
        }
        types.append(types.empty() ? "" : ",").append(*text);
    });
}

std::string time_of(std::int64_t ms) { return wire::time_text(matcher::Timestamp{ms}); }

}  // namespace

std::expected<WebhookBody, wire::Faults> decode_webhook(std::string_view body) {
    const auto document = wire::read_json(body);
    if (!document) {
        return std::unexpected(document.error());
    }
    Findings findings;
    const Where top;
    WebhookBody read;
    if (wire::want_object(*document, top, findings)) {
        document->members([&](std::string_view name, Json value) {
            const Where here(top, name);
            if (name == "url") {
                read.url = wire::want_text(value, here, findings, url_bytes_max).value_or("");
            } else if (name == "types") {
                read_types(value, here, findings, read.types);
            } else {
                wire::unknown_key(here, findings);
            }
        });
        if (!document->find("url")) {
            wire::missing(top, "url", findings);
        }
    }
    if (!findings.none()) {
        return std::unexpected(findings.take());
    }
    return read;
}

std::expected<std::uint64_t, wire::Faults> decode_resend(std::string_view body) {
    const auto document = wire::read_json(body);
    if (!document) {
        return std::unexpected(document.error());
    }
    Findings findings;
    const Where top;
    std::uint64_t sequence = 0;
    if (wire::want_object(*document, top, findings)) {
        document->members([&](std::string_view name, Json value) {
            const Where here(top, name);
            if (name != "sequence") {
                wire::unknown_key(here, findings);
            } else if (const auto number = wire::want_integer(
                           value, here, findings, 1, std::numeric_limits<std::int64_t>::max())) {
                sequence = static_cast<std::uint64_t>(*number);
            }
        });
        if (!document->find("sequence")) {
            wire::missing(top, "sequence", findings);
        }
    }
    if (!findings.none()) {
        return std::unexpected(findings.take());
    }
    return sequence;
}

std::string encode_webhook(const outbound::TargetNow& now, std::string_view secret) {
    const storage::OutboundTarget& target = now.target;
    std::string out;
    wire::JsonWriter json(out);
    json.open_object();
    json.text("id", target.id);
    json.text("url", target.url);
    json.text("stream", target.stream);
    if (!target.types.empty()) {
        json.open_array("types");
        for (std::string_view rest = target.types; !rest.empty();) {
            const std::size_t end = std::min(rest.find(','), rest.size());
            json.text(rest.substr(0, end));
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
        json.close_array();
    }
    json.text("status", target.on ? "on" : "off");
    json.text_unless_empty("reason", target.off_reason);
    json.text("made_at", time_of(target.made_ms));
    json.text_unless_empty("secret", secret);
    if (target.rotated_ms != 0) {
        json.text("rotated_at", time_of(target.rotated_ms));
        json.text("old_secret_until",
                  time_of(target.rotated_ms +
                          std::chrono::milliseconds(outbound::rotation_overlap).count()));
    }
    json.text("epoch", now.epoch);
    json.integer("done", now.done);
    json.integer("behind", now.behind);
    json.integer("delivered", now.delivered);
    json.integer("failures", now.failures);
    if (now.next_try_ms != 0) {
        json.text("next_try_at", time_of(now.next_try_ms));
    }
    json.close_object();
    return out;
}

std::string encode_deliveries(const outbound::TargetNow& now,
                              std::span<const storage::OutboundAttempt> attempts) {
    std::string out;
    wire::JsonWriter json(out);
    json.open_object();
    json.open_array("items");
    for (const storage::OutboundAttempt& attempt : attempts) {
        json.open_object();
        json.integer("sequence", attempt.seq);
        json.text("event", std::to_string(attempt.number));
        json.text("message", outbound::message_id(attempt.epoch, now.target.stream, attempt.seq));
        json.text("at", time_of(attempt.at_ms));
        json.text("result", attempt.result);
        if (attempt.status != 0) {
            json.integer("status", attempt.status);
        }
        if (attempt.attempt == 0) {
            json.boolean("by_hand", true);
        } else {
            json.integer("try", attempt.attempt);
        }
        json.integer("took_ms", attempt.took_ms);
        json.close_object();
    }
    json.close_array();
    json.close_object();
    return out;
}

}  // namespace hubward::server::api
